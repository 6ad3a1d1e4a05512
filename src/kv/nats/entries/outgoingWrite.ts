import { t } from '../../base/l10n';
import type { Entry, Ttl } from '../../model/entry';
import { KvError } from '../../model/errors';
import { OutgoingHeaders } from '../wire/outgoingHeaders';
import { formatTtl } from './messageTtl';

/** One message to store. */
export interface OutgoingWrite {
  readonly bucket: string;
  readonly key: string;
  readonly value: Uint8Array;
  readonly headers: OutgoingHeaders;
}

/** The headers of a message: those of its writer, those of NATS, and its TTL. */
export function headersOf(
  fields: Readonly<Record<string, string>>,
  ttl?: Ttl,
  others: Entry['headers'] = [],
): OutgoingHeaders {
  const all = { ...fields, ...(ttl !== undefined && { 'Nats-TTL': formatTtl(ttl) }) };
  const own = others.filter(([name]) => !(name in all));
  return new OutgoingHeaders([...own, ...Object.entries(all)]);
}

/** A limit, -1 for none, holds for value and headers together. */
export function isTooLarge({ value, headers }: OutgoingWrite, limit: number): boolean {
  return limit >= 0 && value.length + headers.size > limit;
}

/** Throws `tooLarge` with both numbers, the limit as what is left of it for the value. */
export function checkSize(
  write: OutgoingWrite,
  limit: number,
  whose: string,
  { cause, what = t('the value') }: { readonly cause?: KvError; readonly what?: string } = {},
): void {
  if (isTooLarge(write, limit)) {
    const most = Math.max(0, limit - write.headers.size);
    throw new KvError(
      'tooLarge',
      t('{0} has {1} bytes, {2} takes at most {3}', what, write.value.length, whose, most),
      { cause },
    );
  }
}
