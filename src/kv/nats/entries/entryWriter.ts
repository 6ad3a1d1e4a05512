import type { Msg } from 'nats';
import { t } from '../../base/l10n';
import type { WriteOutcome } from '../../model/entry';
import { KvError, throwIfCancelled } from '../../model/errors';
import type { PurgeOptions, PutOptions, WriteOptions } from '../../model/kvConnection';
import type { WriteGuard } from '../../session/writeLock';
import { type Catalog, checkKey, refuseOther } from '../buckets/catalog';
import type { Channel } from '../wire/channel';
import { type ApiErrorBody, conflictOf } from '../wire/errorMapping';
import { type JetStreamApi, parseResponse } from '../wire/jetStreamApi';
import type { Link } from '../link/link';
import { flag, natural, object, optional, text } from '../wire/schema';
import { streamOf } from '../buckets/streamConfig';
import type { TtlPolicy } from './ttlPolicy';
import { revisionsTooLarge } from '../wire/revisions';
import { checkSize, headersOf, isTooLarge, type OutgoingWrite } from './outgoingWrite';
import {
  isUntaken,
  refusalOf,
  refuseMirror,
  sendAgain,
  unknownOrThrow,
  type Sent,
} from './writeFailure';
import { writeRefusal } from './writeRefusal';

interface PubAck {
  readonly stream: string;
  readonly seq: number;
  /** Nothing was stored: a message of the same `Nats-Msg-Id` was, under this sequence. */
  readonly duplicate?: boolean;
}

const pubAck = object<PubAck>({ stream: text, seq: natural, duplicate: optional(flag) });

export interface EntryWriterParts {
  readonly link: Link;
  readonly api: JetStreamApi;
  readonly catalog: Catalog;
  readonly ttlPolicy: TtlPolicy;
  readonly lock: WriteGuard;
}

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
    refuseMirror(this.parts.catalog, bucket);
    return channel;
  }

  private async write(write: OutgoingWrite, options: WriteOptions): Promise<WriteOutcome> {
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
    const { api, catalog, lock } = this.parts;
    const subject = `${this.subjectPrefix}$KV.${bucket}.${key}`;
    const request = { timeoutMs: api.timeoutMs, headers, signal };
    const send = async (): Promise<Sent> => {
      // What came before took time, in which the lock may have closed.
      lock.check();
      try {
        return { kind: 'answered', reply: await channel.request(subject, value, request) };
      } catch (error) {
        return unknownOrThrow(channel, bucket, error);
      }
    };
    const first = await send();
    const sent = isUntaken(first)
      ? await sendAgain(catalog, channel, { bucket, key, signal }, send)
      : first;
    return sent.kind === 'answered' ? this.outcomeOf(channel, write, sent.reply) : sent;
  }

  private async outcomeOf(
    channel: Channel,
    write: OutgoingWrite,
    reply: Msg,
  ): Promise<WriteOutcome> {
    const { error, value } = parseResponse(reply.data, pubAck);
    if (error) {
      return conflictOf(error) ?? (await this.refuse(channel, write, error));
    }
    if (value.stream !== streamOf(write.bucket)) {
      throw new KvError(
        'server',
        t('the stream "{0}", which is not the bucket\'s, stored the value instead', value.stream),
      );
    }
    if (value.duplicate) {
      const message = t(
        'the server took it for a duplicate of revision {0} and stored nothing (header Nats-Msg-Id)',
        value.seq,
      );
      throw new KvError('server', message);
    }
    return value.seq > Number.MAX_SAFE_INTEGER
      ? { kind: 'unknown', reason: revisionsTooLarge().message }
      : { kind: 'saved', revision: value.seq };
  }

  private async refuse(
    channel: Channel,
    write: OutgoingWrite,
    error: ApiErrorBody,
  ): Promise<never> {
    const { bucket } = write;
    const cause = writeRefusal(bucket, error);
    if (cause.kind === 'tooLarge') {
      checkSize(write, this.knownLimit(bucket), t('the bucket'), { cause });
    }
    throw await refusalOf(this.parts.catalog, channel, bucket, error);
  }

  /** The bucket's limit as far as it is known; before it is held against a value it is read anew. */
  private async checkSizes(write: OutgoingWrite): Promise<void> {
    const channel = this.parts.link.current;
    checkSize(write, channel.server?.maxPayload ?? -1, t('the server'));
    if (isTooLarge(write, this.knownLimit(write.bucket))) {
      const { maxValueSize } = await this.parts.catalog.lookUp(channel, write.bucket);
      checkSize(write, maxValueSize, t('the bucket'));
    }
  }

  private knownLimit(bucket: string): number {
    return this.parts.catalog.peek(bucket)?.maxValueSize ?? -1;
  }
}
