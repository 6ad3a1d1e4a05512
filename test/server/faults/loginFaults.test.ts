import { describe, expect, it } from 'vitest';
import type { Credentials } from '../../../src/kv/model/credentials';
import { makeOperator } from '../../support/natsJwts';
import { eventually } from '../../support/poll';
import { describeWhere } from '../../support/where';
import { isServerAtLeast } from '../serverVersion';
import { makeAuthCallout } from './authCallout';
import { isWell, sessionOn, shows, startFaultySystem } from './faultySystem';

const patient = { timeoutMs: 20_000 };

describe('credentials that have expired', () => {
  it('are read at each attempt, and taken when they were renewed', async () => {
    const operator = makeOperator();
    let lifeMs = 2_500;
    const brief = () => operator.issueUser({ expires: Date.now() + lifeMs });
    let user = brief();
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
    await eventually(async () => {
      await session.connect().catch((error: unknown) => {
        // They had expired before the slow machine came to connect.
        lifeMs *= 2;
        user = brief();
        throw error;
      });
    }, patient);
    await shows(session, lifeMs + 10_000, ({ state }) => {
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

describeWhere(isServerAtLeast('2.10'), 'this server asks no service about logins')(
  'a service that the server asks about logins',
  () => {
    async function connected() {
      const callout = makeAuthCallout();
      const reasons: string[] = [];
      const system = await startFaultySystem({
        config: callout.config,
        owner: callout.owner,
        options: {
          timeoutMs: 5_000,
          credentials: (_, reason) => {
            reasons.push(reason);
            return Promise.resolve([{ kind: 'userPassword', user: 'me', password: 'p' }]);
          },
        },
      });
      const end = await callout.serve(system.server.url);
      await system.session.loadBuckets();
      await shows(system.session, 10_000, isWell);
      return { ...system, callout, reasons, end };
    }

    it('that is down is waited for, with the state told and nothing asked, and then all is well', async () => {
      const { session, server, callout, reasons, end } = await connected();
      await end();
      reasons.length = 0;
      session.reconnectNow();
      await shows(session, 10_000, ({ state, buckets }) => {
        expect(state).toMatchObject({ kind: 'reconnecting', error: { kind: 'authFailed' } });
        expect(buckets).toMatchObject({ kind: 'loaded', buckets: [{ name: 'B' }] });
      });
      await eventually(
        () => expect(reasons.filter((each) => each === 'byItself').length).toBeGreaterThan(1),
        patient,
      );
      const again = await callout.serve(server.url);
      await shows(session, 20_000, isWell);
      await again();
    });

    it('that is down at the first dial is waited for as long as the buckets are shown', async () => {
      const { server, callout, end } = await connected();
      await end();
      const credentials = () =>
        Promise.resolve([{ kind: 'userPassword', user: 'me', password: 'p' }] as const);
      const session = sessionOn(server.url, { timeoutMs: 5_000, credentials });
      await session.loadBuckets();
      await shows(session, 10_000, ({ state }) => {
        expect(state).toMatchObject({ kind: 'failed', error: { kind: 'authFailed' } });
        expect(state).toHaveProperty('retryAt');
      });
      const again = await callout.serve(server.url);
      await shows(session, 40_000, isWell);
      await again();
    });
  },
);

describe('a connection that is made anew on demand', () => {
  it('is dialled for real, though it looks well', async () => {
    const { session, proxy } = await startFaultySystem();
    await session.loadBuckets();
    const before = proxy.accepted;
    session.reconnectNow();
    await eventually(() => expect(proxy.accepted).toBeGreaterThan(before));
    await shows(session, 5_000, ({ state }) => expect(state.kind).toBe('connected'));
  });

  it('is dialled for real while a dial hangs', async () => {
    const { session, proxy } = await startFaultySystem();
    await session.loadBuckets();
    const before = proxy.accepted;
    proxy.stall();
    session.reconnectNow();
    await eventually(() => expect(proxy.accepted).toBeGreaterThan(before));
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
