import { afterEach, describe, expect, it } from 'vitest';
import type { ConnectionConfig } from '../../../../src/kv/model/connectionConfig';
import { ConnectionSession } from '../../../../src/kv/session/connectionSession';
import { KvError } from '../../../../src/kv/model/errors';
import {
  connectionItem,
  connectionTooltip,
  groupItem,
} from '../../../../src/views/buckets/rows/connectionItem';
import {
  connectionNode,
  groupNode,
  parentOf,
  topNodes,
} from '../../../../src/views/buckets/rows/nodes';
import { FakeKvConnection } from '../../../kv/fakeKvConnection';
import { eventually } from '../../../support/poll';

const sessions: ConnectionSession[] = [];

afterEach(() => {
  sessions.splice(0).forEach((session) => session.dispose());
});

function session(more: Partial<ConnectionConfig> = {}, failWith?: KvError): ConnectionSession {
  const config = { id: 'a', name: 'A', url: 'nats://a:4222', ...more };
  const made = new ConnectionSession(config, () =>
    failWith ? Promise.reject(failWith) : Promise.resolve(new FakeKvConnection()),
  );
  sessions.push(made);
  return made;
}

function row(of: ConnectionSession) {
  return connectionItem(connectionNode(of), false);
}

function icon(of: ConnectionSession): string {
  return (row(of).iconPath as { id: string }).id;
}

describe('the row of a connection', () => {
  it('tells version and round trip of the server', async () => {
    const connected = session();
    await connected.connect();

    await eventually(() => expect(row(connected).description).toBe('2.15.1 · 1.0 ms'));
    expect(row(connected).contextValue).toBe('connection connected settings writable');
  });

  it('puts what must be seen before anything is changed first', async () => {
    const production = session({ environment: 'production', readOnly: true });
    await production.connect();

    await eventually(() =>
      expect(row(production).description).toBe('PRODUCTION · read-only · 2.15.1'),
    );
    expect(icon(production)).toBe('lock');
    expect(row(production).contextValue).toContain('settings locked');
    production.lock.unlock(60_000);
    expect(row(production).description).toMatch(/^PRODUCTION · writes unlocked until /);
    expect(icon(production)).toBe('unlock');
    expect(row(production).contextValue).toContain('settings unlocked');
  });

  it.each<[Partial<ConnectionConfig>, string, string]>([
    [{ source: 'context' }, 'nats CLI context', 'context'],
    [{ source: 'context', selected: true }, 'nats CLI context, selected', 'context'],
    [{ source: 'environment' }, 'environment variable', 'environment'],
    [{ source: 'workspace' }, 'workspace', 'settings'],
    [{ source: 'user' }, '', 'settings'],
  ])('says where it comes from: %j', (more, description, token) => {
    const item = row(session(more));

    expect(item.description).toBe(description);
    expect(item.contextValue).toBe(`connection idle ${token} writable`);
  });

  it('offers to change a secret only where it is ours', () => {
    const auth = [{ kind: 'token' }] as const;

    expect(row(session({ auth })).contextValue).toMatch(/ secret$/);
    expect(row(session({ auth, source: 'context' })).contextValue).not.toContain('secret');
  });

  it('tells what went wrong and whether it is tried again', async () => {
    const refused = session({}, new KvError('disconnected', 'nobody listens on a:4222'));
    await refused.connect().catch(() => undefined);
    const rejected = session({}, new KvError('authFailed', 'the password is wrong'));
    await rejected.connect().catch(() => undefined);

    expect(row(refused).description).toBe('disconnected, trying again');
    expect(row(rejected).description).toBe('disconnected');
    expect(connectionTooltip(rejected).value).toContain('the password is wrong');
  });

  it('tells that it was disconnected on purpose', async () => {
    const away = session();
    await away.connect();
    await away.disconnect();

    expect(row(away).description).toBe('disconnected');
  });

  it('has a tooltip with the limits of the account and what is not used', () => {
    const odd = session({ problems: ['"socks_proxy" is not supported.'] });
    const tooltip = connectionTooltip(odd, {
      memory: { used: 0, limit: -1 },
      storage: { used: 2048, limit: 1024 * 1024 },
      streams: { used: 3, limit: 10 },
      consumers: { used: 0, limit: -1 },
      domain: 'hub',
      apiLevel: 5,
    }).value.replaceAll('\\', '');

    expect(tooltip).toContain('2.0 KiB of 1.0 MiB');
    expect(tooltip).toContain('3 of 10');
    expect(tooltip).toContain('0 B, no limit');
    expect(tooltip).toContain('"socks_proxy" is not supported.');
  });
});

describe('folders of connections', () => {
  it('stand by name above the connections without one', () => {
    const all = [
      session({ id: 'a', name: 'loose' }),
      session({ id: 'b', folder: 'Team 10' }),
      session({ id: 'c', folder: 'Team 2' }),
      session({ id: 'd', folder: 'Team 10' }),
    ];

    const tops = topNodes(all).map(({ id }) => id);
    expect(tops).toEqual(['folder/Team 2', 'folder/Team 10', 'a']);
    expect(groupItem(groupNode('Team 10'), 2).description).toBe('2');
  });

  it('are above their connections', () => {
    expect(parentOf(connectionNode(session({ folder: 'Team' })))?.id).toBe('folder/Team');
    expect(parentOf(connectionNode(session()))).toBeUndefined();
  });
});
