import { describe, expect, it } from 'vitest';
import { operationOf } from '../../../../src/kv/nats/entries/operationOf';

describe('operationOf', () => {
  it.each([
    [{}, 'PUT'],
    [{ 'KV-Operation': 'DEL' }, 'DEL'],
    [{ 'KV-Operation': 'PURGE', 'Nats-Rollup': 'sub' }, 'PURGE'],
    [{ 'KV-Operation': 'PUT' }, 'PUT'],
    [{ 'KV-Operation': 'del' }, 'PUT'],
    [{ 'Nats-Marker-Reason': 'MaxAge', 'Nats-TTL': '1m0s' }, 'EXPIRED'],
    [{ 'Nats-Marker-Reason': 'Purge' }, 'PURGE'],
    [{ 'Nats-Marker-Reason': 'Remove' }, 'DEL'],
    [{ 'Nats-Marker-Reason': 'SomethingNew' }, 'PUT'],
    [{ 'KV-Operation': 'DEL', 'Nats-Marker-Reason': 'MaxAge' }, 'DEL'],
    [{ 'KV-Operation': '', 'Nats-Marker-Reason': '' }, 'PUT'],
  ] as const)('reads %j as %s', (headers: Readonly<Record<string, string>>, operation) => {
    expect(operationOf((name) => headers[name])).toBe(operation);
  });
});
