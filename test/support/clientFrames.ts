/** One operation of a NATS client, as it was sent. PUB and HPUB have a payload, headers included. */
export interface ClientFrame {
  /** The words of its line: the verb, the subject and so on. */
  readonly words: readonly string[];
  /** All its bytes, line ends included. */
  readonly bytes: Buffer;
  /** The payload without its line end; empty for an operation that has none. */
  readonly payload: Buffer;
}

const lineEnd = '\r\n';

/**
 * Cuts the bytes that a NATS client sends into whole operations. Only PUB and HPUB carry a payload, so
 * reading its length is enough to stay in step with the protocol.
 */
export class ClientFrames {
  private held: Buffer[] = [];
  private heldBytes = 0;
  /** How many bytes the operation under way has at least. */
  private needed = 1;

  /** The operations that are whole with these bytes, in order. */
  push(chunk: Buffer): ClientFrame[] {
    this.held.push(chunk);
    this.heldBytes += chunk.length;
    // A large payload that comes in many chunks is put together once.
    if (this.heldBytes < this.needed) {
      return [];
    }
    let bytes = Buffer.concat(this.held);
    const frames: ClientFrame[] = [];
    for (let frame = this.first(bytes); frame; frame = this.first(bytes)) {
      frames.push(frame);
      bytes = bytes.subarray(frame.bytes.length);
    }
    this.held = [bytes];
    this.heldBytes = bytes.length;
    return frames;
  }

  private first(bytes: Buffer): ClientFrame | undefined {
    const end = bytes.indexOf('\n');
    if (end < 0) {
      this.needed = bytes.length + 1;
      return undefined;
    }
    const start = end + 1;
    // latin1 keeps one character a byte, so that no subject is changed.
    const words = bytes.toString('latin1', 0, end).trimEnd().split(/\s+/);
    const length = /^H?PUB$/i.test(words[0] ?? '') ? Number(words.at(-1)) : undefined;
    this.needed = length === undefined ? start : start + length + lineEnd.length;
    return bytes.length < this.needed
      ? undefined
      : {
          words,
          bytes: bytes.subarray(0, this.needed),
          payload: bytes.subarray(start, start + (length ?? 0)),
        };
  }
}

/** The subject that an operation publishes to; undefined for any other operation. */
export function publishedTo({ words: [verb, subject] }: ClientFrame): string | undefined {
  const isPublish = /^H?PUB$/i.test(verb ?? '') && subject !== undefined;
  return isPublish ? Buffer.from(subject, 'latin1').toString('utf8') : undefined;
}

/**
 * What a direct get becomes that a late follower answers: one that has the messages up to `sequence`, and
 * of the key asked for the one of that sequence as its last. Every other operation stays as it is.
 */
export function askedOfLateFollower(frame: ClientFrame, sequence: number): Buffer {
  const direct = /^(\$JS\.API\.DIRECT\.GET\.[^.]+)\.\S+$/.exec(publishedTo(frame) ?? '');
  if (!direct || frame.words.length !== 4) {
    return frame.bytes;
  }
  const [, , reply] = frame.words;
  const query = JSON.stringify({ seq: sequence });
  const words = ['PUB', direct[1], reply, Buffer.byteLength(query)].join(' ');
  return Buffer.from(`${words}${lineEnd}${query}${lineEnd}`, 'latin1');
}
