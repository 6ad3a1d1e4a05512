import { afterEach, describe, expect, it } from 'vitest';
import { countText, speak, t } from '../../../src/kv/base/l10n';
import { throwIfCancelled } from '../../../src/kv/model/errors';

afterEach(() => speak(undefined));

describe('the texts of the core', () => {
  it('are English where nobody translates them', () => {
    expect(t('the bucket "{0}" holds {1} keys', 'flags', 3)).toBe(
      'the bucket "flags" holds 3 keys',
    );
  });

  it('keep a place that nothing stands for', () => {
    expect(t('{0} and {1}', 'a')).toBe('a and {1}');
  });

  it('fill in what looks like a place as it is', () => {
    expect(t('{0} {1}', '{1}', 'b')).toBe('{1} b');
  });

  it('are those of the language that is spoken, also in errors', () => {
    speak({ tag: 'de', translate: () => 'abgebrochen' });
    expect(() => throwIfCancelled(AbortSignal.abort())).toThrow('abgebrochen');
  });

  it('write counts as the language does', () => {
    expect(countText(4_999_968)).toBe('4,999,968');
    speak({ tag: 'de', translate: (text) => text });
    expect(countText(4_999_968)).toBe('4.999.968');
  });
});
