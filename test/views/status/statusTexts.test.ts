import { describe, expect, it } from 'vitest';
import {
  needsLook,
  statusLine,
  statusTexts,
  type EditorFacts,
} from '../../../src/views/status/statusTexts';
import { editorFacts } from '../../support/editorFacts';

const now = 1_000_000_000;

function facts(overrides: Partial<EditorFacts> = {}): EditorFacts {
  const latest = { revision: 12, created: now - 12_000, size: 1_229 };
  return editorFacts({ base: 12, latest, ...overrides });
}

function texts(overrides: Partial<EditorFacts>): Record<string, string> {
  const items = Object.entries(statusTexts(facts(overrides), now));
  return Object.fromEntries(items.map(([name, item]) => [name, item.text]));
}

describe('statusTexts', () => {
  it('says the revision, its age and size, and how it is shown', () => {
    const { key, shown } = texts({});

    expect(key).toMatch(/^r12 · 10 s ago · 1\.2 KiB$/);
    expect(shown).toBe('formatted');
  });

  it('says which revisions a conflict is between, with both ways out', () => {
    const latest = { revision: 15, created: now, size: 1 };
    const items = statusTexts(facts({ conflict: true, latest }), now);

    expect(items.key).toMatchObject({
      text: 'changed on the server: r12 -> r15 · now',
      warning: true,
    });
    expect(items.compare?.command?.command).toBe('natsKv.editor.compare');
    expect(items.revert?.command).toMatchObject({
      command: 'natsKv.editor.revert',
      title: "Take Server's",
    });
  });

  it('names the encodings from the outermost, and leads to what is stored', () => {
    const items = statusTexts(
      facts({ shownAs: { encodings: ['base64', 'gzip'], kind: 'formatted' } }),
      now,
    );

    expect(items.shown).toMatchObject({ text: 'base64 › gzip › formatted' });
    expect(items.shown?.command?.command).toBe('natsKv.editor.openRaw');
  });

  it.each([
    ['raw', 'natsKv.editor.openFormatted'],
    ['hex', 'natsKv.editor.openFormatted'],
    ['text', 'natsKv.editor.decode'],
    ['binary', 'natsKv.editor.openRaw'],
  ] as const)('leads from %s to %s', (kind, command) => {
    const items = statusTexts(facts({ shownAs: { encodings: [], kind } }), now);

    expect(items.shown?.command?.command).toBe(command);
  });

  it('counts down to the expiry', () => {
    expect(texts({ expiresAt: now + 250_000 })).toMatchObject({ ttl: 'expires in 4m' });
    expect(texts({ headers: [['Content-Type', 'text/plain']] })).toMatchObject({
      headers: '1 header',
    });
    expect(texts({ expiresAt: now - 1 })).toMatchObject({ ttl: 'expires now' });
  });

  it('tells expired from deleted, and says nothing of what is gone', () => {
    expect(texts({ missing: 'expired', expiresAt: now, conflict: true })).toEqual({
      key: 'expired on the server',
    });
    expect(texts({ missing: 'deleted' })).toEqual({ key: 'deleted on the server (r12)' });
    const latest = { revision: 0, created: now, size: 0 };
    expect(texts({ missing: 'deleted', latest })).toEqual({ key: 'no longer on the server' });
  });

  it.each([
    [{ readOnly: { kind: 'locked' } }, 'the connection is read-only', 'natsKv.connection.unlock'],
    [{ readOnly: { kind: 'mirror', of: 'SHOP' } }, 'the bucket is a mirror of SHOP', undefined],
    [{ readOnly: { kind: 'counter' } }, 'the bucket holds counters', undefined],
    [{ viewOnly: 'it holds bytes' }, 'it holds bytes', undefined],
  ] as const)('says why it is read-only: %j', (overrides, detail, command) => {
    const { readOnly } = statusTexts(facts(overrides), now);

    expect(readOnly).toMatchObject({ text: 'read-only', detail });
    expect(readOnly?.command?.command).toBe(command);
  });

  it('puts the environment first', () => {
    expect(texts({ environment: 'production' })['key']).toMatch(/^PRODUCTION · r12 · /);
  });

  it('says when nothing has been read yet', () => {
    expect(statusTexts(undefined, now)).toEqual({ key: { text: 'not read from the server yet' } });
  });

  it('says since when and why nothing could be read', () => {
    const { key } = statusTexts(undefined, now, { since: now - 1_000, reason: 'nobody answers' });
    expect(key?.text).toMatch(/^not read since \d.*: nobody answers$/);
    expect(key?.warning).toBe(true);
  });
});

describe('statusLine', () => {
  it('says revision, age, size and what is left on one line, and no environment', () => {
    const line = statusLine(facts({ environment: 'production', expiresAt: now + 300_000 }), now);

    expect(line).toMatch(/^r12 · 10 s ago · 1\.2 KiB · ttl 5m$/);
  });

  it('says what became of the key, and why it cannot be written', () => {
    expect(statusLine(facts({ missing: 'deleted' }), now)).toBe('deleted on the server (r12)');
    expect(statusLine(facts({ readOnly: { kind: 'counter' } }), now)).toMatch(/ · read-only$/);
  });

  it('says of a new key that it is not stored, which is no warning', () => {
    const fresh = facts({ missing: 'new', base: undefined });

    expect(statusLine(fresh, now)).toBe('new, not stored yet');
    expect(needsLook(fresh)).toBe(false);
    expect(statusTexts(fresh, now).key?.command?.command).toBe('workbench.action.files.save');
    expect(needsLook(facts({ missing: 'deleted' }))).toBe(true);
  });

  it('says how long the value of a new key lives, and that a merged text is not stored', () => {
    const fresh = facts({ missing: 'new', base: undefined, newTtl: 60_000 });

    expect(statusLine(fresh, now)).toBe('new, not stored yet · ttl 1m');
    const merged = facts({ mergedWith: 12 });
    expect(statusLine(merged, now)).toBe('merged with r12, not stored yet');
    expect(statusTexts(merged, now).key?.command?.command).toBe('workbench.action.files.save');
    expect(needsLook(merged)).toBe(false);
  });

  it('says since when it may be old before all else', () => {
    const stale = { since: now, reason: 'the connection is down' };

    expect(statusLine(facts({ stale }), now)).toMatch(
      /^stale since .*: the connection is down · r12/,
    );
  });
});
