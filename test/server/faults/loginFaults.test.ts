import { describe, expect, it } from 'vitest';
import type { Credentials } from '../../../src/kv/model/credentials';
import { makeOperator } from '../../support/natsJwts';
import { eventually } from '../../support/poll';
import { sessionOn, shows, startFaultySystem } from './faultySystem';

const patient = { timeoutMs: 20_000 };

describe('credentials that have expired', () => {
  it('are read at each attempt, and taken when they were renewed', async () => {
    const operator = makeOperator();
    let user = operator.issueUser({ expires: Date.now() + 2500 });
    let reads = 0;
    const { session } = await startFaultySystem({
      jetstream: false,
      config: operator.config,
      options: {
        credentials: () => {
          reads++;
          return Promise.resolve([{ kind: 'creds', contents: user.creds() }]);
        },
      },
    });
    await session.connect();
    await shows(session, 10_000, ({ state }) => {
      expect(state).toMatchObject({ kind: 'reconnecting', error: { kind: 'authFailed' } });
      expect(state.kind === 'reconnecting' && state.error?.message).toMatch(/have expired/);
    });
    const before = reads;
    await eventually(() => expect(reads).toBeGreaterThan(before + 1), patient);
    user = operator.issueUser();
    await shows(session, 20_000, ({ state }) => expect(state.kind).toBe('connected'));
  });
});

describe('a login that is refused', () => {
  it('asks for nothing while the link comes back by itself, and at once when somebody asks for it', async () => {
    const reasons: string[] = [];
    let password = 'wrong';
    const { session } = await startFaultySystem({
      jetstream: false,
      config: 'authorization { users: [ { user: me, password: p } ] }',
      options: {
        credentials: (_, reason) => {
          reasons.push(reason);
          const me: Credentials = { kind: 'userPassword', user: 'me', password };
          return Promise.resolve([me]);
        },
      },
    });
    await session.loadBuckets();
    await eventually(() => expect(reasons.slice(0, 2)).toEqual(['askedFor', 'byItself']), patient);
    password = 'p';
    session.reconnectNow();
    expect(reasons.at(-1)).toBe('askedFor');
    await shows(session, 5_000, ({ state }) => expect(state.kind).toBe('connected'));
  });
});

describe('a connection that is made anew on demand', () => {
  it('is dialled for real, though it looks well', async () => {
    const { session, proxy } = await startFaultySystem();
    await session.loadBuckets();
    session.reconnectNow();
    await eventually(() => expect(proxy.accepted).toBe(2));
    await shows(session, 5_000, ({ state }) => expect(state.kind).toBe('connected'));
  });

  it('is dialled for real while a dial hangs', async () => {
    const { session, proxy } = await startFaultySystem();
    await session.loadBuckets();
    proxy.stall();
    session.reconnectNow();
    await eventually(() => expect(proxy.accepted).toBe(2));
    proxy.flow();
    session.reconnectNow();
    await shows(session, 5_000, ({ state }) => expect(state.kind).toBe('connected'));
  });
});

describe('a JetStream domain that does not exist', () => {
  it.each([
    [{ domain: 'nowhere' }, /in the domain "nowhere"/],
    [{ apiPrefix: 'OTHER.API' }, /at the API prefix "OTHER.API"/],
  ])('is named: %j', async (options, reason) => {
    const { server } = await startFaultySystem();
    const session = sessionOn(server.url, options);
    await session.loadBuckets();
    await shows(session, 5_000, ({ buckets }) => {
      expect(buckets).toMatchObject({ kind: 'failed', error: { kind: 'jetStreamOff' } });
      expect(buckets.kind === 'failed' && buckets.error.message).toMatch(reason);
    });
  });
});
