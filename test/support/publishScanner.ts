/**
 * Finds the subjects that a NATS client publishes to in the bytes that it sends. Only PUB and HPUB
 * carry a payload, so skipping those payloads is enough to stay in step with the protocol.
 */
export class PublishScanner {
  private line = '';
  private payloadLeft = 0;

  constructor(private readonly onPublish: (subject: string) => void) {}

  push(chunk: Buffer): void {
    let at = 0;
    while (at < chunk.length) {
      at = this.payloadLeft > 0 ? this.skipPayload(chunk, at) : this.readLine(chunk, at);
    }
  }

  private skipPayload(chunk: Buffer, at: number): number {
    const skipped = Math.min(this.payloadLeft, chunk.length - at);
    this.payloadLeft -= skipped;
    return at + skipped;
  }

  private readLine(chunk: Buffer, at: number): number {
    const end = chunk.indexOf('\n', at);
    // latin1 keeps one character a byte, so that a character cut in two chunks survives.
    this.line += chunk.toString('latin1', at, end < 0 ? chunk.length : end);
    if (end < 0) {
      return chunk.length;
    }
    this.operation(this.line.trimEnd());
    this.line = '';
    return end + 1;
  }

  private operation(line: string): void {
    const [verb, subject, ...rest] = line.split(/\s+/);
    if (subject !== undefined && /^H?PUB$/i.test(verb ?? '')) {
      this.payloadLeft = Number(rest.at(-1)) + '\r\n'.length;
      this.onPublish(Buffer.from(subject, 'latin1').toString('utf8'));
    }
  }
}
