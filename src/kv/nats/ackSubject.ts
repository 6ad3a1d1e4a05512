/** What the reply subject of a delivered message tells of it. */
export interface Delivery {
  readonly streamSequence: number;
  readonly consumerSequence: number;
  /** When the message was stored, in milliseconds since the epoch. */
  readonly created: number;
  /** Messages that the consumer has yet to deliver. */
  readonly pending: number;
}

/**
 * Parses `$JS.ACK.<stream>.<consumer>.<delivered>.<sseq>.<cseq>.<ns>.<pending>`, or the form with
 * `<domain>.<account>` before the stream and possibly a random token at the end (ADR-15). Returns
 * undefined for any other subject.
 */
export function parseAckSubject(subject: string): Delivery | undefined {
  const tokens = subject.split('.');
  if (tokens[0] !== '$JS' || tokens[1] !== 'ACK' || tokens.length < 9 || tokens.length === 10) {
    return undefined;
  }
  const at = tokens.length === 9 ? 5 : 7;
  const [streamSequence, consumerSequence, nanoseconds, pending] = tokens.slice(at, at + 4);
  const delivery: Delivery = {
    streamSequence: Number(streamSequence),
    consumerSequence: Number(consumerSequence),
    // Nanoseconds exceed 2^53, so they are cut as text.
    created: Number(nanoseconds?.slice(0, -6) || Number.NaN),
    pending: Number(pending),
  };
  return Object.values(delivery).every(Number.isSafeInteger) ? delivery : undefined;
}
