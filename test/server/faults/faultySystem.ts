import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished } from 'vitest';
import { ConnectionSession } from '../../../src/kv/session/connectionSession';
import type { BucketsState } from '../../../src/kv/session/bucketList';
import type { SessionState } from '../../../src/kv/session/sessionState';
import type { ConnectOptions } from '../../../src/kv/nats/link/connectOptions';
import { type NatsServer, type NatsServerOptions, startNatsServer } from '../../support/natsServer';
import { eventually } from '../../support/poll';
import { connect } from '../dial';
import { connectForeign } from '../foreignNats';
import { type InjectingProxy, startInjectingProxy } from '../../support/injectingProxy';

/** What a user is shown of a connection. */
export interface Seen {
  readonly state: SessionState;
  readonly buckets: BucketsState;
}

/** A server with one bucket, `B`, and a session on it that goes through a proxy. */
export interface FaultySystem {
  readonly server: NatsServer;
  readonly proxy: InjectingProxy;
  readonly session: ConnectionSession;
  /** Has the server read another configuration. */
  readonly reload: (config: string) => Promise<void>;
}

export interface FaultySetUp extends NatsServerOptions {
  /** Who may make the bucket; nobody does where JetStream is off. */
  readonly owner?: object;
  readonly options?: Partial<ConnectOptions>;
}

export async function startFaultySystem(setUp: FaultySetUp = {}): Promise<FaultySystem> {
  const hasJetStream = setUp.jetstream !== false;
  // Server 2.9 loses JetStream at a reload where only its arguments say that it is on.
  const jetstream = hasJetStream ? `jetstream { store_dir: "${await newStore()}" }\n` : '';
  const config = jetstream + (setUp.config ?? '');
  const server = await startNatsServer({ ...setUp, config, jetstream: false });
  onTestFinished(() => server.stop());
  const proxy = await startInjectingProxy(server.port);
  onTestFinished(() => proxy.stop());
  if (hasJetStream) {
    await makeBucket(server, setUp.owner);
  }
  return {
    server,
    proxy,
    session: sessionOn(proxy.url, setUp.options),
    reload: async (text) => {
      await writeFile(server.configFile, jetstream + text);
      process.kill(server.pid, 'SIGHUP');
    },
  };
}

async function newStore(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'faults-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true, maxRetries: 3 }));
  return folder;
}

export async function makeBucket(server: NatsServer, owner?: object): Promise<void> {
  const foreign = await connectForeign(server.url, owner);
  await foreign.createBucket({ name: 'B' });
  await foreign.close();
}

/** A session that ends with the test. Requests wait for one second. */
export function sessionOn(url: string, options: Partial<ConnectOptions> = {}): ConnectionSession {
  const config = { id: 'a', name: 'a', url };
  const session = new ConnectionSession(config, (_, writeLock, signal, reason) =>
    connect({ servers: [url], timeoutMs: 1000, ...options, writeLock }, signal, reason),
  );
  onTestFinished(() => session.dispose());
  return session;
}

function seen({ state, buckets }: ConnectionSession): Seen {
  return { state: state.current, buckets: buckets.current };
}

/** Waits until what is shown is as a check has it; the deadline is part of what is promised. */
export function shows(
  session: ConnectionSession,
  withinMs: number,
  check: (seen: Seen) => void,
): Promise<void> {
  return eventually(() => check(seen(session)), { timeoutMs: withinMs });
}

/** The link is there and answers, and the list of buckets is as on the server. */
export function isWell({ state, buckets }: Seen): void {
  expect(state.kind).toBe('connected');
  expect(state).not.toHaveProperty('silentSince');
  expect(buckets).toMatchObject({ kind: 'loaded', buckets: [{ name: 'B' }] });
  expect(buckets).not.toHaveProperty('stale');
}
