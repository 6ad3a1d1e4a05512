import { describe, expect, it } from 'vitest';
import { writeRefusal } from '../../../../src/kv/nats/entries/writeRefusal';

describe('writeRefusal', () => {
  it.each([
    [10047, 'limitReached', /words/],
    [10054, 'tooLarge', /words/],
    [10059, 'notFound', /"b"/],
    [10077, 'limitReached', /"b" is full: words/],
    [10109, 'unsupported', /sealed/],
    [10111, 'unsupported', /purged/],
    [10165, 'invalidConfig', /TTL: words/],
    [10166, 'unsupported', /allow_msg_ttl/],
    [10169, 'unsupported', /counters/],
    [12345, 'server', /words/],
  ])('takes code %s for %s', (err_code, kind, message) => {
    const body = { code: 400, err_code, description: 'words' };
    const refusal = writeRefusal('b', body);
    expect(refusal).toMatchObject({ kind, cause: body });
    expect(refusal.message).toMatch(message);
  });
});
