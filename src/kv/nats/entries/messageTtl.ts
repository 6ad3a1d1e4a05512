import { t } from '../../base/l10n';
import type { Ttl } from '../../model/entry';
import { KvError } from '../../model/errors';

const millisecondsPer: Readonly<Record<string, number>> = {
  h: 3_600_000,
  m: 60_000,
  s: 1000,
  ms: 1,
  us: 1e-3,
  µs: 1e-3,
  ns: 1e-6,
};
const goDuration = /^(\d+(\.\d+)?(h|ms|m|s|us|µs|ns))+$/;
const goDurationPart = /(\d+(?:\.\d+)?)(h|ms|m|s|us|µs|ns)/g;

/**
 * Reads a stored `Nats-TTL` (ADR-43): whole seconds, a Go duration such as `1m30s`, or `never`.
 * Returns milliseconds, or undefined for a header that is absent, zero or none of these.
 */
export function parseTtl(header: string | undefined): Ttl | undefined {
  const text = header?.trim() ?? '';
  if (text === 'never') {
    return 'never';
  }
  if (/^\d+$/.test(text)) {
    return Number(text) * 1000 || undefined;
  }
  if (!goDuration.test(text)) {
    return undefined;
  }
  const parts = [...text.matchAll(goDurationPart)];
  const sum = parts.reduce(
    (total, [, count, unit]) => total + Number(count) * (millisecondsPer[unit ?? ''] ?? 0),
    0,
  );
  return sum || undefined;
}

/** The `Nats-TTL` to send, in whole seconds, rounded up. Throws `invalidConfig` below one second. */
export function formatTtl(ttl: Ttl): string {
  if (ttl === 'never') {
    return 'never';
  }
  const seconds = Math.ceil(ttl / 1000);
  if (!(ttl >= 1000) || !Number.isSafeInteger(seconds)) {
    throw new KvError('invalidConfig', t('a TTL must be at least one second'));
  }
  return String(seconds);
}
