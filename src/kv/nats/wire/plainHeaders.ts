import type { Msg } from 'nats';

/** What the server makes of a value without headers for a headers-only consumer. */
const head = Buffer.from('NATS/1.0\r\nNats-Msg-Size: ');
const tail = Buffer.from('\r\n\r\n');

/** Every message of the client can tell the bytes of subject, reply, headers and data together. */
type SizedMsg = Msg & { size?(): number };

/**
 * Reads `Nats-Msg-Size` where it is the only header, straight from the bytes: in a listing of a
 * million keys the client's decoder of headers costs a fifth of all. The client gives out the bytes
 * of `data` only, before which those of the headers stand; whatever looks otherwise is not read.
 */
export class PlainHeaders {
  private bytes: Uint8Array = new Uint8Array();

  /** The size, or undefined for any other headers, and wherever the bytes are not as expected. */
  sizeOf(message: SizedMsg, subjectLength: number, replyLength: number): number | undefined {
    const { data } = message;
    const total = message.size?.() ?? 0;
    const length = total - subjectLength - replyLength - data.length;
    const end = data.byteOffset;
    const start = end - length;
    if (length <= head.length + tail.length || start < 0) {
      return undefined;
    }
    if (this.bytes.buffer !== data.buffer) {
      // Hundreds of messages stand in one buffer.
      this.bytes = new Uint8Array(data.buffer);
    }
    return this.read(start, end);
  }

  private read(start: number, end: number): number | undefined {
    const digitsEnd = end - tail.length;
    if (!this.has(head, start) || !this.has(tail, digitsEnd)) {
      return undefined;
    }
    let size = 0;
    for (let at = start + head.length; at < digitsEnd; at++) {
      const digit = (this.bytes[at] ?? 0) - 0x30;
      if (digit < 0 || digit > 9) {
        return undefined;
      }
      size = size * 10 + digit;
    }
    return size;
  }

  private has(wanted: Uint8Array, from: number): boolean {
    for (let at = 0; at < wanted.length; at++) {
      if (this.bytes[from + at] !== wanted[at]) {
        return false;
      }
    }
    return true;
  }
}
