import { describe, expect, it } from 'vitest';
import type { Credentials } from '../../../src/kv/model/credentials';
import {
  type FaultySetUp,
  type FaultySystem,
  isWell,
  makeBucket,
  type Seen,
  shows,
  startFaultySystem,
} from './faultySystem';

/** Something that goes wrong with a server or a link, and is mended again. */
interface Fault {
  readonly name: string;
  readonly setUp?: FaultySetUp;
  /** It is so from the start: there is no time at which all was well. */
  readonly fromTheStart?: true;
  readonly breakIt: (system: FaultySystem) => Promise<unknown> | void;
  /** What must be told, and within which time. */
  readonly told: readonly [withinMs: number, check: (seen: Seen) => void];
  readonly mend: (system: FaultySystem) => Promise<unknown> | void;
  /** Within which time all is well again, by itself. */
  readonly wellWithinMs: number;
}

const me: Credentials = { kind: 'userPassword', user: 'me', password: 'p' };
const withMe = { credentials: () => Promise.resolve([me]) };
const owner = { user: 'owner', pass: 'o' };
const users = (...more: string[]): string =>
  `authorization { users: [ ${['{ user: owner, password: o }', ...more].join(', ')} ] }`;
const allowed = users('{ user: me, password: p }');
const renamed = users('{ user: you, password: p }');
const without = (denied: string): string =>
  users(`{ user: me, password: p, permissions: { ${denied} } }`);
const asMe: FaultySetUp = { config: allowed, owner, options: withMe };

const isStale = (kind: string) => (seen: Seen) => {
  expect(seen.buckets).toMatchObject({
    kind: 'loaded',
    buckets: [{ name: 'B' }],
    stale: { since: expect.any(Number) as number, error: { kind } },
  });
};
const isSilent = ({ state }: Seen): void => {
  expect(state).toMatchObject({ kind: 'connected', silentSince: expect.any(Number) as number });
};
const refresh = ({ session }: FaultySystem): void => {
  // How it went is told by the session.
  void session.loadBuckets();
};

const faults: readonly Fault[] = [
  {
    name: 'a server that stalls, while the list is refreshed',
    breakIt: async (system) => {
      await system.server.freeze();
      refresh(system);
    },
    told: [
      6_000,
      (seen) => {
        isSilent(seen);
        isStale('timeout')(seen);
      },
    ],
    mend: ({ server }) => server.thaw(),
    wellWithinMs: 5_000,
  },
  {
    name: 'a server that stalls for so long that it is dialled again',
    breakIt: async (system) => {
      await system.server.freeze();
      refresh(system);
    },
    told: [20_000, ({ state }) => expect(state.kind).toBe('reconnecting')],
    mend: ({ server }) => server.thaw(),
    wellWithinMs: 15_000,
  },
  {
    name: 'a half-open connection, of which a request tells',
    breakIt: (system) => {
      system.proxy.stall();
      refresh(system);
    },
    told: [4_000, isSilent],
    mend: ({ proxy }) => proxy.flow(),
    wellWithinMs: 3_000,
  },
  {
    name: 'a half-open connection, of which only the heartbeats of a watch tell',
    breakIt: async ({ session, proxy }) => {
      await session.watch('B')?.hold().from;
      proxy.stall();
    },
    told: [12_000, isSilent],
    mend: ({ proxy }) => proxy.flow(),
    wellWithinMs: 5_000,
  },
  {
    name: 'JetStream that is off at connect',
    setUp: { jetstream: false },
    fromTheStart: true,
    breakIt: () => undefined,
    told: [
      5_000,
      ({ buckets }) =>
        expect(buckets).toMatchObject({ kind: 'failed', error: { kind: 'jetStreamOff' } }),
    ],
    mend: async ({ server, reload }) => {
      await reload(`jetstream { store_dir: "${server.storeDir}" }`);
      await expect.poll(() => server.log, { timeout: 10_000 }).toContain('Starting JetStream');
      await makeBucket(server);
    },
    wellWithinMs: 20_000,
  },
  {
    name: 'rights on the inbox that are taken',
    setUp: asMe,
    breakIt: async (system) => {
      await system.reload(without('subscribe: { deny: "_INBOX.>" }'));
      await expect.poll(() => system.server.log).toContain('Removed sub');
      refresh(system);
    },
    told: [5_000, isStale('denied')],
    mend: ({ reload }) => reload(allowed),
    wellWithinMs: 20_000,
  },
  {
    name: 'rights on the inbox that are not there at connect',
    setUp: { ...asMe, config: without('subscribe: { deny: "_INBOX.>" }') },
    fromTheStart: true,
    breakIt: () => undefined,
    told: [
      5_000,
      ({ buckets }) => expect(buckets).toMatchObject({ kind: 'failed', error: { kind: 'denied' } }),
    ],
    mend: ({ reload }) => reload(allowed),
    wellWithinMs: 20_000,
  },
  {
    name: 'the right to list buckets that is taken',
    setUp: asMe,
    breakIt: async (system) => {
      await system.reload(without('publish: { deny: "$JS.API.STREAM.LIST" }'));
      await expect.poll(() => system.server.log).toContain('Reloaded server configuration');
      refresh(system);
    },
    told: [5_000, isStale('denied')],
    mend: ({ reload }) => reload(allowed),
    wellWithinMs: 20_000,
  },
  {
    name: 'a user who is taken away while connected',
    setUp: asMe,
    breakIt: ({ reload }) => reload(renamed),
    told: [
      5_000,
      ({ state, buckets }) => {
        expect(state).toMatchObject({ kind: 'reconnecting', error: { kind: 'authFailed' } });
        expect(buckets).toMatchObject({ kind: 'loaded', buckets: [{ name: 'B' }] });
      },
    ],
    mend: ({ reload }) => reload(allowed),
    wellWithinMs: 20_000,
  },
  {
    name: 'a user who is not there at connect',
    setUp: { ...asMe, config: renamed },
    fromTheStart: true,
    breakIt: () => undefined,
    told: [
      5_000,
      ({ state }) => {
        expect(state).toMatchObject({ kind: 'failed', error: { kind: 'authFailed' } });
        expect(state).toHaveProperty('retryAt');
      },
    ],
    mend: ({ reload }) => reload(allowed),
    wellWithinMs: 20_000,
  },
];

describe('by itself the link comes back, and tells meanwhile what is wrong, after', () => {
  it.each(faults)(
    '$name',
    async ({ setUp, fromTheStart, breakIt, told, mend, wellWithinMs }) => {
      const system = await startFaultySystem(setUp);
      const { session } = system;
      await session.loadBuckets();
      if (!fromTheStart) {
        await shows(session, 5_000, isWell);
      }
      await breakIt(system);
      await shows(session, ...told);
      await mend(system);
      await shows(session, wellWithinMs, isWell);
    },
    90_000,
  );
});
