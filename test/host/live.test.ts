import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, afterEach, before, describe, it } from 'mocha';
import * as vscode from 'vscode';
import { eventually } from '../support/poll';
import { answering } from './answers';
import { HostBench } from './hostBench';
import { picking } from './picking';

interface Exported {
  readonly key: string;
  readonly bucket: string;
  readonly connection: string;
  readonly operation: string;
  readonly revision: number;
  readonly origin?: string;
  readonly value?: string;
  readonly valueBase64?: string;
}

/** The watches of the Live view, by its commands; what they have told is read from its export. */
describe('the Live view of a real server', () => {
  let bench: HostBench;
  const file = vscode.Uri.file(join(tmpdir(), 'live-export.ndjson'));
  const run = (command: string) => vscode.commands.executeCommand(command);

  before(async () => {
    bench = await HostBench.start();
    await bench.put('old', 'x');
    await bench.open('old');
  });

  after(async () => {
    await bench.stop();
  });

  afterEach(async () => {
    // Of one watch it does not ask.
    await run('natsKv.live.stop');
    await run('natsKv.live.clear');
  });

  /** Adds a watch, and resolves when it tells what happens. */
  async function watch(filter: string, start: string, more: string[] = []): Promise<void> {
    const shown = await picking(
      (pick) => pick.accept(start),
      () => answering({ picks: ['B'], texts: [filter, ...more] }, () => run('natsKv.live.watch')),
    );
    assert.deepEqual((shown as { errors: string[] }).errors, []);
  }

  /** Writes a key until a watch has told it, which is then live. */
  async function isLive(key = 'probe'): Promise<void> {
    await eventually(async () => {
      const last = await bench.put(key, 'x');
      // The last of them: what is told after it is not of this.
      const isTold = async () => (await exported()).at(-1)?.revision === last;
      await eventually(isTold, { timeoutMs: 500 });
    });
    await run('natsKv.live.clear');
  }

  async function exported(): Promise<Exported[]> {
    const { window } = vscode;
    const ask = window.showSaveDialog;
    Object.assign(window, { showSaveDialog: () => Promise.resolve(file) });
    try {
      await run('natsKv.live.export');
    } finally {
      Object.assign(window, { showSaveDialog: ask });
    }
    const lines = (await readFile(file.fsPath, 'utf8')).split('\n').slice(0, -1);
    return lines.map((line) => JSON.parse(line) as Exported);
  }

  async function keys(): Promise<string[]> {
    return (await exported()).map(({ key }) => key);
  }

  it('tells what happens from now on, whatever the operation, and what a filter asks for', async () => {
    await watch('orders.>', 'Updates only');
    await isLive('orders.probe');
    const put = await bench.put('orders.1', '{"n":1}');
    await bench.put('users.1', '{}');
    await bench.bucket.delete('orders.1');
    await bench.bucket.purge('orders.1');
    await eventually(async () => assert.equal((await exported()).length, 3));
    const told = await exported();
    assert.deepEqual(
      told.map(({ key, operation }) => [key, operation]),
      [
        ['orders.1', 'put'],
        ['orders.1', 'delete'],
        ['orders.1', 'purge'],
      ],
    );
    const { connection, bucket, revision, value, origin } = told[0] ?? ({} as Exported);
    assert.deepEqual(
      { connection, bucket, revision, value, origin },
      { connection: 'bench', bucket: 'B', revision: put, value: '{"n":1}', origin: undefined },
    );
  });

  it('begins with current values, the history or a revision', async () => {
    await bench.put('start.a', '1');
    const second = await bench.put('start.a', '2');
    const values = async (): Promise<string[]> =>
      (await exported()).map(({ value, origin }) => `${value} ${origin}`);
    await watch('start.>', 'Current values, then updates');
    await eventually(async () => assert.deepEqual(await values(), ['2 stored']));
    await run('natsKv.live.stop');
    await run('natsKv.live.clear');
    await watch('start.>', 'The whole history, then updates');
    await eventually(async () => assert.deepEqual(await values(), ['1 stored', '2 stored']));
    await run('natsKv.live.stop');
    await run('natsKv.live.clear');
    await watch('start.>', 'From a revision on…', [String(second)]);
    await eventually(async () => assert.deepEqual(await values(), ['2 stored']));
  });

  it('exports what was written, each byte of it', async () => {
    await watch('bytes.>', 'Updates only');
    await isLive('bytes.probe');
    const values = [
      '<img src=x onerror=alert(1)>',
      '</script>',
      'a\u0000b\u202e\r\n',
      'x'.repeat(1_000_000),
      Uint8Array.from({ length: 256 }, (_, at) => at),
    ].map((value) => Buffer.from(value));
    for (const [at, value] of values.entries()) {
      await bench.put(`bytes.${at}`, value);
    }
    await eventually(async () => assert.equal((await exported()).length, values.length));
    for (const [at, { value, valueBase64 }] of (await exported()).entries()) {
      const bytes = valueBase64 === undefined ? Buffer.from(value ?? '') : fromBase64(valueBase64);
      assert.ok(bytes.equals(values[at] ?? Buffer.alloc(0)), `the bytes of bytes.${at}`);
    }
  });

  it('counts on while it is paused, and shows it afterwards', async () => {
    await watch('>', 'Updates only');
    await isLive();
    await run('natsKv.live.pause');
    await bench.put('while.paused', '1');
    await bench.put('while.paused', '2');
    assert.deepEqual(await keys(), []);
    await run('natsKv.live.resume');
    await eventually(async () => assert.deepEqual(await keys(), ['while.paused', 'while.paused']));
  });

  it('keeps no more than the setting allows', async () => {
    const settings = vscode.workspace.getConfiguration();
    const set = (value: number | undefined) =>
      settings.update('natsKv.live.maxEntries', value, vscode.ConfigurationTarget.Global);
    await set(100);
    await watch('>', 'Updates only');
    await isLive();
    const numbers = Array.from({ length: 250 }, (_, at) => `bound.${at}`);
    for (const key of numbers) {
      await bench.put(key, 'x');
    }
    await eventually(async () => assert.deepEqual(await keys(), numbers.slice(-100)));
    await set(undefined);
  });

  it('misses nothing over a crash of the server, and tells what it made up for', async () => {
    await watch('>', 'Updates only');
    await isLive();
    await bench.put('before', '1');
    await eventually(async () => assert.deepEqual(await keys(), ['before']));
    bench.proxy.refuse();
    await bench.server.kill9();
    await bench.server.restart();
    await eventually(async () => void (await bench.put('during', '1')));
    await bench.proxy.accept();
    await eventually(async () => assert.ok((await keys()).includes('during')));
    const told = await exported();
    assert.equal(told.find(({ key }) => key === 'during')?.origin, 'caughtUp');
    const revisions = told.map(({ revision }) => revision);
    const [first = 0] = revisions;
    assert.deepEqual(
      revisions,
      revisions.map((_, at) => first + at),
    );
    await eventually(async () => {
      await bench.put('after', 'x');
      const last = async () => (await exported()).at(-1);
      await eventually(async () => assert.equal((await last())?.origin, undefined), {
        timeoutMs: 500,
      });
    });
  });
});

function fromBase64(text: string): Buffer {
  return Buffer.from(text, 'base64');
}
