import { t } from '../../base/l10n';
import type { BucketSnapshot } from '../../model/backup';
import type { RestoreOptions } from '../../model/kvConnection';
import type { BucketStatus } from '../../model/bucket';
import { isPassing, KvError, messageOf, throwIfCancelled, toKvError } from '../../model/errors';
import { ignore } from '../../base/ignore';
import type { WriteGuard } from '../../session/writeLock';
import type { Channel } from '../wire/channel';
import { type ApiErrorBody, fromApiError } from '../wire/errorMapping';
import { parseResponse } from '../wire/jetStreamApi';
import { anything, object, text } from '../wire/schema';
import { type Catalog, checkBucketName } from './catalog';
import { changedFields } from './changedFields';
import { chunkBytes, type SnapshotContext } from './snapshot';
import { bucketOf, streamOf } from './streamConfig';
import { type StreamInfo, streamInfo, toBucketStatus } from './toBucketStatus';

/** Chunks that the server has yet to answer. */
const inFlight = 8;
/** What is left to do after the last chunk may take long for a large bucket. */
const endTimeoutMs = 10 * 60_000;
/** How long a lost link is waited for before what is left of a restore can not be looked for. */
const linkTimeoutMs = 30_000;
/** Room for the subject and the protocol beside a chunk. */
const overhead = 1024;

export interface RestoreContext extends SnapshotContext {
  readonly lock: WriteGuard;
}

const restoreResponse = object<{ readonly deliver_subject: string }>({ deliver_subject: text });
const chunkResponse = object<{ readonly error?: ApiErrorBody }>({ error: anything as never });

/** Makes a bucket of a snapshot (`STREAM.RESTORE`). */
export async function restoreSnapshot(
  context: RestoreContext,
  snapshot: BucketSnapshot,
  options: RestoreOptions = {},
): Promise<BucketStatus> {
  const { link, api, catalog, lock } = context;
  const bucket = bucketOf(String(snapshot.config['name']));
  if (bucket === undefined) {
    const message = t('"{0}" is no stream of a bucket', String(snapshot.config['name']));
    throw new KvError('invalidBucket', message);
  }
  checkBucketName(bucket);
  lock.check();
  throwIfCancelled(options.signal);
  const channel = link.current;
  const { config, state } = snapshot;
  const { deliver_subject } = await api.call(
    channel,
    `STREAM.RESTORE.${streamOf(bucket)}`,
    restoreResponse,
    { config, state },
    { bucket, configuring: true },
  );
  catalog.forget(bucket);
  let isSent = false;
  try {
    await sendChunks({ channel, timeoutMs: api.timeoutMs, to: deliver_subject }, snapshot, options);
    isSent = true;
    return learned(catalog, await end(channel, deliver_subject, endTimeoutMs, bucket));
  } catch (error) {
    // The server makes an end of it at once: what it has is cut.
    await end(channel, deliver_subject, api.timeoutMs, bucket).catch(ignore);
    return settle(context, { bucket, snapshot, isSent }, toKvError(error));
  }
}

function learned(catalog: Catalog, info: StreamInfo): BucketStatus {
  const status = toBucketStatus(info);
  catalog.learn(status);
  return status;
}

interface Target {
  readonly channel: Channel;
  readonly timeoutMs: number;
  readonly to: string;
}

/** Sends all chunks, some at a time: the server takes them in the order in which they come. */
async function sendChunks(
  { channel, timeoutMs, to }: Target,
  { chunks }: BucketSnapshot,
  { signal, onProgress }: RestoreOptions,
): Promise<void> {
  const most = Math.min(chunkBytes, (channel.server?.maxPayload ?? chunkBytes) - overhead);
  const waiting: Promise<void>[] = [];
  let sent = 0;
  const send = async (part: Uint8Array) => {
    const { data } = await channel.request(to, part, { timeoutMs, signal });
    refuseError(data);
    sent += part.length;
    onProgress?.(sent);
  };
  try {
    for await (const chunk of chunks) {
      for (let at = 0; at < chunk.length; at += most) {
        throwIfCancelled(signal);
        if (waiting.length >= inFlight) {
          await waiting.shift();
        }
        const sending = send(chunk.subarray(at, at + most));
        // Whoever fails first is told; the others must not be rejections that nobody handles.
        sending.catch(ignore);
        waiting.push(sending);
      }
    }
    await Promise.all(waiting);
  } finally {
    await Promise.allSettled(waiting);
  }
}

