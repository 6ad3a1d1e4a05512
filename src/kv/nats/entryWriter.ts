import { headers as newHeaders, type Msg, type MsgHdrs } from 'nats';
import type { WriteOutcome } from '../entry';
import { isKvError, KvError, throwIfCancelled } from '../errors';
import type { WriteOptions } from '../kvConnection';
import { type Catalog, checkKey } from './catalog';
import { type Channel, isNoResponders } from './channel';
import { type ApiErrorBody, conflictOf, fromApiError } from './errorMapping';
import { type JetStreamApi, parseResponse } from './jetStreamApi';
import type { Link } from './link';
import { streamOf } from './streamConfig';
import { headerSize } from './wireHeaders';

interface PubAck {
  readonly stream: string;
  readonly seq: number;
}

/** One message to store. */
interface Write {
  readonly bucket: string;
  readonly key: string;
  readonly value: Uint8Array;
  readonly headers: MsgHdrs;
}

const noBytes = new Uint8Array();

/** Writes single keys, each by compare-and-swap in one request. */
export class EntryWriter {
  /** Outside the default API prefix, writes carry it too (ADR-19). */
  private readonly subjectPrefix: string;

  constructor(
    private readonly link: Link,
    private readonly api: JetStreamApi,
    private readonly catalog: Catalog,
  ) {
    this.subjectPrefix = api.prefix === '$JS.API' ? '' : `${api.prefix}.`;
  }

  put(
    bucket: string,
    key: string,
    value: Uint8Array,
    options: WriteOptions,
  ): Promise<WriteOutcome> {
    return this.write({ bucket, key, value, headers: newHeaders() }, options);
  }

  delete(bucket: string, key: string, options: WriteOptions): Promise<WriteOutcome> {
    const headers = newHeaders();
    headers.set('KV-Operation', 'DEL');
    return this.write({ bucket, key, value: noBytes, headers }, options);
  }

  private async write(write: Write, options: WriteOptions): Promise<WriteOutcome> {
    const { bucket, key, value, headers } = write;
    checkKey(bucket, key);
    throwIfCancelled(options.signal);
    const channel = this.link.current;
    this.refuseMirror(bucket);
    headers.set('Nats-Expected-Last-Subject-Sequence', String(options.expected));
    checkSize(write, channel.server?.maxPayload ?? -1, 'the server');
    let reply: Msg;
    try {
      reply = await channel.request(`${this.subjectPrefix}$KV.${bucket}.${key}`, value, {
        timeoutMs: this.api.timeoutMs,
        headers,
        ...(options.signal && { signal: options.signal }),
      });
    } catch (error) {
      return unknownOrThrow(error);
    }
    return isNoResponders(reply)
      ? this.explainNoResponders(channel, bucket)
      : this.outcomeOf(write, reply);
  }

  private outcomeOf(write: Write, reply: Msg): WriteOutcome {
    const ack = parseResponse<PubAck>(reply.data);
    if (ack.error) {
      return conflictOf(ack.error) ?? this.refuse(write, ack.error);
    }
    if (ack.stream !== streamOf(write.bucket) || ack.seq === undefined) {
      throw new KvError(
        'server',
        `the stream "${ack.stream}", which is not the bucket's, stored the value instead`,
      );
    }
    return { kind: 'saved', revision: ack.seq };
  }

  private refuse(write: Write, error: ApiErrorBody): never {
    const refusal = fromApiError(error, { bucket: write.bucket });
    if (refusal.kind === 'tooLarge') {
      const limit = this.catalog.peek(write.bucket)?.maxValueSize ?? -1;
      checkSize(write, limit, 'the bucket', refusal);
    }
    throw refusal;
  }

  private refuseMirror(bucket: string): void {
    const mirrorOf = this.catalog.peek(bucket)?.mirrorOf;
    if (mirrorOf !== undefined) {
      throw new KvError(
        'unsupported',
        `"${bucket}" is a mirror and cannot be written; write to "${mirrorOf}"`,
      );
    }
  }

  /** No stream took the message, so nothing was written: tell why. */
  private async explainNoResponders(channel: Channel, bucket: string): Promise<never> {
    await this.catalog.lookUp(channel, bucket);
    this.refuseMirror(bucket);
    throw new KvError('server', `the bucket "${bucket}" takes no messages at the moment`);
  }
}

/** Throws `tooLarge` with both numbers. A limit, -1 for none, holds for value and headers together. */
function checkSize({ value, headers }: Write, limit: number, whose: string, cause?: KvError): void {
  const overhead = headerSize(headers);
  if (limit >= 0 && value.length + overhead > limit) {
    const most = Math.max(0, limit - overhead);
    throw new KvError(
      'tooLarge',
      `the value has ${value.length} bytes, ${whose} takes at most ${most}`,
      { cause },
    );
  }
}

/** A write that was sent and not answered may have happened; any other failure is thrown. */
function unknownOrThrow(error: unknown): WriteOutcome {
  if (isKvError(error, 'disconnected') || isKvError(error, 'timeout')) {
    return { kind: 'unknown', reason: error.message };
  }
  if (isKvError(error, 'cancelled')) {
    return { kind: 'unknown', reason: 'it was cancelled before the server answered' };
  }
  throw error;
}
