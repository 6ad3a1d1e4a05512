import type { Msg, MsgHdrs } from 'nats';

/** Headers as name and value pairs. */
export type HeaderPairs = readonly (readonly [name: string, value: string])[];

const colon = 0x3a;
const cr = 0x0d;
const lf = 0x0a;
const space = 0x20;
const version = 'NATS/1.0';
const decoder = new TextDecoder();
const noPairs: HeaderPairs = [];

/**
 * The headers of a message as they came: `NATS/1.0`, then a line each. What is asked for is looked up
 * in the bytes, in one go over them: the client's decoder takes time by the square of their number,
 * and throws at what other clients store (a space in a name, a lone line feed).
 */
export class HeaderBlock {
  static readonly none = new HeaderBlock(new Uint8Array());

  constructor(private readonly bytes: Uint8Array) {}

  get isEmpty(): boolean {
    return this.bytes.length === 0;
  }

  /** In bytes. */
  get size(): number {
    return this.bytes.length;
  }

  /** The code of a message that the server made up (404, 503, 100, …); 0 for any other. */
  get status(): number {
    return Number.parseInt(this.statusLine, 10) || 0;
  }

  /** The code and its description. */
  get statusLine(): string {
    const { bytes } = this;
    return bytes[version.length] === space
      ? decoder.decode(bytes.subarray(version.length, this.lineEnd(0))).trim()
      : '';
  }

  /** The value of the first header of that name; undefined when there is none. */
  first(name: string): string | undefined {
    return this.valueAt(this.find(name, this.firstLine));
  }

  /** The value of the last one: what the server adds stands behind all that was stored. */
  last(name: string): string | undefined {
    let last = -1;
    for (let at = this.find(name, this.firstLine); at >= 0; at = this.find(name, at)) {
      last = at;
    }
    return this.valueAt(last);
  }

  /** The whole number that the last header of that name tells; undefined for anything else. */
  lastCount(name: string): number | undefined {
    const text = this.last(name) ?? '';
    const number = /^\d+$/.test(text) ? Number(text) : NaN;
    return Number.isSafeInteger(number) ? number : undefined;
  }

  /** All of them, decoded, in their order. */
  pairs(): HeaderPairs {
    if (this.isEmpty) {
      return noPairs;
    }
    return decoder
      .decode(this.bytes)
      .split('\r\n')
      .slice(1)
      .filter((line) => line.includes(':'))
      .map((line) => {
        const end = line.indexOf(':');
        return [line.slice(0, end).trim(), line.slice(end + 1).trim()] as const;
      });
  }

  /** The same, apart from the bytes of everything else that came with it. */
  copy(): HeaderBlock {
    return this.isEmpty ? this : new HeaderBlock(new Uint8Array(this.bytes));
  }

  private get firstLine(): number {
    return this.lineEnd(0) + 2;
  }

  /** Where the value begins of the first header of that name from a place on; -1 for none. */
  private find(name: string, from: number): number {
    const { bytes } = this;
    for (let at = from; at < bytes.length; at = this.lineEnd(at) + 2) {
      const end = at + name.length;
      if (bytes[end] === colon && this.hasText(name, at)) {
        return end + 1;
      }
    }
    return -1;
  }

  private hasText(text: string, from: number): boolean {
    for (let at = 0; at < text.length; at++) {
      if (this.bytes[from + at] !== text.charCodeAt(at)) {
        return false;
      }
    }
    return true;
  }

  private lineEnd(from: number): number {
    const { bytes } = this;
    // What looks through bytes in one go is as fast at the first message as at the last.
    let at = bytes.indexOf(cr, from);
    while (at >= 0 && bytes[at + 1] !== lf) {
      at = bytes.indexOf(cr, at + 1);
    }
    return at < 0 ? bytes.length : at;
  }

  private valueAt(from: number): string | undefined {
    return from < 0
      ? undefined
      : decoder.decode(this.bytes.subarray(from, this.lineEnd(from))).trim();
  }
}

/** As the client keeps a message, which it does not promise (messageBytes.ts). */
interface ClientMessage extends Msg {
  readonly _msg?: { readonly hdr: number };
  readonly _rdata?: Uint8Array;
}

/** The headers of a message; `HeaderBlock.none` when it has none. */
export function headersOf(message: ClientMessage): HeaderBlock {
  const { _msg, _rdata } = message;
  if (_msg && _rdata) {
    return _msg.hdr > 0 ? new HeaderBlock(_rdata.subarray(0, _msg.hdr)) : HeaderBlock.none;
  }
  return message.headers ? new HeaderBlock(toBytes(message.headers)) : HeaderBlock.none;
}

export function statusOf(message: Msg): number {
  return headersOf(message).status;
}

function toBytes(headers: MsgHdrs): Uint8Array {
  const lines = [...headers].flatMap(([name, values]) =>
    values.map((value) => `${name}: ${value}\r\n`),
  );
  const status = headers.code > 0 ? ` ${headers.status}` : '';
  return new TextEncoder().encode(`${version}${status}\r\n${lines.join('')}\r\n`);
}