/** A chunk is answered with nothing when all is well. */
function refuseError(data: Uint8Array): void {
  if (data.length > 0) {
    const { value, error } = parseResponse(data, chunkResponse);
    if (error || value?.error) {
      throw fromApiError(error ?? (value?.error as ApiErrorBody));
    }
  }
}

/** Says that there are no more chunks; the answer comes when all is stored. */
async function end(
  channel: Channel,
  to: string,
  timeoutMs: number,
  bucket: string,
): Promise<StreamInfo> {
  const { data } = await channel.request(to, '', { timeoutMs });
  const { value, error } = parseResponse(data, streamInfo, true);
  if (error) {
    throw error.err_code === 10062 ? damaged(error) : fromApiError(error, { bucket });
  }
  return value;
}

function damaged(cause: ApiErrorBody): KvError {
  const said = (cause.description ?? '').replace(/^restore failed: /, '');
  return new KvError('server', t('the server cannot read the backup: {0}', said), { cause });
}

interface Attempt {
  readonly bucket: string;
  readonly snapshot: BucketSnapshot;
  /** Whether the server was told that it has all. */
  readonly isSent: boolean;
}

/**
 * Finds out what a restore has left whose end is not known, and deletes a part. Throws the failure, with
 * a hint where a part may still be there.
 */
async function settle(
  context: RestoreContext,
  attempt: Attempt,
  failure: KvError,
): Promise<BucketStatus> {
  const { bucket, isSent } = attempt;
  let whole: StreamInfo | undefined;
  try {
    const channel = await context.link.whenConnected(AbortSignal.timeout(linkTimeoutMs));
    const left = await readLeft(context, channel, attempt);
    whole = left && isSent && isPassing(failure) && isWhole(left, attempt) ? left : undefined;
    if (left && !whole) {
      await deletePart(context, channel, bucket);
    }
  } catch (error) {
    const hint = t(
      'a part of "{0}" may have been left on the server ({1}); look, and delete it before the next try',
      bucket,
      messageOf(error),
    );
    throw new KvError(failure.kind, `${failure.message}; ${hint}`, { cause: failure });
  }
  if (!whole) {
    throw failure;
  }
  return learned(context.catalog, whole);
}

/**
 * What a restore has left, if anything. The server took the restore since there was no such bucket, but
 * another client may have made one meanwhile: that has other messages or another configuration, and throws.
 */
async function readLeft(
  { api }: RestoreContext,
  channel: Channel,
  { bucket, snapshot }: Attempt,
): Promise<StreamInfo | undefined> {
  const subject = `STREAM.INFO.${streamOf(bucket)}`;
  const { value, error } = await api.ask(channel, subject, streamInfo, undefined, { exact: true });
  if (error?.err_code === 10059) {
    return undefined;
  }
  if (error) {
    throw fromApiError(error, { bucket });
  }
  const { config, state } = snapshot;
  const has = value.state;
  const isOurs =
    changedFields(config, value.config).length === 0 &&
    (has.messages === 0 ||
      (has.first_seq === state['first_seq'] &&
        has.first_ts === state['first_ts'] &&
        has.last_seq <= Number(state['last_seq'])));
  if (!isOurs) {
    throw new KvError('alreadyExists', t('"{0}" is not what the restore has left', bucket));
  }
  return value;
}

function isWhole({ state }: StreamInfo, { snapshot }: Attempt): boolean {
  const wanted = snapshot.state;
  return state.messages === wanted['messages'] && state.last_seq === wanted['last_seq'];
}

async function deletePart(
  { api, lock, catalog }: RestoreContext,
  channel: Channel,
  bucket: string,
): Promise<void> {
  lock.check();
  catalog.forget(bucket);
  const subject = `STREAM.DELETE.${streamOf(bucket)}`;
  await api.call(channel, subject, anything, undefined, { bucket });
}
