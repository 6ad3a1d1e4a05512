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
const nanosecondDigits = 6;

/**
 * Parses `$JS.ACK.<stream>.<consumer>.<delivered>.<sseq>.<cseq>.<ns>.<pending>`, or the form with
 * `<domain>.<account>` before the stream and possibly a random token at the end (ADR-15). It keeps
 * what the subjects of one consumer begin with, since it stands where every message passes.
 */
export class AckSubjectParser {
  private head = start;
  private isLong = false;

  /** Undefined for any other subject. */
  parse(subject: string): Delivery | undefined {
    const isKnown = this.head !== start && subject.startsWith(this.head);
    return isKnown || this.learn(subject) ? this.parseNumbers(subject) : undefined;
  }

  private learn(subject: string): boolean {
    const tokens = subject.startsWith(start) ? subject.split('.') : [];
    if (tokens.length < 9 || tokens.length === 10) {
      return false;
    }
    this.isLong = tokens.length > 9;
    this.head = `${tokens.slice(0, this.isLong ? 7 : 5).join('.')}.`;
    return true;
  }

  private parseNumbers(subject: string): Delivery | undefined {
    const at = this.head.length;
    const consumerAt = subject.indexOf('.', at) + 1;
    const createdAt = subject.indexOf('.', consumerAt) + 1;
    const pendingAt = subject.indexOf('.', createdAt) + 1;
    const streamSequence = toNumber(subject, at, consumerAt - 1);
    const consumerSequence = toNumber(subject, consumerAt, createdAt - 1);
    // Nanoseconds exceed 2^53, so their last digits are left out.
    const created = toNumber(subject, createdAt, pendingAt - 1 - nanosecondDigits);
    const pending = toNumber(subject, pendingAt, this.endOfPending(subject, pendingAt));
    const isComplete = streamSequence >= 0 && consumerSequence >= 0 && created >= 0 && pending >= 0;
    return isComplete ? { streamSequence, consumerSequence, created, pending } : undefined;
  }

  private endOfPending(subject: string, from: number): number {
    const end = this.isLong ? subject.indexOf('.', from) : -1;
    return end < 0 ? subject.length : end;
  }
}

/** The decimal number from `from` to `to`; -1 where anything but digits stands there, or nothing. */
function toNumber(text: string, from: number, to: number): number {
  let number = 0;
  for (let at = from; at < to; at++) {
    const digit = text.charCodeAt(at) - 0x30;
    if (digit < 0 || digit > 9) {
      return -1;
    }
    number = number * 10 + digit;
  }
  return from < to && number <= Number.MAX_SAFE_INTEGER ? number : -1;
}
