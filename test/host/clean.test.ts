import assert from 'node:assert/strict';
import { after, afterEach, before, describe, it } from 'mocha';
import * as vscode from 'vscode';
import { eventually } from '../support/poll';
import { answering, type Answers, type Shown } from './answers';
import { HostBench } from './hostBench';

describe('cleaning a bucket of a real server', () => {
  let bench: HostBench;

  before(async () => {
    bench = await HostBench.start();
    await bench.put('clean.first', 'x');
    await bench.open('clean.first');
    await vscode.commands.executeCommand('workbench.action.closeAllEditors');
  });

  afterEach(() => vscode.commands.executeCommand('workbench.action.closeAllEditors'));

  after(() => bench.stop());

  /** Chooses a way to clean, answers what it asks, and gives the plan that is shown. */
  async function plan(way: string, ...texts: string[]): Promise<vscode.TextDocument> {
    await answering({ picks: ['B', way], texts }, () =>
      vscode.commands.executeCommand('natsKv.bucket.clean'),
    );
    const document = vscode.window.activeTextEditor?.document;
    assert.equal(document?.uri.scheme, 'natskv-plan', way);
    return document;
  }

  function carryOut(answers: Answers): Promise<Shown> {
    return answering(answers, () => vscode.commands.executeCommand('natsKv.plan.carryOut'));
  }

  function shows(document: vscode.TextDocument, pattern: RegExp): Promise<void> {
    return eventually(() => assert.match(document.getText(), pattern));
  }

  async function lenses({ uri }: vscode.TextDocument): Promise<string[]> {
    const all = await vscode.commands.executeCommand<vscode.CodeLens[]>(
      'vscode.executeCodeLensProvider',
      uri,
    );
    return all.flatMap(({ command }) => command?.title ?? []);
  }

  async function text(key: string): Promise<string | undefined> {
    const entry = await bench.bucket.get(key);
    return entry?.operation === 'PUT' ? entry.string() : entry?.operation;
  }

  it('deletes by a pattern what a dry run has shown, and undoes it', async () => {
    for (const key of ['clean.eu.1', 'clean.eu.2', 'clean.eu.3', 'clean.us.1']) {
      await bench.put(key, `value of ${key}`);
    }
    const document = await plan('Delete by Pattern…', 'clean.eu.*');
    assert.match(document.getText(), /^# Delete clean\.eu\.\* in B\n#\n# To delete: 3 keys with /);
    assert.match(document.getText(), /\n# In B · bench\.\n/);
    assert.match(document.getText(), /\n-clean\.eu\.1 r\d+: 19 B, /);
    assert.doesNotMatch(document.getText(), /clean\.us/);
    assert.deepEqual(await lenses(document), ['$(check-all) Delete 3 Keys', '$(discard) Discard']);
    assert.equal(await text('clean.eu.1'), 'value of clean.eu.1');

    // Who thinks better of it has changed nothing, and can still go on.
    const asked = await carryOut({ buttons: [undefined] });
    assert.deepEqual(asked.messages, ['Delete 3 Keys in B on bench?']);
    assert.equal(await text('clean.eu.1'), 'value of clean.eu.1');

    await bench.put('clean.eu.3', 'theirs');
    await carryOut({ buttons: ['Delete 3 Keys'] });
    await shows(document, /\n# 2 done, 1 skipped, 0 refused, 0 not known\.\n/);
    await shows(document, /\n {2}clean\.eu\.3: changed on the server meanwhile\n/);
    assert.deepEqual(await Promise.all(['clean.eu.1', 'clean.eu.2', 'clean.eu.3'].map(text)), [
      'DEL',
      'DEL',
      'theirs',
    ]);

    assert.deepEqual(await lenses(document), ['$(discard) Undo']);
    await bench.put('clean.eu.2', 'new');
    // Who has closed the report finds it again.
    await vscode.commands.executeCommand('workbench.action.closeAllEditors');
    await vscode.commands.executeCommand('natsKv.plan.reopen');
    assert.equal(vscode.window.activeTextEditor?.document.uri.toString(), document.uri.toString());
    await vscode.commands.executeCommand('natsKv.plan.undo');
    const reopened = vscode.window.activeTextEditor?.document ?? document;
    await shows(reopened, /^# Undo: Delete clean\.eu\.\* in B\n#\n# 1 done, 1 skipped, /);
    assert.equal(await text('clean.eu.1'), 'value of clean.eu.1');
    assert.equal(await text('clean.eu.2'), 'new');
    assert.deepEqual(await lenses(reopened), []);
  });

  it('deletes by a query of values', async () => {
    await bench.put('clean.task.1', '{"status":"done"}');
    await bench.put('clean.task.2', '{"status":"open"}');
    const condition = 'value.status == "done" and age < 30d';
    const document = await plan('Delete by Query…', condition, 'clean.task.>');
    assert.match(
      document.getText(),
      /# To delete: 1 key with .*\n# Values that were read to find them: 2/,
    );
    await carryOut({ buttons: ['Delete 1 Key'] });
    await shows(document, /\n# 1 done, /);
    assert.equal(await text('clean.task.1'), 'DEL');
    assert.equal(await text('clean.task.2'), '{"status":"open"}');
  });

  it('trims histories once the name of the bucket was typed, for nothing brings them back', async () => {
    for (const value of ['1', '2', '3']) {
      await bench.put('clean.long', value);
    }
    const document = await plan('Trim History…', '1');
    assert.match(document.getText(), /\n-clean\.long: 2 before r\d+, 2 B\n/);
    const refused = await carryOut({ texts: ['other'] });
    assert.match(refused.prompts[0] ?? '', /^Trim \d+ Keys? in B on bench\?$/);
    assert.deepEqual(await lenses(document).then((all) => all.length), 2);

    await carryOut({ texts: ['B'] });
    await shows(document, /\n# Messages that were removed: \d+\.\n/);
    const revisions = await bench.bucket.history({ key: 'clean.long' });
    const values: string[] = [];
    for await (const entry of revisions) {
      values.push(entry.string());
    }
    assert.deepEqual(values, ['3']);
    assert.deepEqual(await lenses(document), []);
  });

  it('compacts markers', async () => {
    await bench.put('clean.gone', 'x');
    await bench.bucket.delete('clean.gone');
    const document = await plan('Compact…', '0');
    assert.match(document.getText(), /\n-clean\.gone r\d+: deleted, /);
    const count =
      /# Markers that go: (\d+); younger ones that stay: 0/.exec(document.getText())?.[1] ?? '';
    const action = count === '1' ? 'Remove 1 Marker' : `Remove ${count} Markers`;
    await carryOut({ buttons: [action] });
    await shows(document, new RegExp(`\\n# ${count} done, 0 skipped, `));
    assert.equal(await bench.bucket.get('clean.gone'), null);
  });

  it('stops when it is cancelled, and says what it had not begun with', async () => {
    const keys = Array.from({ length: 40 }, (_, at) => `clean.many.${at}`);
    await Promise.all(keys.map((key) => bench.put(key, 'x')));
    const settings = vscode.workspace.getConfiguration();
    const global = vscode.ConfigurationTarget.Global;
    await settings.update('natsKv.bulk.maxPerSecond', 20, global);
    const document = await plan('Delete by Pattern…', 'clean.many.*');
    assert.match(document.getText(), /\n# At most 20 keys a second/);
    await cancelling(() => carryOut({ buttons: ['Delete 40 Keys'] }));
    await settings.update('natsKv.bulk.maxPerSecond', undefined, global);

    await shows(document, /\n# Not begun with: \d+ keys, since it was cancelled\.\n/);
    const done = Number(/# (\d+) done, /.exec(document.getText())?.[1]);
    const left = Number(/# Not begun with: (\d+) keys/.exec(document.getText())?.[1]);
    const values = await Promise.all(keys.map(text));
    assert.equal(done + left, 40);
    assert.equal(values.filter((value) => value === 'DEL').length, done);
  });

  it('says that it waits for a link that was lost, and goes on when it is back', async () => {
    const keys = Array.from({ length: 30 }, (_, at) => `clean.lost.${at}`);
    await Promise.all(keys.map((key) => bench.put(key, 'x')));
    const document = await plan('Delete by Pattern…', 'clean.lost.*');
    bench.proxy.stall();
    const told: string[] = [];
    const running = watching(told, () => carryOut({ buttons: ['Delete 30 Keys'] }));
    await eventually(async () => assert.match((await lenses(document)).join(), /Under way/));
    bench.proxy.refuse();
    bench.proxy.cut();
    await eventually(() => assert.ok(told.includes('waiting for the connection')));
    bench.proxy.reset();
    await bench.proxy.accept();
    await running;
    await shows(document, /\n# 30 done, 0 skipped, 0 refused, 0 not known\.\n/);
    assert.deepEqual(new Set(await Promise.all(keys.map(text))), new Set(['DEL']));
  });

  it('purges all keys once the name of the bucket was typed', async () => {
    const document = await plan('Purge All Keys…');
    assert.match(document.getText(), /This cannot be undone\.\n/);
    await carryOut({ texts: ['B'] });
    await shows(document, / 0 skipped, 0 refused, 0 not known\.\n/);
    const keys: string[] = [];
    for await (const key of await bench.bucket.keys()) {
      keys.push(key);
    }
    assert.deepEqual(keys, []);
  });

  it('says why what cannot be done is not offered', async () => {
    const shown = await answering({ picks: ['B'] }, (seen) =>
      vscode.commands
        .executeCommand('natsKv.bucket.stepDown')
        .then(() => eventually(() => assert.equal(seen.errors.length, 1))),
    );
    assert.match(
      shown.errors[0] ?? '',
      /Step Down Leader: (the server is not part of a cluster|"B" has one copy)/,
    );
    const promoted = await answering({ picks: ['B'] }, (seen) =>
      vscode.commands
        .executeCommand('natsKv.bucket.promote')
        .then(() => eventually(() => assert.equal(seen.errors.length, 1))),
    );
    assert.match(promoted.errors[0] ?? '', /"B" is no mirror\.$/);
  });

  it('deletes a bucket after a dry run, once its name was typed', async () => {
    const config = { max_msgs_per_subject: 1, allow_rollup_hdrs: true };
    for (const name of ['gone', 'gone-copy']) {
      const subjects = { subjects: [`$KV.${name}.>`] };
      const own = name === 'gone' ? subjects : { mirror: { name: 'KV_gone' } };
      await bench.api(`STREAM.CREATE.KV_${name}`, { name: `KV_${name}`, ...own, ...config });
    }
    await answering({ picks: ['gone'] }, () =>
      vscode.commands.executeCommand('natsKv.bucket.delete'),
    );
    const document = vscode.window.activeTextEditor?.document;
    assert.match(document?.getText() ?? '', /^# Delete bucket gone\n#\n# It holds 0 keys with a/);
    assert.match(document?.getText() ?? '', /\n!gone-copy: a mirror, which keeps what it has\n/);
    const wrong = await carryOut({ texts: ['B'] });
    assert.equal(wrong.prompts[0], 'Delete Bucket gone on bench?');
    assert.ok(await bench.info('gone'));
    await carryOut({ texts: ['gone'] });
    await shows(document as vscode.TextDocument, /Done: deleted gone · bench\./);
    assert.equal(await bench.info('gone'), undefined);
    await bench.api('STREAM.DELETE.KV_gone-copy', {});
  });

  it('seals a bucket once its name was typed, and offers nothing more for it', async () => {
    await answering({ picks: ['B'], texts: ['B'] }, () =>
      vscode.commands.executeCommand('natsKv.bucket.seal'),
    );
    await assert.rejects(bench.put('clean.sealed', 'x'), /sealed/);
    const shown = await answering({ picks: ['B', 'Delete by Pattern…'] }, () =>
      vscode.commands.executeCommand('natsKv.bucket.clean'),
    );
    assert.deepEqual(shown.prompts, []);
  });
});

/** Runs something whose progress is cancelled as soon as it is told. */
function cancelling(run: () => Promise<unknown>): Promise<void> {
  return withProgress((_, source) => source.cancel(), run);
}

/** Runs something and takes down what its progress says. */
function watching(told: string[], run: () => Promise<unknown>): Promise<void> {
  return withProgress((message) => void told.push(message), run);
}

async function withProgress(
  report: (message: string, source: vscode.CancellationTokenSource) => void,
  run: () => Promise<unknown>,
): Promise<void> {
  const { window } = vscode;
  const before = window.withProgress;
  const stub: typeof before = (_, task) => {
    const source = new vscode.CancellationTokenSource();
    const told = { report: ({ message = '' }) => report(message, source) };
    return task(told, source.token);
  };
  Object.assign(window, { withProgress: stub });
  try {
    await run();
  } finally {
    Object.assign(window, { withProgress: before });
  }
}
