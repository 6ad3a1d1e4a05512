import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { findProgram } from '../../../src/extension/tunnels/findProgram';
import { LastWords } from '../../../src/extension/tunnels/lastWords';
import {
  canForward,
  commandText,
  listeningReader,
  tunnelArguments,
} from '../../../src/extension/tunnels/tunnelCommand';
import { tempFolder } from '../localServer/tempFolder';

const server = { host: 'nats.internal', port: 4222 };

describe('the command of a tunnel', () => {
  it('is of ssh that asks nothing, ends without its forward and has a process of its own', () => {
    const ssh = { kind: 'ssh', destination: 'me@bastion' } as const;
    expect(tunnelArguments(ssh, server, '<port>').join(' ')).toBe(
      '-v -N -T -S none -o BatchMode=yes -o ExitOnForwardFailure=yes -L 127.0.0.1:<port>:nats.internal:4222 -- me@bastion',
    );
    const to = (remote: string) => tunnelArguments({ ...ssh, remote }, server, '1');
    expect(to('[::1]:2')).toContain('127.0.0.1:1:[::1]:2');
    expect(tunnelArguments(ssh, { host: '::1', port: 2 }, '1')).toContain('127.0.0.1:1:[::1]:2');
  });

  it('is of kubectl, each value in the argument of its option', () => {
    const kubectl = { kind: 'kubectl', resource: 'svc/nats' } as const;
    expect(tunnelArguments(kubectl, server, '')).toEqual([
      ...['port-forward', '--address=127.0.0.1', '--', 'svc/nats', ':4222'],
    ]);
    const more = { ...kubectl, context: 'a b', namespace: 'n', port: 1 };
    const args = tunnelArguments(more, server, '');
    expect(args).toEqual([
      ...['port-forward', '--address=127.0.0.1', '--context=a b', '--namespace=n'],
      ...['--', 'svc/nats', ':1'],
    ]);
    expect(commandText('/bin/kubectl', args)).toContain(' "--context=a b" ');
  });

  it('takes no server that means more than a name', () => {
    expect(['a', 'a.b', '10.0.0.1', '::1'].every((host) => canForward({ host, port: 1 }))).toBe(
      true,
    );
    expect(['-a', 'a*', 'a$b', "a'"].some((host) => canForward({ host, port: 1 }))).toBe(false);
  });

  it('listens where the program itself says so, ssh not before it has the port', () => {
    const named = 'debug1: Local forwarding listening on 127.0.0.1 port 5000.\r';
    const old = 'debug1: channel 0: new [port listener]\r';
    const has = 'debug1: channel 0: new port-listener [port listener] (inactive timeout: 0)\r';
    const read = (port: number, ...lines: string[]) => lines.map(listeningReader('ssh', port));
    expect(read(5000, has, named, has)).toEqual([undefined, undefined, 5000]);
    expect(read(5000, named, 'x', old)).toEqual([undefined, undefined, 5000]);
    expect(read(5001, named, has)).toEqual([undefined, undefined]);
    expect(read(5000, `x ${named}`, has)).toEqual([undefined, undefined]);
    const kubectl = listeningReader('kubectl', 0);
    expect(kubectl('Forwarding from 127.0.0.1:5000 -> 4222')).toBe(5000);
    expect(kubectl('Forwarding from [::1]:5000 -> 4222')).toBeUndefined();
  });
});

describe('the last words of a program', () => {
  const after = (...lines: string[]): string => {
    const words = new LastWords();
    lines.forEach((line) => words.add(line));
    return words.text;
  };

  it('are its last lines, without what is usual and without stamps', () => {
    expect(after('debug1: x', 'OpenSSH_9.2p1', 'a', 'a', 'b.\r', 'c', 'd')).toBe('b; c; d');
    expect(after('E1128 12:00:00.000001    42 portforward.go:413] lost pod')).toBe('lost pod');
  });

  it('are short, and of one line', () => {
    expect(after(`${'x'.repeat(900)}\u001b[31m`).length).toBeLessThanOrEqual(301);
    expect(after('a\u001b[31m\tb\u202ec')).toBe('a [31m b c');
  });

  it('hold no secrets', () => {
    const text = after(
      'GET https://me:word1@host/x',
      'Authorization: Bearer word2.word2; access_token="word3" password=word4',
      'jwt eyJhbGciOiJIUzI1NiJ9.word5.word5',
    );
    expect(text).not.toMatch(/word\d/);
  });
});

describe('the program of a tunnel', () => {
  const setting = 'natsKv.tunnels.sshPath';
  const program = (folder: string, name = 'ssh', mode = 0o755): string => {
    mkdirSync(folder, { recursive: true });
    const path = join(folder, name);
    writeFileSync(path, '');
    chmodSync(path, mode);
    return path;
  };

  it('is the first in the absolute folders of PATH', async () => {
    const folder = tempFolder();
    const path = program(join(folder, 'b'));
    mkdirSync(join(folder, 'a', 'ssh'), { recursive: true });
    const env = { PATH: `.::relative:${join(folder, 'a')}:${join(folder, 'b')}` };
    expect(await findProgram('ssh', { configured: '', setting, env, platform: 'linux' })).toBe(
      path,
    );
  });

  it('is told to be missing, with how to get it', async () => {
    const places = { configured: '', setting, env: { PATH: tempFolder() } };
    await expect(findProgram('ssh', places)).rejects.toThrow(/install OpenSSH.*tunnels\.sshPath/);
    await expect(findProgram('kubectl', places)).rejects.toThrow(/needs kubectl/);
  });

  it('is the one that is set, where that can be run without a shell', async () => {
    const folder = tempFolder();
    const path = program(folder);
    expect(await findProgram('ssh', { configured: path, setting })).toBe(path);
    for (const configured of ['ssh', './ssh', join(folder, 'none'), folder]) {
      await expect(findProgram('ssh', { configured, setting })).rejects.toThrow(/absolute path/);
    }
    const script = { configured: program(folder, 'ssh.cmd'), setting, platform: 'win32' };
    await expect(findProgram('ssh', script)).rejects.toThrow(/absolute path/);
  });
});
