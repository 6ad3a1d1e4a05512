import type { Msg } from 'nats';
import type { Entry, Ttl, WriteOutcome } from '../../model/entry';
import { isKvError, KvError, throwIfCancelled } from '../../model/errors';
import type { PurgeOptions, PutOptions, WriteOptions } from '../../model/kvConnection';
import type { WriteGuard } from '../../session/writeLock';
import { type Catalog, checkKey, refuseOther } from '../buckets/catalog';
import { type Channel, isNoResponders } from '../wire/channel';
import { type ApiErrorBody, conflictOf } from '../wire/errorMapping';
import { type JetStreamApi, parseResponse } from '../wire/jetStreamApi';
import type { Link } from '../link/link';
import { flag, natural, object, optional, text } from '../wire/schema';
import { limitReached } from './limitReached';
import { formatTtl } from './messageTtl';
import { streamOf } from '../buckets/streamConfig';
import type { TtlPolicy } from './ttlPolicy';
import { OutgoingHeaders } from '../wire/outgoingHeaders';
import { missingRight } from '../wire/missingRight';
import { revisionsTooLarge } from '../wire/revisions';
import { notTaken, writeRefusal } from './writeRefusal';

interface PubAck {
  readonly stream: string;
  readonly seq: number;
  /** Nothing was stored: a message of the same `Nats-Msg-Id` was, under this sequence. */
  readonly duplicate?: boolean;
}

const pubAck = object<PubAck>({ stream: text, seq: natural, duplicate: optional(flag) });

/** One message to store. */
interface Write {
  readonly bucket: string;
  readonly key: string;
  readonly value: Uint8Array;
  readonly headers: OutgoingHeaders;
}

export interface EntryWriterParts {
  readonly link: Link;
  readonly api: JetStreamApi;
  readonly catalog: Catalog;
  readonly ttlPolicy: TtlPolicy;
  readonly lock: WriteGuard;
}

const flushTimeoutMs = 500;
const noBytes = new Uint8Array();

/** Writes single keys, each by compare-and-swap in one request. */
export class EntryWriter {
  /** Outside the default API prefix, writes carry it too (ADR-19). */
  private readonly subjectPrefix: string;

  constructor(private readonly parts: EntryWriterParts) {
    const { prefix } = parts.api;
    this.subjectPrefix = prefix === '$JS.API' ? '' : `${prefix}.`;
  }

  async put(
    bucket: string,
    key: string,
    value: Uint8Array,
    options: PutOptions,
  ): Promise<WriteOutcome> {
    const channel = this.begin(bucket, key, options);
    const ttl = await this.parts.ttlPolicy.forPut(channel, bucket, key, options);
    return this.write(
      { bucket, key, value, headers: headersOf({}, ttl, options.headers) },
      options,
    );
  }

  async delete(bucket: string, key: string, options: WriteOptions): Promise<WriteOutcome> {
    this.begin(bucket, key, options);
    const headers = headersOf({ 'KV-Operation': 'DEL' });
    return this.write({ bucket, key, value: noBytes, headers }, options);
  }

  async purge(bucket: string, key: string, options: PurgeOptions): Promise<WriteOutcome> {
    const channel = this.begin(bucket, key, options);
    const ttl = await this.parts.ttlPolicy.forPurge(channel, bucket, options);
    const headers = headersOf({ 'KV-Operation': 'PURGE', 'Nats-Rollup': 'sub' }, ttl);
    return this.write({ bucket, key, value: noBytes, headers }, options);
  }

  /** Refuses what cannot be written. Returns the connection to write on. */
  private begin(bucket: string, key: string, { signal }: WriteOptions): Channel {
    checkKey(bucket, key);
    this.parts.lock.check();
    throwIfCancelled(signal);
    const channel = this.parts.link.current;
    this.refuseMirror(bucket);
    return channel;
  }

  private async write(write: Write, options: WriteOptions): Promise<WriteOutcome> {
    const { expected, bucketCreated, signal } = options;
    const { bucket, key, value, headers } = write;
    if (bucketCreated !== undefined) {
      const { link, catalog } = this.parts;
      refuseOther(bucket, await catalog.confirmed(link.current, bucket, options), bucketCreated);
    }
    if (expected !== 'any') {
      headers.set('Nats-Expected-Last-Subject-Sequence', String(expected));
    }
    await this.checkSizes(write);
    throwIfCancelled(signal);
    const channel = this.parts.link.current;
    // What was looked up since the beginning took time, in which the lock may have closed.
    this.parts.lock.check();
    let reply: Msg;
    try {
      reply = await channel.request(`${this.subjectPrefix}$KV.${bucket}.${key}`, value, {
        timeoutMs: this.parts.api.timeoutMs,
        headers,
        signal,
      });
    } catch (error) {
      return this.unknownOrThrow(channel, write, error);
    }
    return isNoResponders(reply)
      ? this.explainNoResponders(channel, write)
      : this.outcomeOf(channel, write, reply);
  }

