import { mkdtempSync, rmSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { readBackup } from '../../src/kv/backup/backupFolder';
import { backUp, restoreBackup } from '../../src/kv/backup/backUp';
import type { KvConnection } from '../../src/kv/model/kvConnection';
import { bytes, expectKind, listAll } from '../kv/contract/harness';
import { startNatsServer } from '../support/natsServer';
import { eventually } from '../support/poll';
import { describeWithCli, startWithCli } from './natsCli';
import { createInCluster, patient, startCluster, urlsOf } from './natsCluster';
import { connectTo, linkIs, startSystem } from './system';

/** More than the server sends ahead of a reader. */
const large = { name: 'large', history: 2 };

describeWithCli('backups and the nats CLI', () => {
  it('one that is made here is restored by the CLI, with every revision', async () => {
    const { connection, cli, folder } = await setUpWithCli();
    await fill(connection);
    const before = await everything(connection);
    await backUp(connection, 'b', folder);
    await connection.deleteBucket('b');
    await cli.runAny(['backup', 'restore', 'stream', folder]);
    expect(await everything(connection)).toEqual(before);
    await putAgain(connection);
  });

  it('one that the CLI made is restored here, with every revision', async () => {
    const { connection, cli, folder } = await setUpWithCli();
    await fill(connection);
    const before = await everything(connection);
    await cli.runAny(['backup', 'stream', 'KV_b', folder]);
    const { status } = await connection
      .deleteBucket('b')
      .then(async () => restoreBackup(connection, await readBackup(folder)));
    expect(status).toMatchObject({ name: 'b', history: 5, description: 'all of it' });
    expect(await everything(connection)).toEqual(before);
    await putAgain(connection);
  });
});

describe('a backup of a large bucket', () => {
  it('is made of many chunks, and restored from them', async () => {
    const { connection } = await startSystem().then(connected);
    const folder = newFolder();
    await fillLarge(connection);
    const before = await listAll(connection, 'large', { history: true });
    const made: number[] = [];
    const { packed, messages } = await backUp(connection, 'large', folder, {
      onProgress: (all) => made.push(all),
    });
    expect(messages).toBe(before.length);
    expect(made.length).toBeGreaterThan(20);
    await connection.deleteBucket('large');
    const sent: number[] = [];
    const restored = await restoreBackup(connection, await readBackup(folder), {
      onProgress: (all) => sent.push(all),
    });
    expect([sent.at(-1), restored.missing]).toEqual([packed, 0]);
    expect(await listAll(connection, 'large', { history: true })).toEqual(before);
  });

  it('leaves nothing when the link is cut in the middle, neither here nor there', async () => {
    const { connection, system } = await startSystem().then(connected);
    const folder = newFolder();
    await fillLarge(connection);
    const cutOnce = (after: number) => {
      let isCut = false;
      return (all: number) => {
        if (!isCut && all > after) {
          isCut = true;
          system.proxy.cut();
        }
      };
    };
    // Not by its progress: by then all of it may have come.
    system.proxy.cutAfterBytes(1_000_000);
    const made = backUp(connection, 'large', folder);
    await expectKind('disconnected', made);
    expect(await readdir(join(folder, '..'))).toEqual([]);
    await linkIs('connected', connection);
    await backUp(connection, 'large', folder);
    await connection.deleteBucket('large');

    const backup = await readBackup(folder);
    const cut = restoreBackup(connection, backup, { onProgress: cutOnce(2_000_000) });
    await expectKind('disconnected', cut);
    await eventually(async () => {
      await expectKind('notFound', connection.bucketStatus('large'));
      // The server may still be about to give up the first.
      const { missing } = await restoreBackup(connection, backup);
      expect(missing).toBe(0);
    });
    expect(await connection.bucketStatus('large')).toMatchObject({
      values: backup.summary.messages,
    });
  });

  it('waits for another of the same bucket that is given up', async () => {
    const { connection } = await startSystem().then(connected);
    await fillLarge(connection);
    const first = new AbortController();
    await connection.snapshot('large', { signal: first.signal });
    const giveUp = async (): Promise<void> => {
      // The server answers in order: it has refused the second by then.
      await connection.bucketStatus('large');
      first.abort();
    };
    const [second] = await Promise.all([backUp(connection, 'large', newFolder()), giveUp()]);
    expect(second.messages).toBe((await connection.bucketStatus('large')).values);
  });

  it('is cancelled by its user, with nothing left', async () => {
    const { connection } = await startSystem().then(connected);
    const folder = newFolder();
    await fillLarge(connection);
    const cancelling = () => {
      const abort = new AbortController();
      return {
        signal: abort.signal,
        onProgress: (all: number) => all > 2_000_000 && abort.abort(),
      };
    };
    await expectKind('cancelled', backUp(connection, 'large', folder, cancelling()));
    expect(await readdir(join(folder, '..'))).toEqual([]);
    await backUp(connection, 'large', folder);
    await connection.deleteBucket('large');
    const backup = await readBackup(folder);
    await expectKind('cancelled', restoreBackup(connection, backup, cancelling()));
    await expectKind('notFound', connection.bucketStatus('large'));
    expect(await restoreBackup(connection, backup)).toMatchObject({ missing: 0 });
  });
});

describe('a backup of a bucket', () => {
  it('is what was there when it began, while another client writes', async () => {
    const { connection, system } = await startSystem().then(connected);
    await fillLarge(connection);
    const { lastRevision } = await connection.bucketStatus('large');
    let isOver = false;
    const writing = (async () => {
      for (let at = 0; !isOver; at++) {
        await system.foreign.put('large', `new${at}`, 'x');
      }
    })();
    const folder = newFolder();
    const summary = await backUp(connection, 'large', folder);
    isOver = true;
    await writing;
    expect(summary.lastRevision).toBeGreaterThanOrEqual(lastRevision);
    await connection.deleteBucket('large');
    const { status } = await restoreBackup(connection, await readBackup(folder));
    expect(status.values).toBeGreaterThanOrEqual(summary.messages);
    const keys = await listAll(connection, 'large');
    const old = keys.filter(({ key }) => key.startsWith('key'));
    expect(old).toHaveLength(keyCount);
  });

  it('of a server that the other cannot read is refused before anything is sent', async () => {
    const system = await startSystem().then(connected);
    const { connection } = system;
    await connection.createBucket({ name: 'b' });
    const folder = newFolder();
    await backUp(connection, 'b', folder);
    const backup = await readBackup(folder);
    const { current } = connection.state;
    const isNew = current.kind === 'connected' && backup.layout === 'arc';
    if (!isNew) {
      expect(backup.layout).toBe('tar');
      return;
    }
    const older = { ...current, server: { ...current.server, version: '2.12.3' } };
    const pretended = { ...connection, state: { ...connection.state, current: older } };
    const refused = restoreBackup(pretended, backup);
    await expectKind('unsupported', refused);
  });

  it('needs the rights of the API, and says which one is missing', async () => {
    const may = (publish: string) => `publish: { deny: ["${publish}"] }`;
    const user = (name: string, publish: string) =>
      `{ user: ${name}, password: p, permissions: { ${may(publish)} } }`;
    const users = [
      user('noSnapshot', '$JS.API.STREAM.SNAPSHOT.>'),
      user('noRestore', '$JS.API.STREAM.RESTORE.>'),
      '{ user: all, password: p }',
    ].join(', ');
    const server = await startNatsServer({ config: `authorization { users: [${users}] }` });
    onTestFinished(() => server.stop());
    const as = (name: string) =>
      connectTo(server.url, {
        credentials: () => Promise.resolve([{ kind: 'userPassword', user: name, password: 'p' }]),
      });
    const all = await as('all');
    await all.createBucket({ name: 'b' });
    await expectKind('denied', backUp(await as('noSnapshot'), 'b', newFolder()));
    const folder = newFolder();
    await backUp(all, 'b', folder);
    await all.deleteBucket('b');
    const backup = await readBackup(folder);
    await expectKind('denied', restoreBackup(await as('noRestore'), backup));
    expect(await restoreBackup(all, backup)).toMatchObject({ missing: 0 });
  });
});

describe('a backup of a bucket with three copies', () => {
  it('is restored to all of them', async () => {
    const servers = await startCluster();
    const connection = await connectTo(urlsOf(servers), { timeoutMs: 10_000 });
    await createInCluster(connection, { name: 'b', history: 5, replicas: 3 });
    await eventually(() => fillEntries(connection), patient);
    // A copy that lags would tell less.
    const before = await eventually(async () => {
      const all = await everything(connection);
      expect(all.entries.flat()).toHaveLength(all.values);
      return all;
    }, patient);
    const folder = newFolder();
    await backUp(connection, 'b', folder);
    await connection.deleteBucket('b');
    const { status } = await restoreBackup(connection, await readBackup(folder));
    expect(status).toMatchObject({ replicas: 3, values: before.values });
    await eventually(async () => expect(await everything(connection)).toEqual(before), patient);

    // A server that is alone takes it with one copy.
    const alone = await startSystem().then(connected);
    const backup = await readBackup(folder);
    await expect(restoreBackup(alone.connection, backup)).rejects.toThrow(/replicas > 1/);
    await expectKind('notFound', alone.connection.bucketStatus('b'));
    await restoreBackup(alone.connection, backup, { replicas: 1 });
    expect(await everything(alone.connection)).toEqual(before);
  }, 300_000);
});

const keyCount = 3_000;
const valueBytes = 2_000;

async function connected(system: Awaited<ReturnType<typeof startSystem>>) {
  return { system, connection: await system.connect() };
}

async function setUpWithCli() {
  const system = await startWithCli();
  return { ...system, folder: newFolder() };
}

/** Where a backup can be written to, until the test ends. */
function newFolder(): string {
  const root = mkdtempSync(join(tmpdir(), 'nats-kv-backup-'));
  onTestFinished(() => rmSync(root, { recursive: true }));
  return join(root, 'backup');
}

async function fill(connection: KvConnection): Promise<void> {
  await connection.createBucket({ name: 'b', history: 5, description: 'all of it' });
  await fillEntries(connection);
}

async function fillEntries(connection: KvConnection): Promise<void> {
  for (const [key, value] of [
    ['orders.1', 'one'],
    ['gone', 'x'],
    ['orders.1', 'two'],
    ['binary', '\u0000\u0001'],
  ] as const) {
    await connection.put('b', key, bytes(value), { expected: 'any' });
  }
  await connection.delete('b', 'gone', { expected: 'any' });
}

/** Values that S2 cannot make small. */
async function fillLarge(connection: KvConnection): Promise<void> {
  await connection.createBucket(large);
  let seed = 1;
  const value = () =>
    Uint8Array.from({ length: valueBytes }, () => {
      seed = Math.imul(seed ^ (seed >>> 15), 0x2c1b3c6d) + 0x9e3779b9;
      return seed >>> 24;
    });
  for (let at = 0; at < keyCount; at += 100) {
    await Promise.all(
      Array.from({ length: 100 }, (_, i) =>
        connection.put('large', `key${at + i}`, value(), { expected: 0 }),
      ),
    );
  }
}

async function everything(connection: KvConnection) {
  const { values, lastRevision, history } = await connection.bucketStatus('b');
  const keys = ['orders.1', 'gone', 'binary'];
  const entries = await Promise.all(keys.map((key) => connection.history('b', key)));
  return { values, lastRevision, history, entries };
}

/** The next revision follows the last one of the backup. */
async function putAgain(connection: KvConnection): Promise<void> {
  const { lastRevision } = await connection.bucketStatus('b');
  const { revision = 0 } = (await connection.get('b', 'orders.1')) ?? {};
  const put = await connection.put('b', 'orders.1', bytes('three'), { expected: revision });
  expect(put).toEqual({ kind: 'saved', revision: lastRevision + 1 });
}
