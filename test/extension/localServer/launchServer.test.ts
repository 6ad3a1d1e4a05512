import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { transformSync } from 'esbuild';
import { describe, expect, it } from 'vitest';
import { isAlive } from '../../../scripts/lib/processTree.mjs';
import { launchServer } from '../../../src/extension/localServer/launchServer';
import { eventually } from '../../support/poll';
import { tempFolder } from './tempFolder';

const node = process.execPath;
const source = fileURLToPath(
  new URL('../../../src/extension/localServer/launchServer.ts', import.meta.url),
);

/** A host that launches a program which never ends by itself, and prints its process id. */
function host(): string {
  const module = join(tempFolder(), 'launchServer.mjs');
  writeFileSync(module, transformSync(readFileSync(source, 'utf8'), { loader: 'ts' }).code);
  return `
    import { launchServer } from ${JSON.stringify(module)};
    const program = 'console.error("up"); setInterval(() => {}, 1000)';
    const launched = launchServer(process.execPath, ['-e', program], () => console.log(launched.pid));
  `;
}

function launch(script: string) {
  const lines: string[] = [];
  const process = launchServer(node, ['-e', script], (line) => lines.push(line));
  return { process, pid: process.pid, ended: process.ended, lines };
}

describe('a launched program', () => {
  it('ends with its own code, after its last line', async () => {
    const { ended, lines } = launch('console.error("one\\ntwo"); process.exitCode = 3');
    expect(await ended).toBe('code 3');
    expect(lines).toEqual(['one', 'two']);
  });

  it('gets signals itself', async () => {
    const { ended, lines, process, pid } = launch(
      'console.error("up"); setInterval(() => {}, 1000)',
    );
    await eventually(() => lines.length === 1);
    expect(isAlive(pid ?? 0)).toBe(true);
    process.kill('SIGKILL');
    expect(await ended).toBe('SIGKILL');
    expect(isAlive(pid ?? 0)).toBe(false);
  });

  it('tells when it could not be launched', async () => {
    expect(await launchServer('/nowhere/nats-server', [], () => undefined).ended).not.toBe(
      'code 0',
    );
  });

  it.each(['SIGTERM', 'SIGKILL'] as const)('ends with its host after %s', async (signal) => {
    const child = spawn(process.execPath, ['--input-type=module', '-e', host()], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const [line] = (await once(child.stdout, 'data')) as [Buffer];
    const pid = Number(line.toString());
    expect(isAlive(pid)).toBe(true);
    child.kill(signal);
    await eventually(() => expect(isAlive(pid)).toBe(false));
  });
});