  private async outcomeOf(channel: Channel, write: Write, reply: Msg): Promise<WriteOutcome> {
    const { error, value } = parseResponse(reply.data, pubAck);
    if (error) {
      return conflictOf(error) ?? (await this.refuse(channel, write, error));
    }
    if (value.stream !== streamOf(write.bucket)) {
      throw new KvError(
        'server',
        `the stream "${value.stream}", which is not the bucket's, stored the value instead`,
      );
    }
    if (value.duplicate) {
      const message = `the server took it for a duplicate of revision ${value.seq} and stored nothing (header Nats-Msg-Id)`;
      throw new KvError('server', message);
    }
    return value.seq > Number.MAX_SAFE_INTEGER
      ? { kind: 'unknown', reason: revisionsTooLarge().message }
      : { kind: 'saved', revision: value.seq };
  }

  private async refuse(channel: Channel, write: Write, error: ApiErrorBody): Promise<never> {
    const refusal = writeRefusal(write.bucket, error);
    if (refusal.kind === 'tooLarge') {
      checkSize(write, this.knownLimit(write.bucket), 'the bucket', refusal);
    }
    const isLimit = refusal.kind === 'tooLarge' || refusal.kind === 'limitReached';
    const message = isLimit ? await this.limitOf(channel, write, error) : undefined;
    throw message === undefined ? refusal : new KvError(refusal.kind, message, { cause: error });
  }

  /** Undefined where it is not the bucket's, or this account may not ask. */
  private async limitOf(
    channel: Channel,
    { bucket }: Write,
    { description = '' }: ApiErrorBody,
  ): Promise<string | undefined> {
    try {
      const { streamConfig } = await this.parts.catalog.status(channel, bucket);
      return limitReached(bucket, description, streamConfig);
    } catch {
      return undefined;
    }
  }

  /** The bucket's limit as far as it is known; before it is held against a value it is read anew. */
  private async checkSizes(write: Write): Promise<void> {
    const channel = this.parts.link.current;
    checkSize(write, channel.server?.maxPayload ?? -1, 'the server');
    if (isTooLarge(write, this.knownLimit(write.bucket))) {
      const { maxValueSize } = await this.parts.catalog.lookUp(channel, write.bucket);
      checkSize(write, maxValueSize, 'the bucket');
    }
  }

  private knownLimit(bucket: string): number {
    return this.parts.catalog.peek(bucket)?.maxValueSize ?? -1;
  }

  private refuseMirror(bucket: string): void {
    const mirrorOf = this.parts.catalog.peek(bucket)?.mirrorOf;
    if (mirrorOf !== undefined) {
      throw new KvError(
        'unsupported',
        `"${bucket}" is a mirror and cannot be written; write to "${mirrorOf}"`,
      );
    }
  }

  /** A write that was sent and not answered may have happened; any other failure is thrown. */
  private async unknownOrThrow(
    channel: Channel,
    { bucket }: Write,
    error: unknown,
  ): Promise<WriteOutcome> {
    if (isKvError(error, 'cancelled')) {
      return { kind: 'unknown', reason: 'it was cancelled before the server answered' };
    }
    if (!isKvError(error, 'disconnected') && !isKvError(error, 'timeout')) {
      throw error;
    }
    const answers = error.kind === 'timeout' && (await isAnswering(channel));
    const { message } = answers
      ? missingRight(`$KV.${bucket}.>`, 'the server answers, but not to this write')
      : error;
    return { kind: 'unknown', reason: message };
  }

  /** No stream took the message, so nothing was written: tell why. */
  private async explainNoResponders(channel: Channel, { bucket, key }: Write): Promise<never> {
    const facts = await this.parts.catalog.lookUp(channel, bucket);
    this.refuseMirror(bucket);
    throw notTaken(bucket, key, facts);
  }
}

/** Whether the server takes in what is sent now: then it has taken in what was sent before. */
async function isAnswering(channel: Channel): Promise<boolean> {
  return channel.flush(flushTimeoutMs).then(
    () => true,
    () => false,
  );
}

function headersOf(
  fields: Readonly<Record<string, string>>,
  ttl?: Ttl,
  others: Entry['headers'] = [],
): OutgoingHeaders {
  const headers = new OutgoingHeaders(others);
  Object.entries(fields).forEach(([name, value]) => headers.set(name, value));
  if (ttl !== undefined) {
    headers.set('Nats-TTL', formatTtl(ttl));
  }
  return headers;
}

/** A limit, -1 for none, holds for value and headers together. */
function isTooLarge({ value, headers }: Write, limit: number): boolean {
  return limit >= 0 && value.length + headers.size > limit;
}

/** Throws `tooLarge` with both numbers, the limit as what is left of it for the value. */
function checkSize(write: Write, limit: number, whose: string, cause?: KvError): void {
  if (isTooLarge(write, limit)) {
    const most = Math.max(0, limit - write.headers.size);
    throw new KvError(
      'tooLarge',
      `the value has ${write.value.length} bytes, ${whose} takes at most ${most}`,
      { cause },
    );
  }
}
