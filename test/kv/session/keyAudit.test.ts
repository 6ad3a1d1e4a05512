import { describe, expect, it, onTestFinished, vi } from 'vitest';
import type { BucketStatus } from '../../../src/kv/model/bucket';
import { KeyAudit } from '../../../src/kv/session/keyAudit';

interface Seen {
  readonly lost: boolean;
  readonly last: number;
  readonly told: number;
}

/** An audit that has seen a listing take a moment, and whose time stands still. */
function setUp() {
  vi.useFakeTimers({ toFake: ['performance'] });
  onTestFinished(() => void vi.useRealTimers());
  const audit = new KeyAudit();
  audit.listed(false, 1);
  return {
    audit,
    look: (subjects: number, count: number, seen: Partial<Seen> = {}) => {
      const { lost = false, last = 9, told = last } = seen;
      const status = { subjects, values: subjects, lastRevision: last } as BucketStatus;
      return audit.look({ status, lost }, { count, told });
    },
    pass: (milliseconds: number) => vi.advanceTimersByTime(milliseconds),
  };
}

describe('an index beside the counts of its bucket', () => {
  it('stands while they agree, with markers among the subjects', () => {
    const { look, pass } = setUp();
    pass(1_000_000);
    expect(look(5, 3)).toBe(false);
    expect(look(6, 3, { last: 10 })).toBe(false);
    expect(look(6, 2, { last: 11 })).toBe(false);
  });

  it('is listed again when it has more keys than the bucket has subjects', () => {
    const { look, pass } = setUp();
    pass(2_000);
    expect(look(2, 3)).toBe(true);
  });

  it('is not, when the watch was only quicker than the look', () => {
    const { look, pass } = setUp();
    pass(1_000_000);
    expect(look(2, 3, { told: 10 })).toBe(false);
  });

  it('is listed again when subjects have gone, the less often the less there is to find', () => {
    const { audit, look, pass } = setUp();
    expect(look(3, 3, { lost: true })).toBe(false);
    pass(2_000);
    expect(look(3, 3)).toBe(true);
    audit.listed(false, 1);
    pass(2_000);
    expect(look(3, 3, { lost: true })).toBe(false);
    pass(2_000);
    expect(look(3, 3)).toBe(true);
    audit.listed(true, 1);
    pass(2_000);
    expect(look(3, 3, { lost: true })).toBe(true);
  });

  it('is listed after a minute when a deleted key may have come back in the place of one that went', () => {
    const { look, pass } = setUp();
    expect(look(5, 3)).toBe(false);
    pass(2_000);
    expect(look(5, 4, { last: 10 })).toBe(false);
    pass(58_000);
    expect(look(5, 4, { last: 10 })).toBe(true);
  });

  it('is listed for a small part of the time only', () => {
    const { audit, look, pass } = setUp();
    audit.listed(true, 5_000);
    pass(49_000);
    expect(look(3, 3, { lost: true })).toBe(false);
    pass(1_000);
    expect(look(3, 3)).toBe(true);
  });

  it('compares nothing that the watch has yet to tell of', () => {
    const { look, pass } = setUp();
    pass(1_000_000);
    expect(look(8, 3, { last: 14, told: 9 })).toBe(false);
    expect(look(8, 8, { last: 15, told: 15 })).toBe(false);
  });
});
