import { spawnSync } from 'node:child_process';
import { readFileSync, readdirSync } from 'node:fs';

/** Process ids below `root`, grandchildren included, from a list of `{ pid, parent }`. */
export function descendantsOf(root, processes) {
  const found = [];
  const queue = [root];
  while (queue.length > 0) {
    const parent = queue.shift();
    const children = processes.filter((p) => p.parent === parent).map((p) => p.pid);
    found.push(...children);
    queue.push(...children);
  }
  return found;
}

/** Every process of the machine as `{ pid, parent }`. */
export function listProcesses() {
  return process.platform === 'linux' ? fromProc() : fromPs();
}

/** Sends `signal` to `pids`; one that is gone already is fine. */
export function signalAll(pids, signal) {
  for (const pid of pids) {
    try {
      process.kill(pid, signal);
    } catch (error) {
      if (error.code !== 'ESRCH') {
        throw error;
      }
    }
  }
}

/** Whether a process exists and is more than an entry that its parent has not collected. */
export function isAlive(pid) {
  return listProcesses().some((p) => p.pid === pid);
}

/** Slim Linux images carry no `ps`, but all have /proc. */
function fromProc() {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((name) => parseStat(name));
}

function parseStat(name) {
  try {
    const stat = readFileSync(`/proc/${name}/stat`, 'latin1');
    // The command's name, in brackets, may hold spaces and brackets of its own.
    const [state, parent] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return state === 'Z' ? [] : [{ pid: Number(name), parent: Number(parent) }];
  } catch {
    // It ended between the listing and the reading.
    return [];
  }
}

function fromPs() {
  const { stdout } = spawnSync('ps', ['-A', '-o', 'pid=,ppid='], { encoding: 'utf8' });
  return (stdout ?? '')
    .split('\n')
    .map((line) => line.trim().split(/\s+/).map(Number))
    .filter(([pid, parent]) => pid > 0 && parent >= 0)
    .map(([pid, parent]) => ({ pid, parent }));
}
