import { appendFileSync, globSync } from 'node:fs';
import { join, relative } from 'node:path';
import type { Runner, Test } from 'mocha';
import { skipReasonOf } from './skipBecause';
import { recordLog } from './logProbe';
import { recordActivation } from './restartProbe';
import { recordTreeViews } from './treeProbe';

/**
 * Called by VS Code in its extension host: runs every test file beside it and rejects when one fails.
 * mocha prints; the runner of the host tier reads the file that `NATS_KV_HOST_RESULTS` names.
 */
export async function run(): Promise<void> {
  recordTreeViews();
  recordLog();
  recordActivation();
  const { default: Mocha } = await import('mocha');
  const mocha = new Mocha({ ui: 'bdd', timeout: 180_000, reporter: 'spec', color: false });
  testFiles().forEach((file) => mocha.addFile(join(__dirname, file)));
  await mocha.loadFilesAsync();
  const rejections = recordRejections();
  const failures = await new Promise<number>((resolve) => record(mocha.run(resolve)));
  const unhandled = await rejections();
  if (failures > 0) {
    throw new Error(`${failures} tests failed.`);
  }
  if (unhandled.length > 0) {
    throw new Error(`Rejections that nobody handled:\n${unhandled.join('\n')}`);
  }
}

/** Follows rejections from now on; what is returned tells those of ours that are left without a handler. */
function recordRejections(): () => Promise<string[]> {
  const left = new Map<Promise<unknown>, string>();
  process.on('unhandledRejection', (reason, promise) => {
    const stack = reason instanceof Error ? (reason.stack ?? reason.message) : String(reason);
    if (isOurs(stack)) {
      left.set(promise, stack);
    }
  });
  process.on('rejectionHandled', (promise) => left.delete(promise));
  return async () => {
    await new Promise((resolve) => setImmediate(resolve));
    return [...left.values()];
  };
}

/**
 * VS Code's own extensions run in the same host, ours is beside them where it is installed; what VS Code itself
 * answered with names nobody.
 */
function isOurs(stack: string): boolean {
  const isCancelled = /^(Canceled|CancellationError)\b/.test(stack);
  const isOfOthers = /[\\/]extensions[\\/](?!nats-kv\.nats-kv-explorer-)/.test(stack);
  return !isCancelled && !isOfOthers;
}

/**
 * All of them, or those that `NATS_KV_HOST_FILES` names, with commas between them: those of `inFolder` where the
 * window has a folder, the others where it has none.
 */
function testFiles(): string[] {
  const hasFolder = (process.env['NATS_KV_HOST_FOLDER'] ?? '') !== '';
  const chosen = process.env['NATS_KV_HOST_FILES']?.replaceAll('.ts', '.js').split(',') ?? [''];
  return globSync('**/*.test.js', { cwd: __dirname }).filter(
    (file) =>
      hasFolder === file.startsWith('inFolder') &&
      (chosen[0] === '' || chosen.includes(file.replaceAll('\\', '/'))),
  );
}

/** Writes each result when it is known, so that a crash of the host loses none. */
function record(runner: Runner): void {
  const path = process.env['NATS_KV_HOST_RESULTS'];
  if (path === undefined) {
    return;
  }
  const write = (result: object) => appendFileSync(path, `${JSON.stringify(result)}\n`);
  runner.on('pass', (test) => write({ state: 'passed', title: titleOf(test), ms: test.duration }));
  runner.on('pending', (test) =>
    write({ state: 'skipped', title: titleOf(test), reason: skipReasonOf(test) }),
  );
  runner.on('fail', (test, error: Error) =>
    write({ state: 'failed', title: titleOf(test), error: error.stack ?? error.message }),
  );
  runner.on('end', () => write({ state: 'finished' }));
}

function titleOf(test: Test): string {
  return [relative(__dirname, test.file ?? ''), ...test.titlePath()].join(' > ');
}
