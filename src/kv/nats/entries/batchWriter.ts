import type { Msg } from 'nats';
import { t } from '../../base/l10n';
import {
  batchHeaders,
  mostBatchChanges,
  type BatchChange,
  type BatchOutcome,
} from '../../model/batch';
import { KvError, throwIfCancelled } from '../../model/errors';
import type { BatchOptions } from '../../model/kvConnection';
import { checkBucketName, checkKey, refuseOther } from '../buckets/catalog';
import { streamOf } from '../buckets/streamConfig';
import { type Channel, isNoResponders } from '../wire/channel';
import { conflictOf } from '../wire/errorMapping';
import { parseResponse } from '../wire/jetStreamApi';
import { exactRevision } from '../wire/revisions';
import { anything, natural, object, optional, text } from '../wire/schema';
import type { EntryWriterParts } from './entryWriter';
import { checkSize, headersOf, type OutgoingWrite } from './outgoingWrite';
import { explainNotTaken, refusalOf, refuseMirror, unknownOrThrow } from './writeFailure';
import { noBatches } from './writeRefusal';

interface BatchAck {
  readonly stream: string;
  /** Of the last message. */
  readonly seq: number;
  readonly batch?: string;
  readonly count?: number;
}

const batchAck = object<BatchAck>({
  stream: text,
  seq: natural,
  batch: optional(text),
  count: optional(natural),
});
/** What may be answered to a message before the last one, where it is not empty. */
const anyAnswer = object<{ readonly error?: unknown }>({ error: anything });

/** So much is sent before the server is waited for: more would only grow in the socket. */
const mostUnansweredBytes = 4 * 1024 * 1024;

const noBytes = new Uint8Array();

/** Writes several keys in one atomic batch (ADR-50, server 2.12), each by compare-and-swap. */
export class BatchWriter {
  private readonly subjectPrefix: string;

  constructor(private readonly parts: EntryWriterParts) {
    const { prefix } = parts.api;
    this.subjectPrefix = prefix === '$JS.API' ? '' : `${prefix}.`;
  }

  async write(
    bucket: string,
    changes: readonly BatchChange[],
    options: BatchOptions,
  ): Promise<BatchOutcome> {
    const { link, lock, catalog } = this.parts;
    checkChanges(bucket, changes);
    lock.check();
    throwIfCancelled(options.signal);
    // All of it goes over the connection whose server was asked: an older one would store each message.
    const channel = link.current;
    await this.requireBatches(channel, bucket, options);
    const writes = await this.prepare(channel, bucket, changes, options);
    throwIfCancelled(options.signal);
    // What was looked up since the beginning took time, in which the lock may have closed.
    lock.check();
    await this.stage(channel, writes, options);
    const last = writes.at(-1) as OutgoingWrite;
    last.headers.set(batchHeaders.commit, '1');
    let reply: Msg;
    try {
      reply = await this.request(channel, last, options.signal);
    } catch (error) {
      return unknownOrThrow(channel, bucket, error);
    }
    return isNoResponders(reply)
      ? explainNotTaken(catalog, channel, last)
      : this.outcomeOf(channel, { bucket, count: changes.length, id: options.id }, reply);
  }

  /** The configuration is read anew: servers before 2.12 ignore what makes it a batch. */
  private async requireBatches(
    channel: Channel,
    bucket: string,
    options: BatchOptions,
  ): Promise<void> {
    const facts = await this.parts.catalog.lookUp(channel, bucket, options);
    refuseOther(bucket, facts, options.bucketCreated);
    refuseMirror(this.parts.catalog, bucket);
    if (!facts.allowAtomic) {
      throw new KvError('unsupported', noBatches(bucket));
    }
    if (this.parts.link.current !== channel) {
      throw new KvError('disconnected', t('the connection to the server was lost'));
    }
  }

