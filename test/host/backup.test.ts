import assert from 'node:assert/strict';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, afterEach, before, beforeEach, describe, it } from 'mocha';
import * as vscode from 'vscode';
import { type Answers, answering, type Shown } from './answers';
import { HostBench } from './hostBench';

describe('backups of the buckets of a real server', () => {
  let bench: HostBench;
  let folder: string;

  before(async () => {
    bench = await HostBench.start();
    await bench.put('backup.one', '1');
    await bench.put('backup.two', '2');
    await bench.bucket.delete('backup.two');
    await bench.open('backup.one');
    await vscode.commands.executeCommand('workbench.action.closeAllEditors');
  });

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'nats-kv-backups-'));
  });

  afterEach(() => rm(folder, { recursive: true }));

  after(() => bench.stop());

  /** Runs a command with a folder that is chosen in VS Code's dialog; undefined gives up there. */
  async function choosing(path: string | undefined, command: string, answers: Answers) {
    const { window } = vscode;
    const dialog = window.showOpenDialog;
    const chosen = path === undefined ? undefined : [vscode.Uri.file(path)];
    Object.assign(window, { showOpenDialog: () => Promise.resolve(chosen) });
    try {
      return await answering(answers, () => vscode.commands.executeCommand(command));
    } finally {
      Object.assign(window, { showOpenDialog: dialog });
    }
  }

  const backUp = (path: string | undefined): Promise<Shown> =>
    choosing(path, 'natsKv.bucket.backUp', { picks: ['B'] });

  const restore = (path: string, ...buttons: (string | undefined)[]): Promise<Shown> =>
    choosing(path, 'natsKv.bucket.restore', { buttons });

  async function onlyIn(path: string): Promise<string> {
    const names = await readdir(path);
    assert.equal(names.length, 1, names.join(', '));
    return join(path, names[0] ?? '');
  }

  it('writes what the nats CLI reads, in a folder of its own, and says how much it was', async () => {
    const shown = await backUp(folder);
    assert.match(
      shown.messages.join('\n'),
      /^Backed up B: \d+ messages, [\d.]+ (B|KiB) on disk\.$/,
    );
    const made = await onlyIn(folder);
    assert.match(made, /KV_B-\d{8}-\d{6}$/);
    const facts = JSON.parse(await readFile(join(made, 'backup.json'), 'utf8')) as {
      readonly config: { readonly name: string };
    };
    assert.equal(facts.config.name, 'KV_B');
    assert.deepEqual((await readdir(made)).length, 2);
  });

  it('makes nothing when no folder is chosen', async () => {
    const shown = await backUp(undefined);
    assert.deepEqual([shown.messages, shown.errors], [[], []]);
    assert.deepEqual(await readdir(folder), []);
  });

  it('restores a bucket that was deleted, with every revision, once it was told what that means', async () => {
    const before = await bench.api('STREAM.INFO.KV_B', {});
    await backUp(folder);
    const made = await onlyIn(folder);

    const refused = await restore(made);
    assert.match(refused.errors.join('\n'), /B is on bench already.*under its own name/);

    await bench.api('STREAM.DELETE.KV_B', {});
    const asked = await restore(made, undefined);
    assert.match(asked.messages.join('\n'), /^Restore B to bench\?$/);
    await assert.rejects(() => bench.api('STREAM.INFO.KV_B', {}));

    const shown = await restore(made, 'Restore');
    assert.match(shown.messages.join('\n'), /\nRestored B: \d+ messages\.$/);
    const { state } = await bench.api('STREAM.INFO.KV_B', {});
    assert.deepEqual(countsOf(state), countsOf(before.state));
    assert.equal((await bench.bucket.get('backup.one'))?.string(), '1');
    assert.equal((await bench.bucket.get('backup.two'))?.operation, 'DEL');
  });

  it('says what is wrong with a folder that holds no backup', async () => {
    const shown = await restore(folder);
    assert.match(shown.errors.join('\n'), /there is no ".*backup\.json": choose the folder/);
  });
});

function countsOf(state: unknown) {
  const { messages, first_seq, last_seq } = state as Record<string, number>;
  return { messages, first_seq, last_seq };
}
