import { t } from '../base/l10n';
import { type KvError, throwIfCancelled, toKvError } from '../model/errors';
import type { AccountInfo, KvConnection, ServerInfo } from '../model/kvConnection';
import { ignore } from '../base/ignore';
import type { ConnectOptions } from './link/connectOptions';
import { DialError } from './link/dialError';
import { defaultTimeoutMs, Dialer } from './link/dialer';
import { Link } from './link/link';
import { NatsConnection } from './natsConnection';
import { apiPrefixOf } from './wire/apiPrefix';
import type { Channel } from './wire/channel';
import { JetStreamApi } from './wire/jetStreamApi';
import { probeRights, type RightName } from './probeRights';

/** One thing that a connection needs, in the order in which they are tried. */
interface TestStep {
  readonly name: 'reach' | 'tls' | 'login' | 'jetStream' | 'buckets' | RightName;
  readonly ok: boolean;
  /** A sentence without a final period: what works, or what does not and what to do. */
  readonly message: string;
}

/** How far a connection came, and what was learned on the way. */
export interface ConnectionReport {
  /** It can be used. A step that failed all the same is a warning: buckets can be opened by name. */
  readonly ok: boolean;
  /** Up to the first that stands in the way of all others. */
  readonly steps: readonly TestStep[];
  readonly server?: ServerInfo;
  readonly rttMs?: number;
  readonly account?: AccountInfo;
  readonly buckets?: number;
}

/**
 * Dials once, tries what browsing needs and closes everything again. Failures are told by the
 * report; throws nothing but `cancelled`.
 */
export async function testConnection(
  options: ConnectOptions,
  signal?: AbortSignal,
): Promise<ConnectionReport> {
  let opened: Opened;
  try {
    opened = await open(options, signal);
  } catch (error) {
    throwIfCancelled(signal);
    return { ok: false, steps: stepsUpTo(toKvError(error)) };
  }
  const { connection } = opened;
  try {
    return await examine(opened, options, signal);
  } finally {
    // Whether it closes in good order no longer matters.
    await connection.close().catch(ignore);
  }
}

interface Opened {
  readonly connection: KvConnection;
  readonly link: Link;
  readonly api: JetStreamApi;
  readonly channel: Channel;
}

/** A link that is not kept up: what breaks during the test is a result of the test. */
async function open(options: ConnectOptions, signal?: AbortSignal): Promise<Opened> {
  const dialer = new Dialer(options);
  const api = new JetStreamApi(apiPrefixOf(options), options.timeoutMs ?? defaultTimeoutMs);
  const channel = await dialer.dial(signal, 'askedFor');
  const channels = [channel];
  const link = await Link.open({
    dial: () => Promise.resolve(channels.pop() ?? new Promise<Channel>(ignore)),
  });
  return { connection: new NatsConnection(link, api, { check: ignore }), link, api, channel };
}

async function examine(
  { connection, link, api, channel }: Opened,
  options: ConnectOptions,
  signal?: AbortSignal,
): Promise<ConnectionReport> {
  const { server } = channel;
  const steps: TestStep[] = [
    step('reach', server ? t('{0} answers', server.address) : t('the server answers')),
    step('tls', channel.isEncrypted ? t('the connection is encrypted') : t('TLS is not in use')),
    step('login', t('the server lets this user in')),
  ];
  const rttMs = await attempt(() => connection.rtt(), signal);
  if (rttMs.error) {
    steps[0] = failed('reach', rttMs.error);
    return { ok: false, steps, server };
  }
  const account = await attempt(() => connection.accountInfo({ signal }), signal);
  steps.push(jetStreamStep(account.error, options));
  const known = { server, rttMs: rttMs.value, account: account.value };
  if (account.error && account.error.kind !== 'denied') {
    return { ok: false, steps, ...known };
  }
  const buckets = await attempt(() => connection.listBuckets({ signal }), signal);
  steps.push(bucketStep(buckets.value?.length, buckets.error));
  const [bucket] = buckets.value ?? [];
  if (bucket) {
    const parts = { link, api, channel, signal };
    const tried = await attempt(() => probeRights(parts, bucket), signal);
    steps.push(...(tried.value ?? []).map(({ name, error }) => rightStep(name, error)));
  }
  const ok = buckets.error === undefined || buckets.error.kind === 'denied';
  return { ok, steps, ...known, buckets: buckets.value?.length };
}

interface Attempt<T> {
  readonly value?: T;
  readonly error?: KvError;
}

async function attempt<T>(run: () => Promise<T>, signal?: AbortSignal): Promise<Attempt<T>> {
  try {
    const value = await run();
    throwIfCancelled(signal);
    return { value };
  } catch (error) {
    throwIfCancelled(signal);
    return { error: toKvError(error) };
  }
}

/** What went well before a dial failed, and the failure. */
function stepsUpTo(error: KvError): TestStep[] {
  const name = error instanceof DialError ? error.step : stepOfOther(error);
  const steps: TestStep[] = [];
  const hasDialled = error instanceof DialError && error.kind !== 'invalidConfig';
  if (hasDialled && name !== 'reach') {
    steps.push(step('reach', t('the server answers')));
  }
  return [...steps, failed(name, error)];
}

/** What fails before anything is dialled. */
function stepOfOther({ kind }: KvError): TestStep['name'] {
  return kind === 'authFailed' ? 'login' : kind === 'invalidConfig' ? 'jetStream' : 'reach';
}

function jetStreamStep(
  error: KvError | undefined,
  { domain, apiPrefix }: ConnectOptions,
): TestStep {
  if (error?.kind === 'jetStreamOff') {
    const where = domain || apiPrefix;
    const message = where
      ? t('JetStream does not answer at "{0}"; check the domain or the API prefix', where)
      : t(
          'JetStream is off for this account; turn it on in the configuration of the server or account',
        );
    return failed('jetStream', error, message);
  }
  return error
    ? failed('jetStream', error)
    : step('jetStream', t('JetStream is on for this account'));
}

function bucketStep(count: number | undefined, error: KvError | undefined): TestStep {
  if (error?.kind === 'denied') {
    const advice = t('buckets can still be opened by name');
    return failed(
      'buckets',
      error,
      t('the buckets cannot be listed: {0}; {1}', error.message, advice),
    );
  }
  const found = count === 1 ? t('there is 1 bucket') : t('there are {0} buckets', count ?? 0);
  return error ? failed('buckets', error) : step('buckets', found);
}

const rightsThatWork: Readonly<Record<RightName, () => string>> = {
  delivery: () => t('what the server delivers arrives'),
  flowControl: () => t('answers to flow control reach the server'),
  writes: () => t('writes reach the server'),
};

function rightStep(name: RightName, error: KvError | undefined): TestStep {
  return error ? failed(name, error) : step(name, rightsThatWork[name]());
}

function step(name: TestStep['name'], message: string): TestStep {
  return { name, ok: true, message };
}

function failed(name: TestStep['name'], error: KvError, message = error.message): TestStep {
  return { name, ok: false, message };
}
