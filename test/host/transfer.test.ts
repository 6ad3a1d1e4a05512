import assert from 'node:assert/strict';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, afterEach, before, describe, it } from 'mocha';
import * as vscode from 'vscode';
import { eventually } from '../support/poll';
import { answering, type Answers, type Shown } from './answers';
import { HostBench } from './hostBench';
import { picking } from './picking';

const buckets = ['T1', 'T2', 'T3'];

describe('keys that are exported, imported and copied in a real window', () => {
  let bench: HostBench;
  let folder: string;

  before(async () => {
    bench = await HostBench.start();
    folder = await mkdtemp(join(tmpdir(), 'transfer-host-'));
    await bench.put('transfer.first', 'x');
    await bench.open('transfer.first');
    await vscode.commands.executeCommand('workbench.action.closeAllEditors');
    for (const bucket of buckets) {
      await bench.api(`STREAM.CREATE.KV_${bucket}`, {
        name: `KV_${bucket}`,
        subjects: [`$KV.${bucket}.>`],
        max_msgs_per_subject: 3,
        allow_direct: true,
        allow_rollup_hdrs: true,
        discard: 'new',
      });
    }
    await bench.putWith('T1', 'app.name', 'shop', { Kind: 'text' });
    await bench.putWith('T1', 'app.flags', '{"a":1}', {});
    await bench.putWith('T1', 'other', 'o', {});
  });

  afterEach(() => vscode.commands.executeCommand('workbench.action.closeAllEditors'));

  after(async () => {
    for (const bucket of buckets) {
      await bench.delete(bucket);
    }
    await rm(folder, { recursive: true, force: true });
    await bench.stop();
  });

  interface Walk extends Answers {
    /** Rows of boxes that a flow is made of, in turn. */
    readonly steps?: readonly string[];
    /** What is chosen in the dialog for files. */
    readonly file?: string;
  }

  async function walk(
    command: string,
    { steps = [], file = '', ...answers }: Walk,
  ): Promise<Shown> {
    const left = [...steps];
    const { window } = vscode;
    const { showSaveDialog, showOpenDialog } = window;
    const uri = vscode.Uri.file(join(folder, file));
    Object.assign(window, {
      showSaveDialog: () => Promise.resolve(uri),
      showOpenDialog: () => Promise.resolve([uri]),
    });
    try {
      return await answering(answers, () =>
        picking(
          (pick) => pick.accept(left.shift() ?? ''),
          () => vscode.commands.executeCommand(command),
        ),
      );
    } finally {
      Object.assign(window, { showSaveDialog, showOpenDialog });
    }
  }

  function plan(): vscode.TextDocument {
    const document = vscode.window.activeTextEditor?.document;
    assert.equal(document?.uri.scheme, 'natskv-plan');
    return document;
  }

  function shows(document: vscode.TextDocument, pattern: RegExp): Promise<void> {
    return eventually(() => assert.match(document.getText(), pattern));
  }

  it('go out as NDJSON and come in again, which Verify confirms', async () => {
    const told = await walk('natsKv.bucket.export', {
      picks: ['T1'],
      steps: ['NDJSON'],
      file: 'out.ndjson',
    });
    assert.deepEqual(told.errors, []);
    assert.match(told.messages[0] ?? '', /^Exported 3 keys \(12 B\) to out\.ndjson\./);
    const lines = (await readFile(join(folder, 'out.ndjson'), 'utf8')).trim().split('\n');
    assert.equal(lines.length, 5);

    await walk('natsKv.bucket.import', {
      picks: ['T2'],
      steps: ['File…', 'Keys as They Are', 'Overwrite', 'Keep TTLs'],
      texts: [''],
      file: 'out.ndjson',
    });
    const document = plan();
    assert.match(document.getText(), /^# Import out\.ndjson into T2\n#\n# New: 3; replaced: 0; /);
    assert.match(document.getText(), /\n\+app\.name: line 2\n/);
    const done = await walk('natsKv.plan.carryOut', {});
    await shows(document, /\n# 3 done, 0 skipped, 0 refused, 0 not known\.\n/);
    assert.match(done.messages[0] ?? '', /^Wrote 3 keys to T2\.$/);
    assert.equal((await bench.last('T2', 'app.name')).value, 'shop');

    const verified = {
      picks: ['T2'],
      steps: ['File…', 'Keys as They Are'],
      texts: [''],
      file: 'out.ndjson',
    };
    await walk('natsKv.bucket.verify', verified);
    assert.match(plan().getText(), /\n# Nothing differs\.\n# Compared: 3; /);
    await bench.putWith('T2', 'app.name', 'theirs', { Kind: 'text' });
    await bench.putWith('T2', 'extra', 'x', {});
    await walk('natsKv.bucket.verify', verified);
    assert.match(plan().getText(), /\n# Different: 2; /);
    assert.match(plan().getText(), /\n\+extra\n/);
    assert.match(plan().getText(), /\n!app\.name: line 2\n/);
  });

  it('come in by Mirror once the loss of values was confirmed', async () => {
    const steps = ['File…', 'Keys as They Are', 'Mirror', 'Keep TTLs'];
    const walked = { picks: ['T2'], steps, texts: [''], file: 'out.ndjson' };
    await walk('natsKv.bucket.import', walked);
    const document = plan();
    assert.match(document.getText(), /\n# Replaced: 1\n!app\.name/);
    assert.match(document.getText(), /source does not have them: 1\n-extra\n/);
    const asked = await walk('natsKv.plan.carryOut', { buttons: [undefined] });
    assert.deepEqual(asked.messages, ['Write 2 Keys in T2 on bench?']);
    assert.equal((await bench.last('T2', 'app.name')).value, 'theirs');
    await walk('natsKv.plan.carryOut', { buttons: ['Write 2 Keys'] });
    await shows(document, /\n# 2 done, /);
    assert.equal((await bench.last('T2', 'app.name')).value, 'shop');
  });

  it('go out as a folder of files, of one search or selection', async () => {
    await walk('natsKv.bucket.export', {
      picks: ['T1'],
      steps: ['Folder of Files'],
      file: 'files',
    });
    const files = await readdir(join(folder, 'files'), { recursive: true });
    assert.deepEqual(files.sort(), [
      '.natskv-index.ndjson',
      'app',
      'app/flags.json',
      'app/name.txt',
      'other.txt',
    ]);
    const again = await walk('natsKv.bucket.export', {
      picks: ['T1'],
      steps: ['Folder of Files'],
      file: 'files',
    });
    assert.match(again.errors[0] ?? '', /files is there already; choose another name/);
  });

  it('come from a .env with names as buckets have them', async () => {
    await writeFile(join(folder, 'app.env'), 'DB_HOST=localhost\nDB_PORT=1\nwhat\n');
    await walk('natsKv.bucket.import', {
      picks: ['T3'],
      steps: ['File…', 'Lower Case, Dots for _', 'Skip'],
      texts: ['config.'],
      file: 'app.env',
    });
    const document = plan();
    assert.match(document.getText(), /\n NAME=value is expected, line 3\n/);
    assert.match(document.getText(), /\n\+config\.db\.host: line 1\n/);
    await walk('natsKv.plan.carryOut', {});
    await shows(document, /\n# 2 done, /);
    assert.equal((await bench.last('T3', 'config.db.port')).value, '1');
  });

  it('are copied to another bucket under a prefix', async () => {
    await walk('natsKv.bucket.copyTo', {
      picks: ['T1', 'T3'],
      steps: ['Keys as They Are', 'Create Only', 'Keep TTLs'],
      texts: ['', 'backup.'],
    });
    const document = plan();
    assert.match(document.getText(), /^# Copy T1 to T3 on bench\n/);
    await walk('natsKv.plan.carryOut', {});
    await shows(document, /\n# 3 done, /);
    assert.equal((await bench.last('T3', 'backup.app.flags')).value, '{"a":1}');
  });

  it('go on with Resume Import where an import was cancelled', async () => {
    const lines = Array.from({ length: 40 }, (_, at) => `K${at}=${at}`);
    await writeFile(join(folder, 'many.env'), lines.join('\n'));
    await walk('natsKv.bucket.import', {
      picks: ['T3'],
      steps: ['File…', 'Keys as They Are', 'Skip'],
      texts: ['many.'],
      file: 'many.env',
    });
    const document = plan();
    const { withProgress } = vscode.window;
    const settings = vscode.workspace.getConfiguration('natsKv.bulk');
    await settings.update('maxPerSecond', 50, vscode.ConfigurationTarget.Global);
    // A user who cancels as soon as something was written.
    const cancelling = (_: unknown, task: (progress: object, token: object) => unknown) => {
      const source = new vscode.CancellationTokenSource();
      const report = () => source.cancel();
      return task({ report }, source.token);
    };
    Object.assign(vscode.window, { withProgress: cancelling });
    try {
      const told = await walk('natsKv.plan.carryOut', {});
      assert.match(
        told.messages[0] ?? '',
        /^Wrote \d+ keys? to T3, not all\. Resume Import goes on\.$/,
      );
    } finally {
      Object.assign(vscode.window, { withProgress });
      await settings.update('maxPerSecond', undefined, vscode.ConfigurationTarget.Global);
    }
    await shows(document, /\n# Not begun with: \d+ keys, since it was cancelled\.\n/);
    await walk('natsKv.import.resume', { picks: ['many.env into T3'] });
    assert.match(plan().getText(), /\n# Goes on behind entry \d+\.\n/);
    const rest = plan();
    await walk('natsKv.plan.carryOut', {});
    await shows(rest, /\n# \d+ done, 0 skipped, 0 refused, 0 not known\.\n# In T3/);
    for (const at of [0, 20, 39]) {
      assert.equal((await bench.last('T3', `many.K${at}`)).value, String(at));
    }
    const none = await walk('natsKv.import.resume', { picks: ['many.env into T3'] });
    assert.deepEqual(none.errors, []);
  });

  it('tell what is wrong with a file, and write nothing', async () => {
    await writeFile(join(folder, 'bad.json'), '{\n  "a": 1,\n}');
    const told = await walk('natsKv.bucket.import', {
      picks: ['T3'],
      steps: ['File…', 'Objects Are Values', 'Keys as They Are', 'Skip'],
      texts: [''],
      file: 'bad.json',
    });
    assert.match(told.errors[0] ?? '', /line 3: /);
    assert.notEqual(vscode.window.activeTextEditor?.document.uri.scheme, 'natskv-plan');
  });
});
