import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { connect, createServer, type AddressInfo } from 'node:net';
import { tmpdir, userInfo } from 'node:os';
import { delimiter, join } from 'node:path';
import { once } from 'node:events';
import { onTestFinished } from 'vitest';
import { isAlive } from '../../scripts/lib/processTree.mjs';
import { eventually } from './poll';

/** A program in the place of ssh or kubectl; it and what it started end with the test. */
export interface TunnelProgram {
  readonly path: string;
  /** The arguments of each run. */
  readonly runs: () => readonly (readonly string[])[];
  /** The processes that run now. */
  readonly running: () => readonly number[];
}

export interface ScriptOptions {
  /** Where its forwards lead, whatever its arguments say; to where they say when omitted. */
  readonly target?: number;
  /** Prints this to its standard error at the start. */
  readonly prints?: string;
  /** Prints this when a connection is not led on. */
  readonly complains?: string;
  /** It ends at once; or never says that it listens; or leads nothing on. */
  readonly does?: 'end' | 'hang' | 'refuse';
}

/** Forwards a port as ssh and kubectl do, and says so in their words. */
const script = (options: ScriptOptions, log: string): string => `#!${process.execPath}
const { appendFileSync } = require('node:fs');
const { connect, createServer } = require('node:net');
const options = ${JSON.stringify(options)};
const args = process.argv.slice(2);
appendFileSync(${JSON.stringify(log)}, JSON.stringify({ pid: process.pid, args }) + '\\n');
if (options.prints) console.error(options.prints);
if (options.does === 'end') process.exit(255);
setInterval(() => {}, 1e6);
const spec = args[args.indexOf('-L') + 1].split(':');
const isSsh = args.includes('-L');
const target = options.target ?? Number(isSsh ? spec.at(-1) : args.at(-1).slice(1));
const server = createServer((client) => {
  const way = options.does === 'refuse' ? undefined : connect(target, '127.0.0.1');
  const end = (error) => {
    if (error && options.complains) console.error(options.complains);
    client.destroy();
    way?.destroy();
  };
  client.on('error', () => end()).on('close', () => way?.destroy());
  if (!way) return end(true);
  way.on('error', end).on('close', () => client.destroy());
  client.pipe(way).pipe(client);
});
if (options.does !== 'hang') {
  server.listen(isSsh ? Number(spec[1]) : 0, '127.0.0.1', () => {
    const { port } = server.address();
    if (isSsh) console.error('debug1: Local forwarding listening on 127.0.0.1 port ' + port + '.\\ndebug1: channel 0: new port-listener [port listener]');
    else console.log('Forwarding from 127.0.0.1:' + port + ' -> ' + target);
  });
}
`;

export function tunnelScript(options: ScriptOptions = {}): TunnelProgram {
  const folder = folderOfTest();
  const path = join(folder, 'program');
  const log = join(folder, 'runs');
  writeFileSync(path, script(options, log), { mode: 0o755 });
  const all = (): readonly { pid: number; args: string[] }[] =>
    existsSync(log)
      ? readFileSync(log, 'utf8')
          .split('\n')
          .filter((line) => line !== '')
          .map((line) => JSON.parse(line) as { pid: number; args: string[] })
      : [];
  return {
    path,
    runs: () => all().map(({ args }) => args),
    running: () => all().flatMap(({ pid }) => (isAlive(pid) ? [pid] : [])),
  };
}

const sshd = [...(process.env['PATH'] ?? '').split(delimiter), '/usr/sbin', '/usr/local/sbin']
  .map((folder) => join(folder, 'sshd'))
  .find((path) => existsSync(path));

/** Whether a real ssh can log in to a real sshd here. */
export const hasSshd = sshd !== undefined && spawnSync('ssh', ['-V']).status === 0;

/** A real sshd on 127.0.0.1 that takes the user of the test, and an ssh that knows it as `bastion`. */
export async function startSshd(): Promise<{
  readonly ssh: string;
  readonly stop: () => Promise<void>;
}> {
  const folder = folderOfTest();
  const file = (name: string): string => join(folder, name);
  for (const key of ['host', 'user']) {
    spawnSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', file(key)]);
  }
  const port = await freePort();
  const hostKey = readFileSync(file('host.pub'), 'utf8');
  writeFileSync(file('known'), `[127.0.0.1]:${port} ${hostKey}`);
  writeFileSync(
    file('server.conf'),
    [
      ...[`Port ${port}`, 'ListenAddress 127.0.0.1', `HostKey ${file('host')}`, 'PidFile none'],
      ...[`AuthorizedKeysFile ${file('user.pub')}`, 'StrictModes no', 'UsePAM no'],
      ...['PermitRootLogin prohibit-password', 'AllowTcpForwarding yes', ''],
    ].join('\n'),
  );
  writeFileSync(
    file('client.conf'),
    [
      ...['Host bastion', 'HostName 127.0.0.1', `Port ${port}`, `User ${userInfo().username}`],
      ...[`IdentityFile ${file('user')}`, 'IdentitiesOnly yes'],
      ...[`UserKnownHostsFile ${file('known')}`, ''],
    ].join('\n'),
  );
  writeFileSync(file('ssh'), `#!/bin/sh\nexec ssh -F '${file('client.conf')}' "$@"\n`, {
    mode: 0o755,
  });
  const child = spawn(sshd ?? '', ['-D', '-e', '-f', file('server.conf')], { stdio: 'ignore' });
  const ended = once(child, 'exit');
  const stop = async (): Promise<void> => {
    child.kill();
    await ended;
  };
  onTestFinished(stop);
  await eventually(async () => {
    const socket = connect(port, '127.0.0.1');
    await once(socket, 'connect');
    socket.destroy();
  });
  return { ssh: file('ssh'), stop };
}

function folderOfTest(): string {
  const folder = mkdtempSync(join(tmpdir(), 'tunnel-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  return port;
}
