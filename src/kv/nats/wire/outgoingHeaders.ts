import type { MsgHdrs } from 'nats';
import { t } from '../../base/l10n';
import { KvError } from '../../model/errors';
import type { HeaderPairs } from './headerBlock';

const encoder = new TextEncoder();

/**
 * Owns the headers of one message to send; changes only through `set`. Its bytes are made once. The
 * client's own take time by the square of their number, and refuse names that other clients have stored.
 */
export class OutgoingHeaders {
  private pairs: HeaderPairs;
  private encoded: Uint8Array | undefined;

  /** Throws `invalidConfig` for a header that would be read as something else. */
  constructor(pairs: HeaderPairs = []) {
    this.pairs = pairs;
    pairs.forEach(checkHeader);
  }

  /** Sets the only header of that name. */
  set(name: string, value: string): void {
    this.encoded = undefined;
    this.pairs = [...this.pairs.filter(([each]) => each !== name), [name, value]];
  }

  /** As they go over the wire. */
  encode(): Uint8Array {
    return (this.encoded ??= this.bytes());
  }

  /** Bytes on the wire, which the server counts with the payload. */
  get size(): number {
    return this.encode().length;
  }

  private bytes(): Uint8Array {
    const lines = this.pairs.map(([name, value]) => `${name}: ${value}\r\n`);
    return encoder.encode(lines.length === 0 ? '' : `NATS/1.0\r\n${lines.join('')}\r\n`);
  }
}

/** What the client takes: of its headers it asks for nothing but their bytes. */
export function forClient(headers: OutgoingHeaders | undefined): MsgHdrs | undefined {
  return headers as unknown as MsgHdrs | undefined;
}

function checkHeader([name, value]: readonly [string, string]): void {
  if (/[:\r\n]/.test(name) || name === '' || /[\r\n]/.test(value)) {
    throw new KvError('invalidConfig', t('a header has a name or a value that cannot be sent'));
  }
}
