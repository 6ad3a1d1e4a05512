import { mkdirSync, readdirSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { claimStore } from '../../../src/extension/localServer/claimStore';
import { readRecord, type StoreRecord } from '../../../src/extension/localServer/storeRecord';
import { FakeSystem } from './fakeServers';
import { tempFolder } from './tempFolder';

const [host, otherHost, pid, port] = [100, 200, 5000, 7000] as const;

function setup(record?: Partial<StoreRecord>) {
  const system = new FakeSystem(host);
  const folder = tempFolder();
  const recordPath = join(folder, 'server.json');
  if (record) {
    writeFileSync(recordPath, JSON.stringify({ owner: otherHost, name: 'before', ...record }));
  }
  const claim = (signal?: AbortSignal) => claimStore(folder, 'mine', system, signal);
  /** The server of the record, which ends at once when it is told to. */
  const serverRuns = () => {
    system.alive.add(pid);
    const kill = system.kill.bind(system);
    const killed: string[] = [];
    system.kill = (target, signal) => {
      killed.push(`${target} ${signal}`);
      kill(target, 'SIGKILL');
    };
    return killed;
  };
  return { system, folder, recordPath, claim, serverRuns };
}

const claimed = { kind: 'claimed' };

describe('claiming the store', () => {
  it('takes one that nobody has, and leaves a record of that', async () => {
    const { claim, folder } = setup();
    expect(await claim()).toEqual(claimed);
    expect(await readRecord(folder)).toEqual({ owner: host, name: 'mine' });
    expect(readdirSync(folder)).toEqual(['server.json']);
  });

  it('shares what answers by its name for a host that lives', async () => {
    const { claim, system, serverRuns } = setup({ pid, port });
    const killed = serverRuns();
    system.alive.add(otherHost);
    system.names.set(port, 'before');
    expect(await claim()).toMatchObject({ kind: 'shared', record: { pid, port } });
    expect(killed).toEqual([]);
  });

  it('ends what answers by its name for a host that is gone', async () => {
    const { claim, system, serverRuns } = setup({ pid, port });
    const killed = serverRuns();
    system.names.set(port, 'before');
    expect(await claim()).toEqual(claimed);
    expect(killed).toEqual([`${pid} SIGTERM`]);
  });

  it('kills what is left over and does not end in good order', async () => {
    const { claim, system, folder } = setup({ pid, port });
    system.alive.add(pid);
    system.commandLines.set(pid, `nats-server -sd ${folder}/data`);
    expect(await claim()).toEqual(claimed);
    expect(system.isAlive(pid)).toBe(false);
    expect(system.waited).toBe(5000);
  });

  it.each([
    ['another server on the port', 'somebody', 'nats-server -p 7000'],
    ['another program with the process id', undefined, '/usr/bin/editor'],
  ])('harms nobody when there is %s', async (_, name, commandLine) => {
    const { claim, system, serverRuns } = setup({ pid, port });
    const killed = serverRuns();
    system.commandLines.set(pid, commandLine);
    if (name) {
      system.names.set(port, name);
    }
    expect(await claim()).toEqual(claimed);
    expect(killed).toEqual([]);
  });

  it('takes over from a server that is gone, even if something has its host’s process id', async () => {
    const { claim, system } = setup({ pid, port });
    system.alive.add(otherHost);
    expect(await claim()).toEqual(claimed);
  });

  it('does not touch a process of which nothing can be told', async () => {
    const { claim, serverRuns } = setup({ pid, port });
    const killed = serverRuns();
    expect(await claim()).toMatchObject({
      kind: 'blocked',
      reason: expect.stringContaining(`the process ${pid} may be a server`) as string,
    });
    expect(killed).toEqual([]);
  });

  it('waits while another window is at it, and not for ever', async () => {
    const { claim, system } = setup();
    const other = setup({});
    other.system.alive.add(otherHost);
    expect(await other.claim()).toMatchObject({ kind: 'blocked' });
    expect(other.system.waited).toBe(30_000);
    expect(await claim()).toEqual(claimed);
    expect(system.waited).toBe(0);
  });

  it('takes what a host left that died before its server was launched', async () => {
    const { claim } = setup({});
    expect(await claim()).toEqual(claimed);
  });

  it('gives up waiting when it is cancelled', async () => {
    const { claim, system } = setup({});
    system.alive.add(otherHost);
    const controller = new AbortController();
    system.meanwhile = () => controller.abort();
    await expect(claim(controller.signal)).rejects.toMatchObject({ kind: 'cancelled' });
  });

  it.each(['', '{"owner":', '{"owner":"x"}', 'null'])(
    'takes a damaged record %j for none',
    async (text) => {
      const { claim, recordPath } = setup();
      writeFileSync(recordPath, text);
      expect(await claim()).toEqual(claimed);
    },
  );

  it('gives the store to one of many who ask at once', async () => {
    const { folder, system } = setup();
    const hosts = [1, 2, 3, 4, 5, 6, 7, 8];
    const controller = new AbortController();
    let isClaimed = false;
    let turns = 0;
    system.meanwhile = () => isClaimed && ++turns > 200 && controller.abort();
    const claims = hosts.map(async (each) => {
      const other = system.asOther(each);
      try {
        const { kind } = await claimStore(folder, `server ${each}`, other, controller.signal);
        isClaimed = true;
        return kind;
      } catch {
        return 'waiting';
      }
    });
    expect((await Promise.all(claims)).toSorted()).toEqual([
      'claimed',
      ...hosts.slice(1).map(() => 'waiting'),
    ]);
  });
});

describe('the lock of the folder', () => {
  it.each([
    ['is held by a host that is gone', '999', 0],
    ['is older than any decision takes', String(otherHost), 60],
  ])('is taken when it %s', async (_, holder, ageSeconds) => {
    const { claim, folder, system } = setup();
    system.alive.add(otherHost);
    const lock = join(folder, 'lock');
    writeFileSync(lock, holder);
    const time = Date.now() / 1000 - ageSeconds;
    utimesSync(lock, time, time);
    expect(await claim()).toEqual(claimed);
  });

  it('is waited for while its holder lives, and not for ever', async () => {
    const { claim, folder, system } = setup();
    system.alive.add(otherHost);
    writeFileSync(join(folder, 'lock'), String(otherHost));
    await expect(claim()).rejects.toMatchObject({ kind: 'timeout' });
    expect(system.waited).toBeGreaterThanOrEqual(60_000);
  });

  it('makes the folder when it is not there', async () => {
    const { system } = setup();
    const folder = join(tempFolder(), 'deep', 'folder');
    expect(await claimStore(folder, 'mine', system)).toEqual(claimed);
    mkdirSync(folder, { recursive: true });
  });
});
