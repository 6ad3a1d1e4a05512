import { describe, expect, it } from 'vitest';
import { print } from '../../scripts/lib/output.mjs';
import { sideBySide } from '../../scripts/test/sideBySide.mjs';

/** Tasks that print and end when they are told to, and what is shown of them. */
function setUp(count: number) {
  const shown: string[] = [];
  const begun: number[] = [];
  const ends = Array.from({ length: count }, () => Promise.withResolvers<void>());
  const told = Array.from({ length: count }, () => Promise.withResolvers<string>());
  const tasks = ends.map(({ promise }, at) => async () => {
    begun.push(at);
    print(`${at} begins`);
    print(await told[at]!.promise);
    await promise;
    return at;
  });
  const run = (many: number) =>
    sideBySide(tasks, many, { write: (text: string) => shown.push(text) });
  const say = (at: number, text: string) => told[at]?.resolve(text);
  const end = (at: number) => ends[at]?.resolve();
  return { shown, begun, run, say, end };
}

/** Lets everything that can go on do so. */
const settle = () => new Promise((resolve) => setImmediate(resolve));

describe('tasks side by side', () => {
  it('are shown one after the other, the first of them as it goes', async () => {
    const { shown, run, say, end } = setUp(2);
    const running = run(2);
    say(1, 'second');
    await settle();
    expect(shown).toEqual(['0 begins\n']);
    say(0, 'first');
    await settle();
    expect(shown).toEqual(['0 begins\n', 'first\n']);
    end(0);
    await settle();
    expect(shown).toEqual(['0 begins\n', 'first\n', '1 begins\n', 'second\n']);
    end(1);
    expect(await running).toEqual([0, 1]);
  });

  it('are shown whole when they end before it is their turn', async () => {
    const { shown, run, say, end } = setUp(3);
    const running = run(3);
    [2, 1, 0].forEach((at) => {
      say(at, `${at} ends`);
      end(at);
    });
    expect(await running).toEqual([0, 1, 2]);
    expect(shown.join('')).toBe('0 begins\n0 ends\n1 begins\n1 ends\n2 begins\n2 ends\n');
  });

  it('are no more at a time than they may be', async () => {
    const { begun, run, say, end } = setUp(3);
    const running = run(2);
    await settle();
    expect(begun).toEqual([0, 1]);
    [0, 1, 2].forEach((at) => say(at, ''));
    end(1);
    await settle();
    expect(begun).toEqual([0, 1, 2]);
    [0, 2].forEach(end);
    expect(await running).toEqual([0, 1, 2]);
  });
});
