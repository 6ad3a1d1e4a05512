import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { constants, tmpdir } from 'node:os';
import { join } from 'node:path';
import { setInterval } from 'node:timers';
import { descendantsOf, listProcesses, signalAll } from './processTree.mjs';

const temporary = new Set();
const windowsChildren = new Set();
let guarded = false;

/**
 * From now on everything that this process started is stopped, and its temporary folders are removed,
 * however it ends: normally, by an exception, by Ctrl+C or by SIGTERM.
 */
export function guardExit() {
  if (guarded) {
    return;
  }
  guarded = true;
  process.on('exit', endEverything);
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
    process.on(signal, () => process.exit(128 + constants.signals[signal]));
  }
}

/**
 * Ends this process soon after its parent has gone. npm hands SIGTERM on to its shell only, which ends
 * and leaves us running.
 */
export function endWithParent() {
  const parent = process.ppid;
  setInterval(() => {
    if (process.ppid !== parent) {
      process.exit(128 + constants.signals.SIGTERM);
    }
  }, 500).unref();
}

/** Makes a temporary folder that lives as long as this process. */
export function tempFolder(prefix = 'nats-kv-') {
  return removeAtExit(mkdtempSync(join(tmpdir(), prefix)));
}

/** Removes `path`, whatever it is by then, when this process ends. */
export function removeAtExit(path) {
  guardExit();
  temporary.add(path);
  return path;
}

/** Has `child` stopped at exit. Only Windows needs to be told: elsewhere the process tree is asked. */
export function stopAtExit(child) {
  guardExit();
  if (process.platform === 'win32') {
    windowsChildren.add(child);
    child.once('exit', () => windowsChildren.delete(child));
  }
}

/** Kills a process that this one started, and everything below it. */
export function killTree(pid) {
  if (process.platform === 'win32') {
    spawnSync('taskkill', ['/pid', String(pid), '/T', '/F'], { stdio: 'ignore' });
    return;
  }
  killFrozen(() => [pid, ...descendantsOf(pid, listProcesses())]);
}

/** Stops first and kills then: a process that runs could start another between listing and killing. */
function killFrozen(list) {
  const frozen = new Set();
  for (let fresh = list(); fresh.length > 0; fresh = list().filter((pid) => !frozen.has(pid))) {
    signalAll(fresh, 'SIGSTOP');
    fresh.forEach((pid) => frozen.add(pid));
  }
  signalAll(frozen, 'SIGKILL');
}

function endEverything() {
  if (process.platform === 'win32') {
    windowsChildren.forEach((child) => killTree(child.pid));
  } else {
    killFrozen(() => descendantsOf(process.pid, listProcesses()));
  }
  for (const path of temporary) {
    rmSync(path, { recursive: true, force: true, maxRetries: 5 });
  }
}
