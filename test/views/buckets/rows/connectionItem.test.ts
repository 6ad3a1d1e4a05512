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
import { BucketLevels } from '../../../../src/views/buckets/bucketLevels';
import { connectionRows } from '../../../../src/views/buckets/connectionRows';
import type { Pins } from '../../../../src/views/buckets/rows/pins';
import { FakeKvConnection } from '../../../kv/fakeKvConnection';
import { eventually } from '../../../support/poll';
import { inBackground } from '../../../support/inBackground';

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

/** A connected session with the link below it, in the hands of the test. */
async function linked(more: Partial<ConnectionConfig> = {}) {
  const link = new FakeKvConnection();
  const config = { id: 'a', name: 'A', url: 'nats://a:4222', ...more };
  const of = new ConnectionSession(config, () => Promise.resolve(link));
  sessions.push(of);
  link.foreignCreateBucket({ name: 'B' });
  await of.loadBuckets();
  return { of, link };
}

/** Labels of the rows below a connection. */
function below(of: ConnectionSession): string[] {
  const pins = { of: () => [] } as unknown as Pins;
  const levels = new BucketLevels();
  return connectionRows(connectionNode(of), { pins, levels, inBackground }).map((node) =>
    node.kind === 'message' ? node.label : node.kind === 'bucket' ? node.bucket : node.kind,
  );
}

describe('a connection that has trouble', () => {
  const at = new Date(2026, 0, 2, 12, 4, 31).getTime();
  const refusal = new KvError('authFailed', 'a:4222 rejected the credentials');

  it('says since when its server does not answer, and offers to connect anew', async () => {
    const { of, link } = await linked();
    link.beSilent(at);

    expect(row(of).description).toMatch(/^not answering since 12:04:31/);
    expect(icon(of)).toBe('warning');
    expect(row(of).contextValue).toContain('connection connected settings writable silent');
    // Every mark is escaped, so that none of a server's can be Markdown.
    expect(connectionTooltip(of).value).toMatch(/not answering since 12\\:04\\:31/);
    expect(below(of)).toEqual(['B']);
  });

  it('says that its login is refused and tried again, above what was there', async () => {
    const { of, link } = await linked();
    link.state.set({ kind: 'reconnecting', attempt: 3, since: at, error: refusal });

    expect(row(of).description).toBe('login refused, trying again (attempt 3)');
    expect(below(of)).toEqual([
      'A refused the login.',
      'a:4222 rejected the credentials.',
      'Log In Again',
      'B',
    ]);
    expect(connectionTooltip(of).value).toContain('rejected the credentials');
  });

  it('has no word too many while the link is made again', async () => {
    const { of, link } = await linked();
    link.goOffline();

    expect(row(of).description).toBe('reconnecting (attempt 1)');
    expect(below(of)).toEqual(['B']);
  });

  it('says since when its list of buckets is stale, and why', async () => {
    const { of, link } = await linked();
    link.failNext('listBuckets', new KvError('unavailable', 'there is no leader'));
    await of.loadBuckets();

    expect(below(of)).toEqual([
      expect.stringMatching(/^Stale since \d.*: There is no leader\.$/),
      'B',
    ]);
    expect(connectionTooltip(of).value).toMatch(/stale since .*: there is no leader/);
    await of.loadBuckets();
    expect(below(of)).toEqual(['B']);
  });

  it('offers buckets by their names when they may not be listed any more', async () => {
    const { of, link } = await linked();
    link.failNext('listBuckets', new KvError('denied', 'no'));
    await of.loadBuckets();

    expect(below(of)).toEqual([expect.stringMatching(/^Stale since/), 'Open Bucket by Name…', 'B']);
  });

  it.each<[Partial<ConnectionConfig>, string]>([
    [{}, 'JetStream is off for this account.'],
    [{ domain: 'hub' }, 'No JetStream answers at hub.'],
    [{ apiPrefix: 'OTHER.API' }, 'No JetStream answers at OTHER.API.'],
  ])('names where JetStream does not answer: %j', async (more, label) => {
    const of = session(more, new KvError('jetStreamOff', 'no'));
    await of.loadBuckets();

    expect(below(of)[0]).toBe(label);
  });

  it('needs a login where none was given, and says so', async () => {
    const of = session({}, new KvError('noSecret', 'no password was given for A'));
    await of.loadBuckets();

    expect(below(of)).toEqual(['A needs a login.', 'No password was given for A.', 'Log In']);
  });
});

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
    expect(row(rejected).description).toBe('login refused');
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
      tiers: [],
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
