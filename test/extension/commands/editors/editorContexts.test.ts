import { describe, expect, it } from 'vitest';
import { fitting } from '../../../../src/extension/commands/editors/editorContexts';
import { contextKeys } from '../../../../src/extension/contributions';
import type { BucketStatus } from '../../../../src/kv/model/bucket';
import { editorFacts } from '../../../support/editorFacts';
import type { EditorFacts, ShownAs } from '../../../../src/views/status/statusTexts';

const { canOpenRaw, canOpenFormatted, canDecode, canChangeTtl, canEditHeaders } = contextKeys;

function fits(shownAs: ShownAs, more: Partial<EditorFacts> = {}, allowTtl = true): string[] {
  const facts = editorFacts({ shownAs, ...more });
  const status = { allowTtl } as BucketStatus;
  return Object.entries(fitting(facts, status)).flatMap(([key, value]) => (value ? [key] : []));
}

describe('what fits a value', () => {
  it.each<[string, ShownAs, string[]]>([
    [
      'formatted JSON',
      { encodings: [], kind: 'formatted' },
      [canOpenRaw, canChangeTtl, canEditHeaders],
    ],
    ['plain text', { encodings: [], kind: 'text' }, [canDecode, canChangeTtl, canEditHeaders]],
    [
      'unpacked text',
      { encodings: ['gzip'], kind: 'text' },
      [canOpenRaw, canChangeTtl, canEditHeaders],
    ],
    [
      'stored bytes',
      { encodings: [], kind: 'raw' },
      [canOpenFormatted, canChangeTtl, canEditHeaders],
    ],
  ])('of %s', (_, shownAs, expected) => {
    expect(fits(shownAs)).toEqual(expected);
  });

  it('is no other TTL where the bucket has none, or nothing can be written', () => {
    const text: ShownAs = { encodings: [], kind: 'text' };

    expect(fits(text, {}, false)).toEqual([canDecode, canEditHeaders]);
    expect(fits(text, { readOnly: { kind: 'locked' } })).toEqual([canDecode]);
  });

  it('is nothing when the key has no value', () => {
    expect(fits({ encodings: [], kind: 'text' }, { missing: 'deleted' })).toEqual([]);
    expect(Object.values(fitting(undefined, undefined)).some((value) => value)).toBe(false);
  });
});
