import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { describeWhere } from '../support/where';
import { descendantsOf, isAlive } from '../../scripts/lib/processTree.mjs';
import { eventually } from '../support/poll';

const lifetime = fileURLToPath(new URL('../../scripts/lib/lifetime.mjs', import.meta.url));

/** A script with a temporary folder, a child that ignores SIGTERM, and a grandchild in a group of its own. */
const script = `
import { spawn } from 'node:child_process';
import { tempFolder } from ${JSON.stringify(lifetime)};
const stubborn = "process.on('SIGTERM', () => {}); setInterval(() => {}, 1000);";
const child = spawn(process.execPath, ['-e', \`\${stubborn}
  const { pid } = require('node:child_process').spawn(process.execPath, ['-e', \${JSON.stringify(stubborn)}], { detached: true });
  console.log(pid);\`]);
const folder = tempFolder();
child.stdout.once('data', (grandchild) => {
  console.log(JSON.stringify({ folder, pids: [child.pid, Number(grandchild)] }));
  if (process.argv[1] === 'throw') throw new Error('on purpose');
});
`;

interface Started {
  readonly folder: string;
  readonly pids: number[];
}

async function startScript(...args: string[]) {
  const child = spawn(process.execPath, ['--input-type=module', '-e', script, ...args], {
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  const ended = once(child, 'exit');
  const [line] = (await once(child.stdout, 'data')) as [Buffer];
  const started = JSON.parse(line.toString()) as Started;
  return { child, ended, ...started };
}

describeWhere(process.platform !== 'win32', 'Windows has no signals')(
  'what a script started',
  () => {
    it.each(['SIGINT', 'SIGTERM', 'SIGHUP'] as const)('is gone after %s', async (signal) => {
      const { child, ended, folder, pids } = await startScript();
      expect(pids.map(isAlive)).toEqual([true, true]);
      expect(existsSync(folder)).toBe(true);
      child.kill(signal);
      await ended;
      await eventually(() => expect(pids.map(isAlive)).toEqual([false, false]));
      expect(existsSync(folder)).toBe(false);
    });

    it('is gone after an exception that nobody caught', async () => {
      const { ended, folder, pids } = await startScript('throw');
      expect((await ended)[0]).not.toBe(0);
      await eventually(() => expect(pids.map(isAlive)).toEqual([false, false]));
      expect(existsSync(folder)).toBe(false);
    });
  },
);

describe('the descendants of a process', () => {
  it('are its children and theirs, and nobody else', () => {
    const processes = [
      { pid: 1, parent: 0 },
      { pid: 10, parent: 1 },
      { pid: 11, parent: 10 },
      { pid: 12, parent: 11 },
      { pid: 20, parent: 1 },
    ];
    expect(descendantsOf(10, processes)).toEqual([11, 12]);
  });
});
