import { connect } from 'nats';
import { TreeItem, TreeItemCollapsibleState } from 'vscode';
import { bytesInUse, measureStalls } from '../../support/meters';
import { type Contender, expectCount } from './measurement';

/** The way of the extensions of today: `keys()` into one tree item for each key, all shown at the end. */
export const itemPerKey: Contender = async ({ url, bucket, keys }) => {
  const connection = await connect({ servers: url });
  const kv = await connection.jetstream().views.kv(bucket, { bindOnly: true });
  const idle = bytesInUse();
  const stalls = measureStalls();
  const begun = performance.now();
  const items: TreeItem[] = [];
  for await (const key of await kv.keys()) {
    const item = new TreeItem(key, TreeItemCollapsibleState.None);
    item.id = `${bucket}/${key}`;
    item.contextValue = 'key';
    item.command = { command: 'open', title: 'Open', arguments: [bucket, key] };
    items.push(item);
  }
  items.sort((a, b) => ((a.id ?? '') < (b.id ?? '') ? -1 : 1));
  const ms = performance.now() - begun;
  const stallMs = stalls();
  const bytesPerKey = (bytesInUse() - idle) / keys;
  expectCount(items.length, keys);
  await connection.close();
  return { ms, stallMs, bytesPerKey };
};
