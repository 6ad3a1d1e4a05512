import assert from 'node:assert/strict';
import { readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, afterEach, before, describe, it } from 'mocha';
import * as vscode from 'vscode';
import type { RowsChange } from '../../src/views/table/tableProtocol';
import { eventually } from '../support/poll';
import { answering } from './answers';
import { HostBench } from './hostBench';
import { TablePanel } from './tablePanel';

/** The tables of buckets in a real VS Code; what is in them is looked at where there is a screen. */
describe('the table of a bucket', () => {
  let bench: HostBench;
  let panel: TablePanel | undefined;

  before(async () => {
    bench = await HostBench.start();
    await bench.put('table.a', '{"n":1}');
    await bench.open('table.a');
    await vscode.commands.executeCommand('workbench.action.closeAllEditors');
  });

  afterEach(async () => {
    panel?.dispose();
    panel = undefined;
    await vscode.commands.executeCommand('workbench.action.closeAllEditors');
  });

  after(() => bench.stop());

  function tabs(): string[] {
    return vscode.window.tabGroups.all
      .flatMap((group) => group.tabs)
      .filter(({ input }) => input instanceof vscode.TabInputWebview)
      .map(({ label }) => label);
  }

  /** The table of what a filter lets through, with one column of values. */
  async function table(filter: string): Promise<TablePanel> {
    panel = await TablePanel.open(() =>
      answering({ picks: ['B'] }, () => vscode.commands.executeCommand('natsKv.table.open')),
    );
    panel.say({ kind: 'filter', text: filter });
    const columns = ['key', 'value.n'].map((id) => {
      const type = id === 'key' ? ('text' as const) : ('number' as const);
      return { id, type, width: 123 };
    });
    panel.say({ kind: 'columns', columns });
    panel.say({ kind: 'sort', sort: undefined });
    return panel;
  }

  /** Has something done to rows, and gives its plan's document. */
  async function planned(
    of: TablePanel,
    change: RowsChange,
    [first, last]: readonly [number, number],
  ): Promise<vscode.TextDocument> {
    const { version } = of.last('rows');
    of.say({ kind: 'change', change, version, first, last, columns: ['value.n'] });
    return eventually(() => {
      const document = vscode.window.activeTextEditor?.document;
      assert.equal(document?.uri.scheme, 'natskv-plan');
      return document;
    });
  }

  async function run(command: string): Promise<void> {
    const shown = await answering({}, () => vscode.commands.executeCommand(command));
    assert.deepEqual(shown.errors, []);
  }

  async function values(...keys: string[]): Promise<string[]> {
    const entries = await Promise.all(keys.map((key) => bench.bucket.get(key)));
    return entries.map((entry) => (entry?.operation === 'PUT' ? entry.string() : ''));
  }

  it('opens once for each bucket, and is brought to the front again', async () => {
    const show = async (): Promise<void> => {
      const shown = await answering({ picks: ['B'] }, () =>
        vscode.commands.executeCommand('natsKv.table.open'),
      );
      assert.deepEqual(shown.errors, []);
    };
    await show();
    await eventually(() => assert.deepEqual(tabs(), ['B (Table)']));
    await bench.open('table.a');
    await show();
    await eventually(() => {
      assert.equal(vscode.window.tabGroups.activeTabGroup.activeTab?.label, 'B (Table)');
    });
    assert.equal(tabs().length, 1);
  });

  it('changes a cell byte for byte, shows both sides of a conflict, and undoes', async () => {
    await bench.put('tcell.a', '{ "n" : 1.0, "m":2 }');
    const of = await table('tcell.');
    const { rows, created } = await of.rows('tcell.a');
    const { key = '', revision = 0 } = rows[0] ?? {};
    const edit = { kind: 'edit', key, revision, created, column: 'value.n' } as const;
    of.say({ ...edit, typed: '7.50' });
    await eventually(async () =>
      assert.deepEqual(await values('tcell.a'), ['{ "n" : 7.50, "m":2 }']),
    );
    of.say({ ...edit, typed: '8' });
    await eventually(() => {
      const { outcome } = of.last('edited');
      assert.ok(outcome.kind === 'conflict');
      assert.deepEqual([outcome.stored, outcome.typed], ['7.50', '8']);
    });
    await eventually(() => assert.equal(of.last('state').canUndo, true));
    of.say({ kind: 'undo' });
    await eventually(async () =>
      assert.deepEqual(await values('tcell.a'), ['{ "n" : 1.0, "m":2 }']),
    );
  });

  it('changes several rows after a dry run, tells a conflict in the report and in the cell, and undoes', async () => {
    const keys = ['tmany.a', 'tmany.b', 'tmany.c'];
    await bench.put('tmany.a', '{"n":1}');
    await bench.put('tmany.b', '{"n":2}');
    await bench.put('tmany.c', 'text');
    const of = await table('tmany.');
    await of.rows(...keys);
    const set = { does: 'set', column: 'value.n', typed: '5' } as const;
    const plan = await planned(of, set, [0, 2]);
    const text = plan.getText();
    assert.match(text, /0 new, 2 changed, 0 deleted/);
    assert.match(text, /tmany\.c: the value is no JSON/);
    assert.match(text, /-\s*"n": 1\n\+\s*"n": 5/);
    assert.deepEqual(await values(...keys), ['{"n":1}', '{"n":2}', 'text']);
    await bench.put('tmany.b', '{"n":9}');
    await run('natsKv.plan.carryOut');
    await eventually(() => assert.match(plan.getText(), /1 done, 1 skipped/));
    assert.match(plan.getText(), /tmany\.b: changed on the server meanwhile/);
    assert.deepEqual(await values(...keys), ['{"n":5}', '{"n":9}', 'text']);
    await eventually(() => {
      const { key, outcome } = of.last('edited');
      assert.ok(outcome.kind === 'conflict');
      assert.deepEqual([key, outcome.stored, outcome.typed], ['tmany.b', '9', '5']);
    });
    await run('natsKv.plan.undo');
    await eventually(async () => {
      assert.deepEqual(await values(...keys), ['{"n":1}', '{"n":9}', 'text']);
    });
  });

  it('writes all of it or nothing where the bucket takes batches', async () => {
    await bench.put('tbatch.a', '{"n":1}');
    await bench.put('tbatch.b', '{"n":2}');
    await bench.update('B', { allow_atomic: true });
    const isAtomic = (await bench.info('B'))['allow_atomic'] === true;
    const of = await table('tbatch.');
    await of.rows('tbatch.a', 'tbatch.b');
    const plan = await planned(of, { does: 'fill' }, [0, 1]);
    assert.match(plan.getText(), /1 changed/);
    await vscode.commands.executeCommand('workbench.action.closeActiveEditor');
    const set = { does: 'set', column: 'value.n', typed: '5' } as const;
    const both = await planned(of, set, [0, 1]);
    await bench.put('tbatch.b', '{"n":9}');
    await run('natsKv.plan.carryOut');
    await eventually(() => assert.match(both.getText(), isAtomic ? /0 done, 2 skip/ : /1 done, 1/));
    const first = isAtomic ? '{"n":1}' : '{"n":5}';
    assert.deepEqual(await values('tbatch.a', 'tbatch.b'), [first, '{"n":9}']);
    await bench.update('B', { allow_atomic: false });
  });

  it('deletes and duplicates rows, and brings them back', async () => {
    await bench.put('trow.a', '{"n":1}');
    await bench.put('trow.b', '{"n":2}');
    const of = await table('trow.');
    await of.rows('trow.a', 'trow.b');
    const deletion = await planned(of, { does: 'delete' }, [0, 1]);
    await run('natsKv.plan.carryOut');
    await eventually(() => assert.match(deletion.getText(), /2 done/));
    assert.deepEqual(await values('trow.a', 'trow.b'), ['', '']);
    await run('natsKv.plan.undo');
    await eventually(async () => {
      assert.deepEqual(await values('trow.a', 'trow.b'), ['{"n":1}', '{"n":2}']);
    });
    await vscode.commands.executeCommand('workbench.action.closeActiveEditor');
    await of.rows('trow.a', 'trow.b');
    const copies = await new Promise<vscode.TextDocument>((resolve, reject) => {
      answering({ texts: ['{key}.copy'] }, async () =>
        resolve(await planned(of, { does: 'duplicate' }, [0, 1])),
      ).then(undefined, reject);
    });
    assert.match(copies.getText(), /2 new/);
    await run('natsKv.plan.carryOut');
    await eventually(async () => {
      const made = await values('trow.a.copy', 'trow.b.copy');
      assert.deepEqual(made, ['{"n":1}', '{"n":2}']);
    });
  });

  it('exports what it shows, in its order, and remembers how it was shown', async () => {
    await bench.put('tfile.a', '{"n":1}');
    await bench.put('tfile.b', '{"n":3}');
    await bench.put('tfile.c', '{"n":2}');
    const of = await table('tfile.');
    of.say({ kind: 'sort', sort: { column: 'value.n', isDescending: true } });
    await of.rows('tfile.b', 'tfile.c', 'tfile.a');
    const file = vscode.Uri.file(join(tmpdir(), `table-export-${process.pid}.csv`));
    const { window } = vscode;
    const ask = window.showSaveDialog;
    Object.assign(window, { showSaveDialog: () => Promise.resolve(file) });
    try {
      await answering({ picks: ['CSV'] }, async () => {
        of.say({ kind: 'export' });
        await eventually(async () => {
          const text = await readFile(file.fsPath, 'utf8');
          assert.equal(text, 'key,value.n\ntfile.b,3\ntfile.c,2\ntfile.a,1\n');
        });
      });
    } finally {
      Object.assign(window, { showSaveDialog: ask });
      await rm(file.fsPath, { force: true });
    }
    of.dispose();
    panel = await TablePanel.open(() =>
      answering({ picks: ['B'] }, () => vscode.commands.executeCommand('natsKv.table.open')),
    );
    await panel.rows('tfile.b', 'tfile.c', 'tfile.a');
    const { columns, sort, filter } = panel.last('state');
    assert.deepEqual(
      columns.map(({ id, width }) => [id, width]),
      [
        ['key', 123],
        ['value.n', 123],
      ],
    );
    assert.deepEqual([sort?.column, sort?.isDescending, filter], ['value.n', true, 'tfile.']);
    panel.say({ kind: 'filter', text: '' });
    panel.say({ kind: 'sort', sort: undefined });
  });
});
