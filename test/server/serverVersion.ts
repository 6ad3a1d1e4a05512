import { spawnSync } from 'node:child_process';

/** Whether the server under test is of this version or a later one, as `2.10`. */
export function isServerAtLeast(version: string): boolean {
  const { stdout } = spawnSync(process.env['NATS_SERVER_BIN'] ?? '', ['--version'], {
    encoding: 'utf8',
  });
  const [, own = ''] = /v(\d+\.\d+)/.exec(stdout ?? '') ?? [];
  return own.localeCompare(version, undefined, { numeric: true }) >= 0;
}
