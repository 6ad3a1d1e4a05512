import { describe, expect, it } from 'vitest';
import { lensTexts, lensTitle } from '../../../src/views/status/lensTexts';
import type { EditorFacts } from '../../../src/views/status/statusTexts';
import { editorFacts } from '../../support/editorFacts';

const now = 1_000_000_000;

function facts(overrides: Partial<EditorFacts> = {}): EditorFacts {
  return editorFacts({
    base: 31,
    latest: { revision: 33, created: now - 12_000, size: 10 },
    conflict: true,
    environment: 'production',
    place: 'local · PRODUCTION',
    ...overrides,
  });
}

const texts = (overrides: Partial<EditorFacts>): string[] =>
  lensTexts(facts(overrides), now).map(({ text }) => text);

describe('what stands above an unsaved text', () => {
  it('says of a new key that it is not stored, and saves it on a click', () => {
    const fresh = facts({ missing: 'new', conflict: false, base: undefined });

    expect(lensTexts(fresh, now)).toEqual([
      expect.objectContaining({
        text: '$(add) new on local · PRODUCTION, not stored yet. Save creates it',
        command: 'workbench.action.files.save',
      }),
    ]);
  });

  it('names the connection, its environment, both revisions and the age, and what can be done', () => {
    const [first, ...actions] = texts({});

    expect(first).toMatch(/^\$\(warning\) changed on local · PRODUCTION: r31 -> r33, 10 s ago$/);
    expect(actions).toEqual(['Compare', 'Merge', "Take Server's", 'Overwrite r33']);
  });

  it('says of a text that could not be read since when and why', () => {
    const unread = { since: now - 1_000, reason: 'nobody answers' };

    expect(lensTexts(undefined, now)).toEqual([]);
    const [lens, ...others] = lensTexts(undefined, now, unread);
    expect(lens?.text).toMatch(/^\$\(warning\) not read since \d.*: nobody answers$/);
    expect(others).toEqual([]);
  });

  it('says of a new key how long its value lives', () => {
    const fresh = { missing: 'new', conflict: false, base: undefined } as const;

    expect(texts({ ...fresh, newTtl: 90_000 })[0]).toMatch(/creates it, to expire 1m 30s later$/);
    expect(texts({ ...fresh, newTtl: 'never' })[0]).toMatch(/creates it, never to expire$/);
  });

  it('says of a merged text that it is not stored, and what it was merged with, unless that changed', () => {
    const merged = { base: 33, mergedWith: 33, conflict: false } as const;

    expect(lensTexts(facts(merged), now)).toEqual([
      {
        text: '$(git-merge) merged with r33 of local · PRODUCTION, not stored yet. Save stores it',
        command: 'workbench.action.files.save',
      },
      { text: 'Compare', command: 'natsKv.editor.compare' },
    ]);
    expect(texts({ ...merged, base: 31, conflict: true })[0]).toContain('changed on local');
  });

  it('says why one types in vain, and unlocks the writes on a click', () => {
    const locked = facts({ conflict: false, readOnly: { kind: 'locked' } });

    expect(lensTexts(locked, now).map(({ text, command }) => [text, command])).toEqual([
      ['$(lock) local · PRODUCTION is read-only', 'natsKv.connection.unlock'],
      ['Unlock Writes', 'natsKv.connection.unlock'],
    ]);
    expect(texts({ conflict: false, readOnly: { kind: 'mirror', of: 'SHOP' } })).toEqual([
      '$(lock) read-only: the bucket is a mirror of SHOP',
    ]);
  });

  it('stands apart from its icon', () => {
    expect(lensTitle('$(lock) local $(x) y')).toBe('$(lock)\u00a0local $(x) y');
    expect(lensTitle('Compare')).toBe('Compare');
  });

  it('overwrites the revision that it names, and no other', () => {
    expect(lensTexts(facts(), now).at(-1)).toMatchObject({ revision: 33 });
  });

  it('says that the bucket was made again where the revision did not rise', () => {
    expect(texts({ base: 40 })[0]).toContain('made again on local · PRODUCTION');
  });

  it.each([
    ['deleted', 34, /deleted on .* \(r34\)/],
    ['deleted', 0, /no longer on /],
    ['expired', 34, /expired on /],
  ] as const)('says that a key is %s (r%s), and what Save does', (missing, revision, expected) => {
    const [first, ...more] = texts({ missing, latest: { revision, created: now, size: 0 } });

    expect(first).toMatch(expected);
    expect(more).toEqual([]);
  });

  it('says since when nobody knows, and why, also of a clean text', () => {
    const stale = { since: now, reason: 'reconnecting' };

    expect(texts({ conflict: false, stale })[0]).toMatch(
      /^\$\(warning\) stale since .*: reconnecting$/,
    );
    expect(texts({ conflict: false })).toEqual([]);
  });
});
