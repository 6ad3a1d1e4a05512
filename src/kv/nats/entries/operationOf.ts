import type { Operation } from '../../model/entry';

/**
 * The operation that a message's headers tell (ADR-8, ADR-48): `KV-Operation` from clients,
 * `Nats-Marker-Reason` from the server. `header` returns the first of that name, as other
 * clients read it; '' or undefined for an absent one.
 */
export function operationOf(header: (name: string) => string | undefined): Operation {
  const byClient = clientOperations.get(header('KV-Operation') ?? '');
  return byClient ?? markers.get(header('Nats-Marker-Reason') ?? '') ?? 'PUT';
}

const clientOperations = new Map<string, Operation>([
  ['DEL', 'DEL'],
  ['PURGE', 'PURGE'],
]);

const markers = new Map<string, Operation>([
  ['MaxAge', 'EXPIRED'],
  ['Purge', 'PURGE'],
  ['Remove', 'DEL'],
]);
