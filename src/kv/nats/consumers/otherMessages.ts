import type { CallOptions } from '../../model/kvConnection';
import { isKvError } from '../../model/errors';
import type { JetStreamApi } from '../wire/jetStreamApi';
import type { Link } from '../link/link';
import { count, object, optional, record } from '../wire/schema';
import { ignore } from '../../base/ignore';
import type { ListingContext } from './listingPass';

/** Subjects that one answer of the server names. */
const maxSubjects = 100_000;
const timeoutMs = 10_000;
const heartbeatMs = 1_000;

interface CountInfo {
  readonly state: {
    readonly messages: number;
    readonly subjects?: Readonly<Record<string, number>>;
  };
}

const countInfo = object<CountInfo>({
  state: object<CountInfo['state']>({ messages: count, subjects: optional(record(count)) }),
});

interface CountContext extends ListingContext {
  readonly link: Link;
  readonly api: JetStreamApi;
}

/** Messages of a bucket's stream that are under subjects of none of its keys; 0 where nobody may ask. */
export async function countOtherMessages(
  context: CountContext,
  bucket: string,
  { signal }: CallOptions = {},
): Promise<number> {
  try {
    return (
      (await countByConsumer(context, bucket, signal)) ??
      (await countByNames(context, bucket, signal))
    );
  } catch (error) {
    if (isKvError(error, 'denied')) {
      return 0;
    }
    throw error;
  }
}

/**
 * What a consumer of all of its keys would deliver is all that is not under other subjects. Undefined
 * where the server makes none that delivers these alone.
 */
async function countByConsumer(
  { link, catalog, consumers }: CountContext,
  bucket: string,
  signal: AbortSignal | undefined,
): Promise<number | undefined> {
  const channel = link.current;
  const { values } = await catalog.status(channel, bucket, { signal });
  const { prefix, stream } = await catalog.facts(channel, bucket, { signal });
  const request = {
    bucket,
    stream,
    filter: `${prefix}>`,
    start: { deliver_policy: 'all' },
    heartbeatMs,
    timeoutMs,
    signal,
  } as const;
  const silent = { onMessage: ignore, onFlowControl: ignore, onIdle: ignore };
  try {
    const { consumer, isWide, total } = await consumers.create(channel, request, silent);
    consumer.dispose();
    return isWide ? undefined : Math.max(0, values - total);
  } catch (error) {
    if (isKvError(error, 'limitReached')) {
      return undefined;
    }
    throw error;
  }
}

/** Of as many subjects as one answer names. */
async function countByNames(
  { link, catalog, api }: CountContext,
  bucket: string,
  signal: AbortSignal | undefined,
): Promise<number> {
  const channel = link.current;
  const { prefix, stream } = await catalog.facts(channel, bucket, { signal });
  const body = { subjects_filter: `${prefix}>` };
  const options = { bucket, signal, timeoutMs };
  const { state } = await api.call(channel, `STREAM.INFO.${stream}`, countInfo, body, options);
  const own = Object.entries(state.subjects ?? {})
    .filter(([subject]) => subject.startsWith(prefix))
    .map(([, messages]) => messages);
  const isWhole = own.length < maxSubjects;
  return isWhole ? Math.max(0, state.messages - own.reduce((sum, each) => sum + each, 0)) : 0;
}
