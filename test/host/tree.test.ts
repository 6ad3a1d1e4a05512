import assert from 'node:assert/strict';
import { after, afterEach, before, describe, it } from 'mocha';
import * as vscode from 'vscode';
import { eventually } from '../support/poll';
import { answering } from './answers';
import { HostBench } from './hostBench';
import { picking } from './picking';
import { TreeProbe } from './treeProbe';

const { Global } = vscode.ConfigurationTarget;
const run = (id: string, ...args: unknown[]) => vscode.commands.executeCommand(id, ...args);

/** The Buckets view in a real VS Code, on a real server that another client writes to. */
describe('the key tree', () => {
  let bench: HostBench;
  let tree: TreeProbe;

  before(async () => {
    bench = await HostBench.start();
    const keys = ['orders.eu.1', 'orders.eu.2', 'orders.us.1', 'flags', 'flags.dark'];
    await Promise.all(keys.map((key) => bench.put(key, '12345678')));
    const wide = Array.from({ length: 1_200 }, (_, at) => bench.put(`wide.s${at}`, 'x'));
    await Promise.all(wide);
    const expiring = { name: 'KV_E', subjects: ['$KV.E.>'], max_msgs_per_subject: 1 };
    const recipe = { ...expiring, allow_rollup_hdrs: true, allow_direct: true };
    await bench.api('STREAM.CREATE.KV_E', { ...recipe, max_age: 3_000_000_000 });
    tree = await TreeProbe.open();
    await tree.expand('bench');
    await tree.expand('bench', 'B');
  });

  after(() => bench.stop());

  afterEach(async () => {
    const settings = vscode.workspace.getConfiguration();
    for (const name of ['separators', 'flat', 'showDeleted']) {
      await settings.update(`natsKv.tree.${name}`, undefined, Global);
    }
  });

  const two = 'bench/B/orders.eu.2/key';
  const set = (name: string, value: unknown) =>
    vscode.workspace.getConfiguration().update(`natsKv.tree.${name}`, value, Global);
  const count = async () => (await tree.item(await tree.row('bench', 'B'))).description;
  const shows = (expected: readonly string[], ...path: string[]) =>
    eventually(async () => assert.deepEqual(await tree.labels(...path), expected));

  it('shows keys as folders with their counts, and a key that is a prefix as both', async () => {
    await eventually(async () => {
      const lines = await tree.lines('bench', 'B');
      assert.deepEqual(
        lines.map((line) => line.replace(/ · .*/, '')),
        ['flags | 1', 'flags | 8 B', 'orders | 3', 'wide | 1,200'],
      );
    });
    assert.deepEqual(await tree.labels('bench', 'B', 'orders'), ['eu', 'us']);
    assert.equal(await count(), '1,205 keys');
  });

  it('names every row for screen readers, each by an id of its own', async () => {
    const rows = await Promise.all(
      [['bench'], ['bench', 'B'], ['bench', 'B', 'orders'], ['bench', 'B', 'flags']].map(
        async (path) => tree.item(await tree.row(...path)),
      ),
    );
    assert.equal(new Set(rows.map(({ id }) => id)).size, 4);
    assert.match(rows[1]?.spoken ?? '', /^B, bucket, 1,205 keys$/);
    assert.match(rows[2]?.spoken ?? '', /^orders, folder of 3 keys$/);
  });

  it('keeps what is expanded and selected over a refresh', async () => {
    const orders = await tree.expand('bench', 'B', 'orders');
    const eu = await tree.expand('bench', 'B', 'orders', 'eu');
    const us = await tree.row('bench', 'B', 'orders', 'us');
    await tree.select('bench', 'B', 'orders', 'eu', '2');
    tree.forgetReads();

    await run('natsKv.view.refresh');

    await eventually(() => assert.ok(tree.hasRead(orders) && tree.hasRead(eu)));
    assert.equal(tree.hasRead(us), false);
    await eventually(() => assert.deepEqual(tree.selected(), [two]));
  });

  it('keeps them over a reconnect, and tells what happened meanwhile', async () => {
    const eu = await tree.row('bench', 'B', 'orders', 'eu');
    tree.forgetReads();

    bench.proxy.refuse();
    bench.proxy.cut();
    await eventually(async () => {
      const { description } = await tree.item(await tree.row('bench', 'B'));
      assert.match(description, /stale since/);
    });
    await bench.put('orders.eu.3', 'new');
    await bench.bucket.delete('orders.eu.1');
    await bench.proxy.accept();

    await eventually(() => assert.ok(tree.hasRead(eu)));
    await eventually(async () => assert.equal(await count(), '1,205 keys'));
    await shows(['2', '3'], 'bench', 'B', 'orders', 'eu');
    await eventually(() => assert.deepEqual(tree.selected(), [two]));
  });

  it('shows by itself what another client puts and deletes', async () => {
    await bench.put('orders.fr.1', '1');
    await eventually(async () =>
      assert.ok((await tree.labels('bench', 'B', 'orders')).includes('fr')),
    );
    await bench.put('orders.fr.1', '333');
    await eventually(async () => {
      const [line] = await tree.lines('bench', 'B', 'orders', 'fr');
      assert.match(line ?? '', /^1 \| 3 B/);
    });
    // It is told for a moment only.
    await eventually(
      async () => {
        await bench.put('orders.fr.1', '333');
        const row = await tree.row('bench', 'B', 'orders', 'fr', '1');
        assert.match((await tree.item(row)).spoken, /just changed$/);
      },
      { intervalMs: 200 },
    );
    await bench.bucket.delete('orders.fr.1');
    await eventually(async () =>
      assert.ok(!(await tree.labels('bench', 'B', 'orders')).includes('fr')),
    );
    assert.equal(await count(), '1,205 keys');
  });

  it('drops what the server lets expire without a word', async () => {
    await tree.expand('bench', 'E');
    // Again and again, since it may have expired before the tree is looked at.
    await eventually(
      async () => {
        await bench.putWith('E', 'soon', 'x', {});
        assert.deepEqual(await tree.labels('bench', 'E'), ['soon']);
      },
      { intervalMs: 200 },
    );
    await shows(['No keys in E.', 'New Key…'], 'bench', 'E');
  });

  it('shows deleted keys where they are asked for', async () => {
    await run('natsKv.tree.showDeletedKeys');
    await eventually(async () => {
      const lines = await tree.lines('bench', 'B', 'orders', 'eu');
      assert.match(lines[0] ?? '', /^1 \| deleted /);
    });
    await run('natsKv.tree.hideDeletedKeys');
    await shows(['2', '3'], 'bench', 'B', 'orders', 'eu');
  });

  async function filter(text: string): Promise<void> {
    await picking(
      (pick) => {
        pick.type(text);
        pick.accept(text);
      },
      async () => run('natsKv.keys.filter', await tree.row('bench', 'B')),
    );
  }

  it('filters by wildcards and by text, says so, and is cleared by one click', async () => {
    await filter('orders.us.>');
    await shows(['orders.us'], 'bench', 'B');
    await eventually(async () => assert.equal(await count(), 'orders.us.> · 1 key'));
    await bench.put('orders.us.2', 'x');
    await eventually(async () => assert.equal(await count(), 'orders.us.> · 2 keys'));

    await filter('EU');
    await shows(['orders.eu'], 'bench', 'B');
    await filter('nothing.>');
    await shows(['Nothing matches nothing.>.', 'Clear Filter'], 'bench', 'B');
    await tree.click(await tree.row('bench', 'B', 'Clear Filter'));
    await shows(['flags', 'flags', 'orders', 'wide'], 'bench', 'B');
    await bench.bucket.delete('orders.us.2');
  });

  it('keeps a filter among the saved ones, for other buckets too', async () => {
    await picking(
      (pick) => {
        pick.type('flags.>');
        pick.press('flags.>');
        pick.hide();
      },
      async () => run('natsKv.keys.filter', await tree.row('bench', 'B')),
    );
    const offered: string[] = [];
    await picking(
      (pick) => {
        offered.push(...pick.items.map(({ label }) => label));
        pick.press('flags.>');
        pick.hide();
      },
      async () => run('natsKv.keys.filter', await tree.row('bench', 'E')),
    );
    assert.deepEqual(offered.slice(0, 2), ['saved', 'flags.>']);
  });

  it('pages a wide level, and jumps in it by first letters', async () => {
    const wide = ['bench', 'B', 'wide'] as const;
    await tree.expand(...wide);
    assert.equal((await tree.labels(...wide)).length, 501);
    const more = await tree.row(...wide, 'Load 500 more (of 1,200)…');
    await tree.click(more);
    await eventually(async () => assert.equal((await tree.labels(...wide)).length, 1_001));
    assert.ok(await tree.row(...wide, 'Load 200 more (of 1,200)…'));

    await answering({ texts: ['s1198'] }, async () =>
      run('natsKv.level.jump', await tree.row(...wide)),
    );
    await shows(['Starts at s1198', 's1198', 's1199'], ...wide);
    await tree.click(await tree.row(...wide, 'Starts at s1198'));
    await eventually(async () => assert.equal((await tree.labels(...wide))[0], 's0'));
  });

  it('makes and copies with the separator that a folder has', async () => {
    await bench.put('etc/app/name', 'x');
    await bench.put('etc/app/port', 'x');
    await set('separators', ['.', '/']);
    const folder = await tree.row('bench', 'B', 'etc/app');
    assert.deepEqual(await tree.labels('bench', 'B', 'etc/app'), ['name', 'port']);

    await run('natsKv.prefix.copy', folder);
    assert.equal(await vscode.env.clipboard.readText(), 'etc/app/');
    await run('natsKv.prefix.copy', await tree.row('bench', 'B', 'orders'));
    assert.equal(await vscode.env.clipboard.readText(), 'orders.');
    const shown = await answering({}, () => run('natsKv.live.watch', folder));
    assert.deepEqual(shown.values, ['etc/app/>']);
    await picking(
      (pick) => {
        pick.type('x');
        pick.accept(pick.items[0]?.label ?? '');
      },
      () => run('natsKv.value.find', folder),
    );
    await run('natsKv.find.copy');
    const found = await vscode.env.clipboard.readText();
    assert.deepEqual(found.split('\n').sort(), ['B/etc/app/name:1: x', 'B/etc/app/port:1: x']);
    await run('natsKv.find.clear');
  });

  it('opens a key by its name, which needs no place of its own where keys are listed', async () => {
    await answering({ texts: ['orders.eu.2'] }, async () =>
      run('natsKv.key.open', await tree.row('bench', 'B')),
    );
    await eventually(() => assert.ok(bench.document('orders.eu.2')));
    assert.deepEqual(await tree.labels('bench'), ['B', 'E']);
  });

  it('shows its keys at once when the link is replaced', async () => {
    await tree.expand('bench', 'B', 'orders');
    await run('natsKv.connection.disconnect', await tree.row('bench'));
    await shows(['Disconnected.', 'Connect'], 'bench');
    await bench.put('orders.eu.4', 'x');
    await tree.click(await tree.row('bench', 'Connect'));
    await eventually(async () => assert.match(await count(), /^1,2\d\d keys$/));
    await shows(['2', '3', '4'], 'bench', 'B', 'orders', 'eu');
  });
});
