import { decimalAt } from '../wire/decimal';

/** What the reply subject of a delivered message tells of it. */
export interface Delivery {
  readonly streamSequence: number;
  readonly consumerSequence: number;
  /** When the message was stored, in milliseconds since the epoch. */
  readonly created: number;
  /** Messages that the consumer has yet to deliver. */
  readonly pending: number;
}

const start = '$JS.ACK.';
const dot = 0x2e;
const nanosecondDigits = 6;

/** Whether this is the reply subject of a delivered message, one that can be parsed or another. */
export function isDelivery(subject: Uint8Array): boolean {
  return Buffer.from(subject.subarray(0, start.length)).toString() === start;
}

/**
 * Parses `$JS.ACK.<stream>.<consumer>.<delivered>.<sseq>.<cseq>.<ns>.<pending>`, or the form with
 * `<domain>.<account>` before the stream and possibly a random token at the end (ADR-15). It keeps
 * where the numbers begin in the subjects of its consumer, since it stands where every message passes.
 */
export class AckSubjectParser {
  private headLength = 0;
  private isLong = false;
  private at = 0;

  /** Undefined for any other subject. */
  parse(subject: Uint8Array): Delivery | undefined {
    const delivery = this.isKnown(subject) ? this.parseNumbers(subject) : undefined;
    return delivery ?? (this.learn(subject) ? this.parseNumbers(subject) : undefined);
  }

  /** Subjects of one consumer differ in the numbers only: no need to compare all that stands before. */
  private isKnown(subject: Uint8Array): boolean {
    const { headLength } = this;
    return headLength > 0 && subject[1] === 0x4a && subject[headLength - 1] === dot;
  }

  private learn(subject: Uint8Array): boolean {
    const text = Buffer.from(subject).toString();
    const tokens = text.startsWith(start) ? text.split('.') : [];
    if (tokens.length < 9 || tokens.length === 10) {
      return false;
    }
    this.isLong = tokens.length > 9;
    const head = tokens.slice(0, this.isLong ? 7 : 5).join('.');
    this.headLength = Buffer.byteLength(head) + 1;
    return true;
  }

  private parseNumbers(subject: Uint8Array): Delivery | undefined {
    this.at = this.headLength;
    const streamSequence = this.nextNumber(subject, 0);
    const consumerSequence = this.nextNumber(subject, 0);
    // Nanoseconds exceed 2^53, so their last digits are left out.
    const created = this.nextNumber(subject, nanosecondDigits);
    const pending = this.nextNumber(subject, 0);
    const isComplete = streamSequence >= 0 && consumerSequence >= 0 && created >= 0 && pending >= 0;
    const isWhole = this.at > subject.length || this.isLong;
    return isComplete && isWhole
      ? { streamSequence, consumerSequence, created, pending }
      : undefined;
  }

  /**
   * The decimal number up to the next dot without its last digits; -1 where anything but digits
   * stands there, or nothing.
   */
  private nextNumber(subject: Uint8Array, digitsLeftOut: number): number {
    const from = this.at;
    let end = from;
    while (end < subject.length && subject[end] !== dot) {
      end++;
    }
    this.at = end + 1;
    const number = decimalAt(subject, from, end - digitsLeftOut);
    return number <= Number.MAX_SAFE_INTEGER ? number : -1;
  }
}
