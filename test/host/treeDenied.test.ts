import assert from 'node:assert/strict';
import { after, before, describe, it } from 'mocha';
import * as vscode from 'vscode';
import { eventually } from '../support/poll';
import { answering } from './answers';
import { HostBench } from './hostBench';
import { TreeProbe } from './treeProbe';

/** Who logs in as nobody may list neither buckets nor keys, but for those that begin with `mine`. */
const config = `
no_auth_user: narrow
authorization {
  users: [
    { user: owner, password: owner }
    {
      user: narrow, password: narrow
      permissions: {
        publish: [
          "$JS.API.STREAM.INFO.KV_B"
          "$JS.API.DIRECT.GET.KV_B.>"
          "$JS.API.STREAM.MSG.GET.KV_B"
          "$JS.API.CONSUMER.CREATE.KV_B.*.$KV.B.mine.>"
          "$JS.API.CONSUMER.DELETE.KV_B.*"
          "$JS.FC.>"
        ]
        subscribe: [ "_INBOX.>" ]
      }
    }
  ]
}`;

const run = (id: string, ...args: unknown[]) => vscode.commands.executeCommand(id, ...args);

describe('the key tree of a user with narrow permissions', () => {
  let bench: HostBench;
  let tree: TreeProbe;

  before(async () => {
    bench = await HostBench.start('B', { config, login: { user: 'owner', pass: 'owner' } });
    await Promise.all(['mine.a', 'mine.b', 'theirs'].map((key) => bench.put(key, '1234')));
    tree = await TreeProbe.open();
    await tree.expand('bench');
  });

  after(() => bench.stop());

  const shows = (expected: readonly string[], ...path: string[]) =>
    eventually(async () => {
      const lines = await tree.lines(...path);
      assert.deepEqual(
        lines.map((line) => line.replace(/ · .*/, '')),
        expected,
      );
    });
  const denied = [
    'This user may not list buckets.',
    'This user may not publish to "$JS.API.STREAM.LIST".',
    'Look Again',
    'Open Bucket by Name…',
  ];

  it('is told what it may not do, and what it can do instead', async () => {
    await shows(denied, 'bench');
  });

  it('opens a bucket by its name, whose keys it may not list either', async () => {
    await answering({ texts: ['B'] }, async () =>
      run('natsKv.bucket.open', await tree.row('bench')),
    );
    await shows([...denied, 'B'], 'bench');
    await tree.expand('bench', 'B');
    await shows(
      ['This user may not list these keys.', 'Open Key…', 'Open Prefix…', 'List Again'],
      'bench',
      'B',
    );
  });

  it('opens the keys of a prefix, which follow what others do', async () => {
    await answering({ texts: ['mine.'] }, async () =>
      tree.click(await tree.row('bench', 'B', 'Open Prefix…')),
    );
    await shows([...denied, 'B', 'B › mine'], 'bench');
    await tree.expand('bench', 'B › mine');
    await shows(['a | 4 B', 'b | 4 B'], 'bench', 'B › mine');
    await shows([...denied, 'B', 'B › mine | 2'], 'bench');
    await bench.put('mine.c', '1');
    await bench.bucket.delete('mine.a');
    await shows(['b | 4 B', 'c | 1 B'], 'bench', 'B › mine');
  });

  it('opens a key by its name, and keeps it in the tree', async () => {
    await answering({ texts: ['theirs'] }, async () =>
      tree.click(await tree.row('bench', 'B', 'Open Key…')),
    );
    await eventually(() => assert.equal(bench.document('theirs').getText(), '1234'));
    await shows([...denied, 'B', 'B › mine | 2', 'B › theirs'], 'bench');
  });

  it('keeps what was opened over a refresh and another connection, until it is unpinned', async () => {
    await run('natsKv.view.refresh');
    await shows([...denied, 'B', 'B › mine | 2', 'B › theirs'], 'bench');
    bench.proxy.refuse();
    bench.proxy.cut();
    await eventually(async () =>
      assert.match((await tree.item(await tree.row('bench'))).description, /reconnecting/),
    );
    await bench.proxy.accept();
    await bench.put('mine.d', '1');
    const back = { timeoutMs: 15_000 };
    await eventually(
      async () => assert.deepEqual(await tree.labels('bench', 'B › mine'), ['b', 'c', 'd']),
      back,
    );

    await run('natsKv.pin.remove', await tree.row('bench', 'B › theirs'));
    await run('natsKv.pin.remove', await tree.row('bench', 'B › mine'));
    await run('natsKv.pin.remove', await tree.row('bench', 'B'));
    await shows(denied, 'bench');
  });
});
