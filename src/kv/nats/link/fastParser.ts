import type { NatsConnection } from 'nats';
import { t } from '../../base/l10n';
import { KvError } from '../../model/errors';
import { decimalAt } from '../wire/decimal';

/** What is used of the client's parser. */
export interface ClientParser {
  /** 0 where a frame begins. */
  readonly state: number;
  /** What is known of the message under way. */
  readonly ma?: { readonly size: number } | undefined;
  /** What has come of its payload, where that is in several pieces. */
  readonly msgBuf?: { readonly length: number } | undefined;
  readonly dispatcher: { push(event: MessageEvent): void };
  parse(bytes: Uint8Array): void;
}

/** A message as the client's parser hands it on. */
interface MessageEvent {
  readonly kind: 2;
  readonly msg: MessageArgs;
  /** The header block and after it the value. */
  readonly data: Uint8Array;
}

interface MessageArgs {
  readonly subject: Uint8Array;
  readonly sid: number;
  readonly reply: Uint8Array | undefined;
  /** Bytes of the header block; -1 when there is none. */
  readonly hdr: number;
  readonly size: number;
}

/** Where the client keeps its parser, which it does not promise. */
interface ClientConnection extends NatsConnection {
  readonly protocol?: { readonly parser?: ClientParser };
}

const startOfFrame = 0;
const inPayload = 15;
const afterPayload = 16;
/** Bytes of a line that never ends, more than an `INFO` of 10,000 servers has. */
const longestLine = 1024 * 1024;
/** Bytes of one message: no server takes more than it lets wait for a client, 64 MiB by default. */
const largestMessage = 128 * 1024 * 1024;
const messageEvent = 2;

const space = 0x20;
const cr = 0x0d;
const lf = 0x0a;
const upperH = 0x48;
/** `<subject> <sid> [reply] [header size] <size>` */
const maxFields = 5;

/**
 * Puts a faster parser before the client's own, which looks at each byte of a message's head twice.
 * It takes the larger part of the time of a listing. Does nothing where the client keeps its parser
 * elsewhere.
 */
export function parseFast({ protocol }: ClientConnection): void {
  const parser = protocol?.parser;
  if (parser?.state === startOfFrame && typeof parser.dispatcher?.push === 'function') {
    const fast = new FastParser(parser, parser.parse.bind(parser));
    parser.parse = (bytes) => fast.parse(bytes);
  }
}

/**
 * Hands on the messages that are whole in the bytes at hand. All else is left to the client's parser,
 * up to where the next frame begins: what comes in several pieces, what is no message, and what
 * cannot be read.
 */
class FastParser {
  /** Where each field of a message's head begins, and after the last where the next would. */
  private readonly starts = new Int32Array(maxFields + 1);
  /** Bytes of the line under way, of which the client's parser keeps all. */
  private lineBytes = 0;

  constructor(
    private readonly parser: ClientParser,
    private readonly parseRest: ClientParser['parse'],
  ) {}

  parse(bytes: Uint8Array): void {
    let at = 0;
    while (at < bytes.length) {
      const next = this.parser.state === startOfFrame ? this.parseMessage(bytes, at) : at;
      if (next > at) {
        at = next;
      } else {
        const end = this.pieceEnd(bytes, at);
        this.parseRest(bytes.subarray(at, end));
        this.checkBounds(end - at);
        at = end;
      }
    }
  }

  /** Throws when what is waited for would never be whole, or fill the memory before it is. */
  private checkBounds(parsed: number): void {
    const { state, ma } = this.parser;
    const isLine = state !== startOfFrame && state !== inPayload && state !== afterPayload;
    this.lineBytes = isLine ? this.lineBytes + parsed : 0;
    if (this.lineBytes > longestLine) {
      throw new KvError('server', t('a line of the server does not come to an end'));
    }
    if (state === inPayload && (ma?.size ?? 0) > largestMessage) {
      throw new KvError(
        'server',
        t('the server announced a message of {0} bytes', String(ma?.size)),
      );
    }
  }

  /** How far the client's parser goes: to the end of a line, or of the payload that it waits for. */
  private pieceEnd(bytes: Uint8Array, from: number): number {
    const { state, ma, msgBuf } = this.parser;
    if (state === inPayload) {
      const missing = (ma?.size ?? 0) - (msgBuf?.length ?? 0);
      return Math.min(bytes.length, from + missing + 2);
    }
    const line = bytes.indexOf(lf, from);
    return line < 0 ? bytes.length : line + 1;
  }

  /** Hands on the message that begins there, and returns where it ends; `from` where it cannot. */
  private parseMessage(bytes: Uint8Array, from: number): number {
    const isHeaded = bytes[from] === upperH;
    const op = isHeaded ? from + 1 : from;
    if (!isMsg(bytes, op)) {
      return from;
    }
    const count = this.splitHead(bytes, op + 4);
    const hasReply = count === (isHeaded ? 5 : 4);
    if (!hasReply && count !== (isHeaded ? 4 : 3)) {
      return from;
    }
    const sid = this.numberOf(bytes, 1);
    const hdr = isHeaded ? this.numberOf(bytes, count - 2) : -1;
    const size = this.numberOf(bytes, count - 1);
    const start = this.startOf(count) + 1;
    const end = start + size;
    const isReadable = sid >= 0 && size >= 0 && hdr <= size && (hdr >= 0 || !isHeaded);
    if (!isReadable || bytes[end + 1] !== lf) {
      return from;
    }
    const subject = this.fieldOf(bytes, 0);
    const reply = hasReply ? this.fieldOf(bytes, 2) : undefined;
    if (subject.length === 0 || reply?.length === 0) {
      return from;
    }
    const msg = { subject, sid, reply, hdr, size };
    this.parser.dispatcher.push({ kind: messageEvent, msg, data: bytes.subarray(start, end) });
    return end + 2;
  }

  /** Returns how many fields the line has, of which it keeps the first; 0 if it is not whole or not plain. */
  private splitHead(bytes: Uint8Array, from: number): number {
    const { starts } = this;
    let count = 1;
    starts[0] = from;
    for (let at = from; at < bytes.length; at++) {
      const byte = bytes[at] ?? 0;
      if (byte > space) {
        continue;
      }
      if (byte === space) {
        starts[count++] = at + 1;
      } else if (byte === cr && bytes[at + 1] === lf) {
        starts[count] = at + 1;
        return count;
      } else {
        return 0;
      }
    }
    return 0;
  }

  private startOf(field: number): number {
    return this.starts[field] ?? 0;
  }

  private fieldOf(bytes: Uint8Array, field: number): Uint8Array {
    return bytes.subarray(this.startOf(field), this.startOf(field + 1) - 1);
  }

  private numberOf(bytes: Uint8Array, field: number): number {
    return decimalAt(bytes, this.startOf(field), this.startOf(field + 1) - 1);
  }
}

/** `MSG `; the client's parser takes what other servers might write instead. */
function isMsg(bytes: Uint8Array, at: number): boolean {
  return (
    bytes[at] === 0x4d &&
    bytes[at + 1] === 0x53 &&
    bytes[at + 2] === 0x47 &&
    bytes[at + 3] === space
  );
}
