import { mkdirSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { delimiter, dirname, join, relative } from 'node:path';
import { describe, expect, it } from 'vitest';
import { findServer } from '../../../src/extension/localServer/findServer';
import { executableName } from '../../../src/extension/localServer/officialRelease';
import { runProgram } from '../../../src/extension/localServer/serverVersion';
import { tempFolder } from './tempFolder';

/** Programs by the name of their folder, with what they print; an error is thrown. */
function setup(programs: Readonly<Record<string, string | Error>>) {
  const home = tempFolder();
  const name = executableName(process.platform);
  const pathOf = (folder: string) => join(home, folder, name);
  for (const folder of Object.keys(programs)) {
    mkdirSync(join(home, folder));
    writeFileSync(pathOf(folder), '');
  }
  const run = (path: string) => {
    const output = Object.entries(programs).find(([folder]) => pathOf(folder) === path)?.[1];
    return output instanceof Error ? Promise.reject(output) : Promise.resolve(output ?? '');
  };
  const env = {
    PATH: Object.keys(programs)
      .map((f) => join(home, f))
      .join(delimiter),
  };
  return { pathOf, run, env };
}

const failure = (code: string) => Object.assign(new Error(code), { code });

describe('looking for a nats-server', () => {
  it('takes the first in PATH that is new enough, and says why not the others', async () => {
    const { pathOf, run, env } = setup({
      old: 'nats-server: v2.8.4\n',
      broken: failure('EACCES'),
      other: 'hello',
      good: 'nats-server: v2.9.0\n',
      newest: 'nats-server: v2.15.1\n',
    });
    expect(await findServer({ env, run })).toEqual({
      kind: 'found',
      server: { path: pathOf('good'), version: '2.9.0' },
    });
  });

  it('tells what it passed over when there is none', async () => {
    const { pathOf, run, env } = setup({
      old: 'nats-server: v2.8.4\n',
      locked: failure('EACCES'),
      other: 'hello',
      crashing: new Error('Command failed\nwith a trace'),
    });
    expect(await findServer({ env, run })).toEqual({
      kind: 'missing',
      passedOver: [
        `${pathOf('old')}: it is version 2.8.4, and 2.9.0 is the oldest that will do`,
        `${pathOf('locked')}: it is not executable`,
        `${pathOf('other')}: it is not a nats-server`,
        `${pathOf('crashing')}: it does not run: Command failed`,
      ],
    });
  });

  it('finds nothing in an empty PATH', async () => {
    expect(await findServer({ env: {} })).toEqual({ kind: 'missing', passedOver: [] });
    expect(await findServer({ env: { PATH: '' } })).toEqual({ kind: 'missing', passedOver: [] });
  });

  it('passes over relative folders of PATH', async () => {
    const { pathOf, run } = setup({ here: 'nats-server: v2.15.1\n' });
    const folder = dirname(pathOf('here'));
    expect(await findServer({ env: { PATH: folder }, run })).toMatchObject({ kind: 'found' });
    const env = { PATH: relative(process.cwd(), folder) };
    expect(await findServer({ env, run })).toEqual({ kind: 'missing', passedOver: [] });
  });

  it('takes a downloaded one when PATH has none', async () => {
    const { pathOf, run } = setup({ downloaded: 'nats-server: v2.15.0\n' });
    const downloaded = pathOf('downloaded');
    expect(await findServer({ env: {}, run, downloaded })).toEqual({
      kind: 'found',
      server: { path: downloaded, version: '2.15.0' },
    });
    const missing = { kind: 'missing', passedOver: [] };
    expect(await findServer({ env: {}, run, downloaded: pathOf('nowhere') })).toEqual(missing);
  });

  it('takes the configured one before PATH', async () => {
    const { pathOf, run, env } = setup({
      good: 'nats-server: v2.15.1\n',
      own: 'nats-server: v2.12.0-RC.1\n',
    });
    expect(await findServer({ configured: pathOf('own'), env, run })).toEqual({
      kind: 'found',
      server: { path: pathOf('own'), version: '2.12.0-RC.1' },
    });
  });

  it('takes no other in the place of a configured one that cannot be used', async () => {
    const { pathOf, run, env } = setup({
      good: 'nats-server: v2.15.1\n',
      old: 'nats-server: v2.2.0\n',
    });
    expect(await findServer({ configured: pathOf('old'), env, run })).toEqual({
      kind: 'unusable',
      path: pathOf('old'),
      reason: 'it is version 2.2.0, and 2.9.0 is the oldest that will do',
    });
    expect(await findServer({ configured: 'bin/nats-server', env, run })).toEqual({
      kind: 'unusable',
      path: 'bin/nats-server',
      reason: 'it is not an absolute path',
    });
  });

  it('knows the home folder in a configured path', async () => {
    const run = (path: string) => Promise.resolve(`nats-server: v2.15.1 ${path}`);
    expect(await findServer({ configured: '~/nats', run })).toMatchObject({
      server: { path: `${homedir()}/nats` },
    });
  });

  it('tells apart what cannot be run on this machine', async () => {
    const folder = tempFolder();
    const plain = join(folder, 'plain');
    writeFileSync(plain, 'text', { mode: 0o644 });
    const search = (configured: string) => findServer({ configured, run: runProgram });
    expect(await search(join(folder, 'none'))).toMatchObject({ reason: 'there is no such file' });
    expect(await search(process.execPath)).toMatchObject({ reason: 'it is not a nats-server' });
    if (process.platform !== 'win32') {
      expect(await search(plain)).toMatchObject({ reason: 'it is not executable' });
    }
  });
});
