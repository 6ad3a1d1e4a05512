import { delay } from '../base/delay';
import { ignore } from '../base/ignore';
import { t } from '../base/l10n';
import type { BucketStatus } from '../model/bucket';
import type { KvError } from '../model/errors';
import { isKvError, throwIfCancelled, toKvError } from '../model/errors';
import { Catalog } from './buckets/catalog';
import { Consumers, type OpenConsumer } from './consumers/consumers';
import type { Link } from './link/link';
import { type Channel, isNoResponders } from './wire/channel';
import type { JetStreamApi } from './wire/jetStreamApi';
import { missingRight } from './wire/missingRight';
import { OutgoingHeaders } from './wire/outgoingHeaders';
import { parseResponse } from './wire/jetStreamApi';
import { anything } from './wire/schema';

/** What the rights or imports of an account may lack, though JetStream answers it. */
export type RightName = 'delivery' | 'flowControl' | 'writes';

/** One of them as it was tried: what stands in its way, or undefined when nothing does. */
export interface TriedRight {
  readonly name: RightName;
  readonly error: KvError | undefined;
}

export interface ProbeParts {
  readonly link: Link;
  readonly api: JetStreamApi;
  readonly channel: Channel;
  readonly signal: AbortSignal | undefined;
}

const heartbeatMs = 500;
/** How long a message may take that nobody answers when all is well, once the server has taken it in. */
const silenceMs = 500;

/** Tries on one bucket, without changing it, what browsing and editing need of the account. */
export async function probeRights(parts: ProbeParts, status: BucketStatus): Promise<TriedRight[]> {
  const consumers = new Consumers(parts.link, parts.api);
  try {
    const tried = await probeConsumer(parts, consumers, status);
    throwIfCancelled(parts.signal);
    const isWritable = status.mirrorOf === undefined;
    return isWritable ? [...tried, await probeWrites(parts, status)] : tried;
  } finally {
    await consumers.close();
  }
}

/** A consumer of what is to come: it delivers heartbeats only. */
async function probeConsumer(
  { api, channel, signal }: ProbeParts,
  consumers: Consumers,
  status: BucketStatus,
): Promise<TriedRight[]> {
  const { stream, prefix } = await new Catalog(api).facts(channel, status.name, { signal });
  let hear: () => void = () => undefined;
  const heard = new Promise<undefined>((resolve) => (hear = () => resolve(undefined)));
  const request = {
    bucket: status.name,
    stream,
    filter: `${prefix}>`,
    start: { deliver_policy: 'by_start_sequence', opt_start_seq: status.lastRevision + 1 },
    heartbeatMs,
    signal,
  } as const;
  let open: OpenConsumer;
  try {
    open = await consumers.create(channel, request, {
      onMessage: hear,
      onFlowControl: hear,
      onIdle: hear,
    });
  } catch (error) {
    throwIfCancelled(signal);
    return [{ name: 'delivery', error: toKvError(error) }];
  }
  const { consumer } = open;
  const lost = consumer.ended.then((end) => (end.kind === 'lost' ? end.error : undefined));
  // Asked while the consumer is there: nobody answers for one that was given up as lost.
  const flowing = probeFlowControl(channel, `$JS.FC.${stream}.${open.name}.probe`, api.timeoutMs);
  const [error, flowControl] = await Promise.all([Promise.race([heard, lost]), flowing]);
  consumer.dispose();
  return [
    { name: 'delivery', error },
    { name: 'flowControl', error: flowControl },
  ];
}

/** The server takes this in without a word; where it is not imported, nobody takes it. */
async function probeFlowControl(
  channel: Channel,
  subject: string,
  timeoutMs: number,
): Promise<KvError | undefined> {
  const silence = new AbortController();
  const { signal } = silence;
  const asking = channel.request(subject, '', { timeoutMs, signal });
  // A slow link or server takes longer to say that there is nobody, and says so before it answers this.
  void channel
    .flush(timeoutMs)
    .then(() => delay(silenceMs), ignore)
    .then(() => silence.abort());
  try {
    const reply = await asking;
    return isNoResponders(reply)
      ? missingRight('$JS.FC.>', t('answers to flow control do not reach the server'))
      : undefined;
  } catch (error) {
    const isSilent = isKvError(error, 'cancelled') || isKvError(error, 'timeout');
    return isSilent ? undefined : toKvError(error);
  }
}

/** A message that no stream stores, for it is meant for another one: the stream says so. */
async function probeWrites(
  { api, channel, signal }: ProbeParts,
  { name }: BucketStatus,
): Promise<TriedRight> {
  const headers = new OutgoingHeaders([['Nats-Expected-Stream', 'none']]);
  const start = api.prefix === '$JS.API' ? '' : `${api.prefix}.`;
  const lacks = (what: string) =>
    ({ name: 'writes', error: missingRight(`$KV.${name}.>`, what) }) as const;
  try {
    const reply = await channel.request(`${start}$KV.${name}.probe`, '', {
      timeoutMs: api.timeoutMs,
      headers,
      signal,
    });
    if (isNoResponders(reply)) {
      return lacks(t('writes do not reach the server'));
    }
    parseResponse(reply.data, anything);
    return { name: 'writes', error: undefined };
  } catch (error) {
    throwIfCancelled(signal);
    return isKvError(error, 'timeout')
      ? lacks(t('writes are not answered'))
      : { name: 'writes', error: toKvError(error) };
  }
}
