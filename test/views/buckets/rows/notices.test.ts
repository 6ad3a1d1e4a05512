import { describe, expect, it } from 'vitest';
import { Uri } from 'vscode';
import { Emitter, ObservableValue } from '../../../../src/kv/base/event';
import { BucketsView } from '../../../../src/views/buckets/bucketsView';
import type { Notice } from '../../../../src/views/buckets/rows/notices';
import { inBackground } from '../../../support/inBackground';

describe('the notices of the Buckets view', () => {
  it('are rows below the connections, each with its reason and what mends it', async () => {
    const notices = new ObservableValue<readonly Notice[]>([]);
    const view = new BucketsView(
      { all: [], onDidChange: new Emitter<void>().event },
      { uriOf: () => Uri.parse('natskv://a/b/c'), notices, inBackground },
    );
    notices.set([
      { id: 'a', label: 'shop', reason: 'no url', fix: { command: 'open', arguments: [1] } },
      { id: 'b', label: 'nats CLI contexts', reason: 'cannot be read' },
    ]);

    const nodes = await view.getChildren();

    expect(nodes.map((node) => view.getTreeItem(node))).toMatchObject([
      {
        label: 'shop',
        description: 'no url',
        tooltip: 'shop: no url\nClick to fix it.',
        command: { command: 'open', arguments: [1] },
      },
      {
        label: 'nats CLI contexts',
        description: 'cannot be read',
        tooltip: 'nats CLI contexts: cannot be read',
      },
    ]);
    view.dispose();
  });
});
