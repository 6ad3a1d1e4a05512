import type { Msg } from 'nats';
import type { KeyInfo } from '../../model/entry';
import type { KeyColumns } from '../../model/keyBatch';
import type { Delivery } from '../consumers/ackSubject';
import { parseTtl } from './messageTtl';
import { operationOf } from './operationOf';
import { bareSizeOf, keyOf, plainSizeOf, subjectBytes } from '../wire/messageBytes';
import { headersOf } from '../wire/headerBlock';

type Facts = { -readonly [Fact in Exclude<keyof KeyInfo, 'key'>]: KeyInfo[Fact] };

/**
 * Reads the messages of headers-only consumers, where the value's size comes in `Nats-Msg-Size`, the last
 * of that name, or of consumers with values.
 */
export class KeyInfoReader {
  private readonly facts: Facts = {
    revision: 0,
    operation: 'PUT',
    created: 0,
    size: 0,
    ttl: undefined,
  };

  /** Where the key begins in every subject, in bytes. */
  private readonly start: number;

  /**
   * `prefix` is what stands before the key in every subject: `$KV.<bucket>.`. `allowTtl`: whether the
   * server heeds `Nats-TTL` there.
   */
  constructor(
    private readonly prefix: string,
    private readonly allowTtl: boolean,
    /** Whether messages come with their values. */
    private readonly hasValues = false,
  ) {
    this.start = Buffer.byteLength(prefix);
  }

  read(delivery: Delivery, message: Msg): KeyInfo {
    const { revision, operation, created, size, ttl } = this.factsOf(delivery, message);
    const info = { key: keyOf(message, this.prefix), revision, operation, created, size };
    return ttl === undefined ? info : { ...info, ttl };
  }

  readInto(columns: KeyColumns, delivery: Delivery, message: Msg): void {
    columns.add(subjectBytes(message), this.start, this.factsOf(delivery, message));
    if (this.hasValues) {
      columns.addValue(message.data);
    }
  }

  /** Always the same object: it stands where every message of a listing passes. */
  private factsOf({ streamSequence, created }: Delivery, message: Msg): Facts {
    const { facts } = this;
    facts.revision = streamSequence;
    facts.created = created;
    facts.ttl = undefined;
    const plainSize = this.hasValues ? bareSizeOf(message) : plainSizeOf(message);
    if (plainSize !== undefined) {
      facts.operation = 'PUT';
      facts.size = plainSize;
      return facts;
    }
    const headers = headersOf(message);
    facts.operation = operationOf((name) => headers.first(name));
    facts.size = this.hasValues ? message.data.length : (headers.lastCount('Nats-Msg-Size') ?? 0);
    if (this.allowTtl) {
      facts.ttl = parseTtl(headers.first('Nats-TTL'));
    }
    return facts;
  }
}
