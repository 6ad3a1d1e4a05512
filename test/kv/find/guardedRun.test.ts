import { describe, expect, it } from 'vitest';
import { GuardedRun } from '../../../src/kv/find/guardedRun';

/** Never ends by itself the first `times` times. */
function stuck(times: number): { readonly work: () => void; readonly begun: () => number } {
  let begun = 0;
  return {
    work: () => {
      begun++;
      while (begun <= times);
    },
    begun: () => begun,
  };
}

describe('guarded work', () => {
  it('is begun anew when it was cut off for want of a processor', () => {
    const { work, begun } = stuck(2);

    expect(new GuardedRun(5, () => 0).run(work)).toBe(true);
    expect(begun()).toBe(3);
  });

  it('is given up at once when it has computed all the time', () => {
    const looks: number[] = [];
    const { work } = stuck(Infinity);

    expect(new GuardedRun(5, () => looks.push(0) * 5).run(work)).toBe(false);
    // Before and after one try: on a busy machine that may have been cut off before the work began.
    expect(looks).toHaveLength(2);
  });

  it('is given up after some tries, whatever the machine does', () => {
    const { work } = stuck(Infinity);

    expect(new GuardedRun(1, () => 0).run(work)).toBe(false);
  });

  it('throws what it throws', () => {
    expect(() =>
      new GuardedRun().run(() => {
        throw new Error('of its own');
      }),
    ).toThrow('of its own');
  });
});
