import type { Msg } from 'nats';
import { textOfKey } from '../../model/keyText';
import { decimalAt } from './decimal';

/**
 * A message as the client keeps it, in bytes: its getters decode text anew for every message, which
 * in a listing of a million keys is a fifth of all. It declares these fields without promising them,
 * so all that is read from them here can also be had from its public face.
 */
interface ClientMessage extends Msg {
  readonly _msg?: {
    readonly subject: Uint8Array;
    readonly reply?: Uint8Array | undefined;
    /** Bytes of the header block; below 0 when there is none. */
    readonly hdr: number;
  };
  /** The header block and after it the value. */
  readonly _rdata?: Uint8Array;
}

/** What the server makes of a value without headers for a headers-only consumer. */
const head = Buffer.from('NATS/1.0\r\nNats-Msg-Size: ');
const tail = Buffer.from('\r\n\r\n');
const encoder = new TextEncoder();
const none = new Uint8Array();

export function subjectBytes(message: ClientMessage): Uint8Array {
  return message._msg?.subject ?? encoder.encode(message.subject);
}

/** The key of a message. The client's decoder makes one text of all that is not UTF-8. */
export function keyOf(message: Msg, prefix: string): string {
  const { subject } = message;
  return subject.includes('\ufffd')
    ? textOfKey(subjectBytes(message).subarray(Buffer.byteLength(prefix)))
    : subject.slice(prefix.length);
}

/** Empty when the message asks for no reply. */
export function replyBytes(message: ClientMessage): Uint8Array {
  return message._msg ? (message._msg.reply ?? none) : encoder.encode(message.reply ?? '');
}

/**
 * Reads `Nats-Msg-Size` where it is the only header. Undefined for any other headers, which are left
 * to the client's decoder.
 */
export function plainSizeOf({ _msg, _rdata }: ClientMessage): number | undefined {
  const digitsEnd = (_msg?.hdr ?? 0) - tail.length;
  if (!_rdata || digitsEnd <= head.length || !has(_rdata, tail, digitsEnd)) {
    return undefined;
  }
  const size = has(_rdata, head, 0) ? decimalAt(_rdata, head.length, digitsEnd) : -1;
  return size < 0 ? undefined : size;
}

/** The size of a value that came without any header; undefined where that is not certain. */
export function bareSizeOf({ _msg, _rdata }: ClientMessage): number | undefined {
  return _msg && _rdata && _msg.hdr < 0 ? _rdata.length : undefined;
}

function has(bytes: Uint8Array, wanted: Uint8Array, from: number): boolean {
  for (let at = 0; at < wanted.length; at++) {
    if (bytes[from + at] !== wanted[at]) {
      return false;
    }
  }
  return true;
}