  private async prepare(
    channel: Channel,
    bucket: string,
    changes: readonly BatchChange[],
    { id, signal }: BatchOptions,
  ): Promise<OutgoingWrite[]> {
    const writes = await Promise.all(
      changes.map(async (change, at): Promise<OutgoingWrite> => {
        const { key, expected } = change;
        const fields = {
          ...(change.kind === 'delete' && { 'KV-Operation': 'DEL' }),
          'Nats-Expected-Last-Subject-Sequence': String(expected),
          [batchHeaders.id]: id,
          [batchHeaders.place]: String(at + 1),
        };
        if (change.kind === 'delete') {
          return { bucket, key, value: noBytes, headers: headersOf(fields) };
        }
        const { value, ttl: wanted, headers } = change;
        const own = wanted === undefined ? {} : { ttl: { kind: 'set', ttl: wanted } as const };
        const options = { expected, signal, ...own };
        const ttl = await this.parts.ttlPolicy.forPut(channel, bucket, key, options);
        return { bucket, key, value, headers: headersOf(fields, ttl, headers) };
      }),
    );
    const bucketLimit = this.parts.catalog.peek(bucket)?.maxValueSize ?? -1;
    for (const write of writes) {
      const what = t('the value of {0}', write.key);
      checkSize(write, channel.server?.maxPayload ?? -1, t('the server'), { what });
      checkSize(write, bucketLimit, t('the bucket'), { what });
    }
    return writes;
  }

  /** Sends all but the last one. A failure here means that nothing is stored: nothing was committed. */
  private async stage(
    channel: Channel,
    writes: readonly OutgoingWrite[],
    { signal }: BatchOptions,
  ): Promise<void> {
    let failure: KvError | undefined;
    let bytes = Infinity;
    for (const write of writes.slice(0, -1)) {
      throwIfCancelled(signal);
      if (failure) {
        throw failure;
      }
      bytes += write.value.length;
      if (bytes > mostUnansweredBytes) {
        await this.checkStaged(channel, write, await this.request(channel, write, signal));
        bytes = 0;
      } else {
        channel.send(this.subjectOf(write), write.value, { headers: write.headers }, (error) => {
          failure ??= error;
        });
      }
    }
    if (failure) {
      throw failure;
    }
  }

  private async checkStaged(channel: Channel, write: OutgoingWrite, reply: Msg): Promise<void> {
    if (isNoResponders(reply)) {
      await explainNotTaken(this.parts.catalog, channel, write);
    }
    if (reply.data.length === 0) {
      return;
    }
    const { error } = parseResponse(reply.data, anyAnswer);
    if (error) {
      throw await refusalOf(this.parts.catalog, channel, write.bucket, error);
    }
    throw new KvError('server', t('the server stored a message at once instead of taking a batch'));
  }

  private async outcomeOf(
    channel: Channel,
    { bucket, count, id }: { bucket: string; count: number; id: string },
    reply: Msg,
  ): Promise<BatchOutcome> {
    const { error, value } = parseResponse(reply.data, batchAck);
    if (error) {
      if (conflictOf(error)) {
        return { kind: 'conflict' };
      }
      throw await refusalOf(this.parts.catalog, channel, bucket, error);
    }
    if (value.stream !== streamOf(bucket) || value.batch !== id || value.count !== count) {
      throw new KvError(
        'server',
        t('the server acknowledged something else than what was written'),
      );
    }
    const last = exactRevision(value.seq);
    return { kind: 'saved', first: last - count + 1, last };
  }

  private request(
    channel: Channel,
    write: OutgoingWrite,
    signal: AbortSignal | undefined,
  ): Promise<Msg> {
    const { timeoutMs } = this.parts.api;
    const { value, headers } = write;
    return channel.request(this.subjectOf(write), value, { timeoutMs, headers, signal });
  }

  private subjectOf({ bucket, key }: OutgoingWrite): string {
    return `${this.subjectPrefix}$KV.${bucket}.${key}`;
  }
}

/** Refuses what can be no batch. */
function checkChanges(bucket: string, changes: readonly BatchChange[]): void {
  checkBucketName(bucket);
  changes.forEach(({ key }) => checkKey(bucket, key));
  if (changes.length === 0 || changes.length > mostBatchChanges) {
    const message = t(
      '{0} keys cannot be written together: it takes 1 to {1}',
      changes.length,
      mostBatchChanges,
    );
    throw new KvError('limitReached', message);
  }
  if (new Set(changes.map(({ key }) => key)).size < changes.length) {
    throw new KvError('invalidKey', t('a key can be written only once in one write'));
  }
}
