import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { proposedEntry } from '../../../src/kv/agents/proposedEntry';
import type { ProposedValue } from '../../../src/kv/agents/proposals';
import type { Entry } from '../../../src/kv/model/entry';

/** What becomes of a text that is proposed over a stored value. */
function proposedOver(stored: string | Uint8Array | undefined, text: string): Entry | undefined {
  const value = Buffer.from(stored ?? '');
  const facts = { key: 'a', revision: 7, created: 1, size: value.length, ttl: 5_000 } as const;
  const headers = [['X-By', 'ops']] as const;
  const entry: Entry = { ...facts, operation: 'PUT', value, headers };
  const place = { bucket: 'B', bucketCreated: 1 } as ProposedValue;
  return proposedEntry({ ...place, key: 'a', text, entry: stored === undefined ? stored : entry });
}

describe('what a proposal would store', () => {
  it('has the form, the headers and the TTL of the stored value', () => {
    const entry = proposedOver('{"n":1}', '{\n  "n": 2\n}');
    expect(String(entry?.value)).toBe('{"n":2}');
    expect(entry).toMatchObject({ revision: 7, ttl: 5_000, headers: [['X-By', 'ops']], size: 7 });
  });

  it('keeps the line ends and the byte order mark, which agents are not shown', () => {
    expect(String(proposedOver('a\r\nb\r\n', 'a\nc\n')?.value)).toBe('a\r\nc\r\n');
    expect(String(proposedOver('\ufeffa', 'b')?.value)).toBe('\ufeffb');
    expect(String(proposedOver('a\nb\r\n', 'a\nc\n')?.value)).toBe('a\nc\n');
  });

  it('is the text alone for a key that is new', () => {
    const entry = proposedOver(undefined, 'hello');
    expect(entry).toMatchObject({ revision: 0, headers: [], size: 5 });
  });

  it('is nothing that a document of keys shows where the stored form is compressed', () => {
    expect(proposedOver(gzipSync('{"n":1}'), '{"n":2}')).toBeUndefined();
  });

  it('is refused where JSON would become none', () => {
    expect(() => proposedOver('{"n":1}', '{')).toThrow(/stored value is JSON/);
  });
});
