import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it, onTestFinished } from 'vitest';
import { codeSnippet } from '../../src/extension/snippets/codeSnippet';
import { natsCommand, type NatsCommandKind } from '../../src/extension/snippets/natsCommand';
import type { SnippetTarget } from '../../src/extension/snippets/snippetTarget';
import { createEntry } from '../../src/kv/operations/createEntry';
import { bytes, text } from '../kv/contract/harness';
import { describeWithCli, natsCliPath } from './natsCli';
import { startSystem } from './system';

const run = promisify(execFile);

/** Keys that every client can name, and that shells and option parsers may trip over. */
const clientKeys = ['orders.eu.42', '-key', '--raw', 'a/b=c', '=', '/', '_', 'a.-b'];

async function setUp() {
  const system = await startSystem();
  const connection = await system.connect();
  await connection.createBucket({ name: 'my-b_1', history: 5 });
  const config = { id: 'local', name: 'local', url: system.server.url };
  const target = (key: string, revision?: number): SnippetTarget => {
    return { config, bucket: 'my-b_1', key, revision };
  };
  return { connection, config, target };
}

function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'snippets-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  return folder;
}

describeWithCli('commands of the nats command line', () => {
  const shell = async (command: string, home = temporaryFolder()): Promise<string> => {
    const env = { ...process.env, HOME: home, XDG_CONFIG_HOME: home, NATS_CLI: natsCliPath };
    const script = `nats() { "$NATS_CLI" "$@"; }; ${command}`;
    return (await run('sh', ['-c', script], { env })).stdout;
  };
  const command = (kind: NatsCommandKind, target: SnippetTarget): string =>
    natsCommand(kind, target, 'posix') ?? 'false';

  it('get, update and tell the history of keys as they are copied', async () => {
    const { connection, target } = await setUp();
    for (const key of clientKeys) {
      const created = await createEntry(connection, 'my-b_1', key, bytes('old'));
      const revision = created.kind === 'saved' ? created.revision : 0;
      expect(await shell(command('get', target(key))), key).toBe('old');
      await shell(command('update', target(key, revision)));
      expect(text((await connection.get('my-b_1', key))?.value), key).toBe('new value');
      await expect(shell(command('update', target(key, revision)))).rejects.toThrow();
      expect(await shell(command('history', target(key))), key).toContain('new value');
    }
  });

  it.each(["it's:$HOME", '"a"', '`id`', 'kľúč', 'a b'.replace(' ', '\u00a0'), '@file', '-:x'])(
    'read %s, which nats kv refuses, from its stream',
    async (key) => {
      const { connection, target } = await setUp();
      await createEntry(connection, 'my-b_1', key, bytes('the value'));
      expect(await shell(command('get', target(key)))).toContain('the value');
      expect(natsCommand('update', target(key), 'posix')).toBeUndefined();
    },
  );

  it('use the context by its name, and no selected context otherwise', async () => {
    const { connection, config, target } = await setUp();
    await createEntry(connection, 'my-b_1', 'key', bytes('value'));
    const home = temporaryFolder();
    const nats = (rest: string) => shell(`nats ${rest}`, home);
    await nats(`context add named --server ${config.url}`);
    await nats('context add other --server nats://127.0.0.1:1 --user wrong --password x --select');
    const named = { id: 'context--named', name: 'named', url: '', source: 'context' } as const;
    const byContext = command('get', { ...target('key'), config: named });
    expect(byContext).toContain('--context named');
    expect(await shell(byContext, home)).toBe('value');
    expect(await shell(command('get', target('key')), home)).toBe('value');
  });
});

describe('code', () => {
  it('in TypeScript runs as it is copied, for every key that the client takes', async () => {
    const { connection, target } = await setUp();
    const folder = temporaryFolder();
    symlinkSync(join(import.meta.dirname, '../../node_modules'), join(folder, 'node_modules'));
    const file = join(folder, 'snippet.mts');
    for (const key of clientKeys.slice(0, 5)) {
      const created = await createEntry(connection, 'my-b_1', key, bytes('žluť'));
      const revision = created.kind === 'saved' ? created.revision : 0;
      writeFileSync(file, codeSnippet('typescript', target(key)));
      const { stdout } = await run(process.execPath, [file]);
      expect(stdout, key).toBe(`${revision} žluť\nupdated to ${revision + 1}\n`);
      expect(await connection.get('my-b_1', key)).toMatchObject({ revision: revision + 1 });
    }
  });

  it('in TypeScript passes the checks of the compiler', async () => {
    const { config, target } = await setUp();
    const folder = temporaryFolder();
    const modules = join(import.meta.dirname, '../../node_modules');
    symlinkSync(modules, join(folder, 'node_modules'));
    const auth = [
      { kind: 'userPassword', user: 'me' },
      { kind: 'token' },
      { kind: 'creds', file: '/a.creds' },
    ] as const;
    const full = { ...target('a'), config: { ...config, auth, domain: 'hub' } };
    const files = [target('a'), full].map((each, at) => {
      const file = join(folder, `snippet${at}.mts`);
      writeFileSync(file, codeSnippet('typescript', each));
      return file;
    });
    const options =
      '--noEmit --strict --target es2024 --module nodenext --types node --skipLibCheck';
    const tsc = join(modules, 'typescript/bin/tsc');
    const args = [tsc, ...options.split(' '), ...files];
    await expect(run(process.execPath, args, { cwd: folder })).resolves.toBeDefined();
  });
});
