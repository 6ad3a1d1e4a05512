import { beforeEach, describe, expect, it, vi } from 'vitest';
import type { ConnectionConfig } from '../../../src/kv/model/connectionConfig';
import { Connections } from '../../../src/kv/session/connections';
import { idleSessions } from '../../../src/extension/connections/idleConnections';
import { FakeKvConnection } from '../fakeKvConnection';
import { eventually } from '../../support/poll';

const config: ConnectionConfig = { id: 'a', name: 'A', url: 'nats://a' };

let connections: Connections;

beforeEach(() => {
  connections = new Connections(() => Promise.resolve(new FakeKvConnection()));
});

/** A link of its own to the same system: closing it leaves the others as they are. */
function linkTo(system: FakeKvConnection): FakeKvConnection {
  const link = Object.create(system) as FakeKvConnection;
  link.close = () => Promise.resolve();
  return link;
}

describe('Connections', () => {
  it('keeps a session, and its link, whose label alone changed', async () => {
    connections.configure([config]);
    const before = connections.get('a');
    await before?.connect();
    connections.configure([{ ...config, name: 'Renamed', folder: 'Team', environment: 'staging' }]);

    expect(connections.get('a')).toBe(before);
    expect(before?.name).toBe('Renamed');
    expect(before?.state.current.kind).toBe('connected');
  });

  it.each<[string, Partial<ConnectionConfig>]>([
    ['URL', { url: 'nats://b' }],
    ['login', { auth: [{ kind: 'token' }] }],
    ['TLS', { tls: { caFile: 'ca.pem' } }],
    ['domain', { domain: 'hub' }],
    ['read-only mark', { readOnly: true }],
  ])('makes a new session when the %s changed, and ends the old one', async (_, change) => {
    connections.configure([config]);
    const before = connections.get('a');
    const link = await before?.connect();
    connections.configure([{ ...config, ...change }]);

    expect(connections.get('a')).not.toBe(before);
    expect(link?.state.current.kind).toBe('closed');
  });

  it('hands the keys that were listed to the session of the same server', async () => {
    const server = new FakeKvConnection();
    server.foreignCreateBucket({ name: 'B' });
    server.foreignPut('B', 'key', 'x');
    connections = new Connections(() => Promise.resolve(linkTo(server)));
    connections.configure([config]);
    const index = async () => {
      await connections.get('a')?.connect();
      const opened = connections.get('a')?.index('B');
      opened?.open();
      return opened;
    };
    const first = await index();
    await eventually(() => expect(first?.state.current.kind).toBe('ready'));

    connections.configure([{ ...config, readOnly: true }]);
    const second = await index();
    expect(second?.state.current.kind).toBe('ready');
    expect(second?.get('key')).toBeDefined();

    connections.configure([{ ...config, url: 'nats://b' }]);
    connections.configure([config]);
    expect((await index())?.state.current.kind).toBe('listing');
  });

  it('follows the order of the settings', () => {
    const other = { ...config, id: 'b', name: 'B' };
    connections.configure([config, other]);
    connections.configure([other, config]);

    expect(connections.all.map(({ id }) => id)).toEqual(['b', 'a']);
  });

  it('tells when the writes of a session are locked or unlocked', () => {
    const told = vi.fn<(id: string, kind: string) => void>();
    connections.onDidChangeLock(({ id, lock }) => told(id, lock.state.current.kind));
    connections.configure([{ ...config, readOnly: true }]);
    connections.get('a')?.lock.unlock(60_000);
    connections.get('a')?.lock.lock();

    expect(told.mock.calls).toEqual([
      ['a', 'unlocked'],
      ['a', 'locked'],
    ]);
  });
});

describe('idleSessions', () => {
  it('finds those that nothing used for the time, and none when it is 0', async () => {
    connections.configure([config, { ...config, id: 'b' }]);
    await connections.get('a')?.connect();
    const later = Date.now() + 5 * 60_000;

    expect(idleSessions(connections.all, 5, later).map(({ id }) => id)).toEqual(['a']);
    expect(idleSessions(connections.all, 6, later)).toEqual([]);
    expect(idleSessions(connections.all, 0, later)).toEqual([]);
  });

  it('leaves alone what somebody follows', async () => {
    const server = new FakeKvConnection();
    server.foreignCreateBucket({ name: 'B' });
    const followed = new Connections(() => Promise.resolve(server));
    followed.configure([config]);
    await followed.get('a')?.connect();
    const hold = followed.get('a')?.watch('B')?.hold();
    const later = Date.now() + 60 * 60_000;

    expect(idleSessions(followed.all, 5, later)).toEqual([]);
    hold?.dispose();
    expect(idleSessions(followed.all, 5, later)).toHaveLength(1);
    followed.dispose();
  });
});
