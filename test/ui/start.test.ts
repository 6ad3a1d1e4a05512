import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';

const start = fileURLToPath(new URL('../../scripts/start.mjs', import.meta.url));

it('npm start brings up a workbench and a server that answer, and ends by itself under --check', async () => {
  const { stdout } = await promisify(execFile)(process.execPath, [start, '--check']);
  expect(stdout).toMatch(/nats-server {2}nats:\/\/127\.0\.0\.1:\d+/);
  expect(stdout).toContain('The workbench and the server answer.');
});
