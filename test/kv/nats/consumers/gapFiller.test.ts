import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { KvError } from '../../../../src/kv/model/errors';
import { type Gap, GapFiller } from '../../../../src/kv/nats/consumers/gapFiller';

interface Change {
  readonly revision: number;
}

/** A filler over a stream of which the consumer delivers what the test says. */
function setUp(stored: readonly number[], { reached }: { reached?: number } = { reached: 0 }) {
  const log: (number | string)[] = [];
  const searched: Gap<Change>[] = [];
  const find = async (gap: Gap<Change>): Promise<Change | undefined> => {
    searched.push(gap);
    await Promise.resolve();
    const revision = stored.find((each) => each >= gap.from && each < gap.to);
    return revision === undefined ? undefined : { revision };
  };
  const options = {
    find,
    onChange: ({ revision }: Change) => log.push(revision),
    onFilling: () => log.push('filling'),
    onFilled: () => log.push('filled'),
    onFailure: ({ message }: KvError) => log.push(message),
  };
  const filler = new GapFiller<Change>(reached, options);
  const push = (...revisions: number[]) =>
    revisions.forEach((revision) => filler.push({ revision }));
  const told = () => log.filter((each) => typeof each === 'number');
  return { filler, options, log, searched, push, told };
}

const settle = () => new Promise((resolve) => setImmediate(resolve));

describe('GapFiller', () => {
  it('tells what comes in sequence at once, without a search', () => {
    const { filler, push, log, searched } = setUp([]);
    filler.start('searching');
    push(1, 2, 3);
    expect(log).toEqual([1, 2, 3]);
    expect(searched).toEqual([]);
  });

  it('holds what comes before it is started', () => {
    const { filler, push, told } = setUp([]);
    push(1, 5);
    expect(told()).toEqual([]);
    expect(filler.isHolding).toBe(true);
    filler.start('trusting');
    push(9);
    expect(told()).toEqual([1, 5, 9]);
    expect(filler.isHolding).toBe(false);
  });

  it('tells in its place what was passed over', async () => {
    const { filler, push, log } = setUp([2, 4, 5, 8]);
    filler.start('searching');
    push(1, 6);
    push(7);
    expect(filler.isHolding).toBe(true);
    await settle();
    expect(log).toEqual([1, 'filling', 2, 4, 5, 6, 7, 'filled']);
    expect(filler.isHolding).toBe(false);
  });

  it('does not tell of filling when nothing was passed over', async () => {
    const { filler, push, log } = setUp([]);
    filler.start('searching');
    push(3, 6);
    await settle();
    expect(log).toEqual([3, 6, 'filled']);
  });

  it('finds what was passed over at the end, once', async () => {
    const { filler, push, told, searched } = setUp([1, 2, 4]);
    filler.start('searching');
    push(1);
    filler.reach(4);
    filler.reach(4);
    await settle();
    expect(told()).toEqual([1, 2, 4]);
    push(5);
    filler.reach(5);
    expect(told()).toEqual([1, 2, 4, 5]);
    expect(searched[0]).toMatchObject({ from: 2, to: 5, change: undefined });
  });

  it.each([
    ['change', 0],
    ['heartbeat', 8],
  ])('takes the first %s as the start when that is not known', async (_, reached) => {
    const { filler, push, told } = setUp([3, 9], {});
    filler.start('searching');
    if (reached > 0) {
      filler.reach(reached);
    } else {
      push(8);
    }
    push(10);
    await settle();
    expect(told()).toEqual(reached > 0 ? [9, 10] : [8, 9, 10]);
  });

  it('looks into many gaps at once, but not into all', async () => {
    const { filler, options, push, told } = setUp([]);
    const answers: (() => void)[] = [];
    const find = () => new Promise<undefined>((resolve) => answers.push(() => resolve(undefined)));
    Object.assign(options, { find });
    filler.start('searching');
    push(...Array.from({ length: 200 }, (_, at) => 2 * at + 2));
    expect(answers).toHaveLength(64);
    for (let at = 0; at < 200; at++) {
      answers[at]?.();
      await settle();
    }
    expect(told()).toHaveLength(200);
  });

  it('gives up where a gap holds too much, after what it has found', async () => {
    const stored = Array.from({ length: 100 }, (_, at) => at + 1);
    const { filler, push, told, log } = setUp(stored);
    filler.start('searching');
    push(101);
    await settle();
    expect(told()).toEqual(stored.slice(0, 64));
    expect(log.at(-1)).toBe('the server passed over many messages');
    push(102);
    await settle();
    expect(told()).toHaveLength(64);
  });

  it('fails when a search does', async () => {
    const { filler, options, push, log } = setUp([]);
    const find = () => Promise.reject(new KvError('timeout', 'no answer'));
    Object.assign(options, { find });
    filler.start('searching');
    push(1, 5, 6, 9);
    await settle();
    expect(log).toEqual([1, 'no answer']);
    expect(filler.isHolding).toBe(false);
  });

  it('tells nothing more when it was disposed during a search', async () => {
    const { filler, push, log } = setUp([2]);
    filler.start('searching');
    push(1, 3);
    filler.dispose();
    push(4);
    await settle();
    expect(log).toEqual([1]);
  });

  it('tells every stored message in order, whatever the consumer passes over', async () => {
    const streams = fc.uniqueArray(fc.integer({ min: 1, max: 60 }), { maxLength: 40 });
    const program = fc.tuple(streams, fc.infiniteStream(fc.boolean()), fc.boolean());
    await fc.assert(
      fc.asyncProperty(program, async ([revisions, delivers, isLate]) => {
        const stored = revisions.toSorted((a, b) => a - b);
        const { filler, push, told } = setUp(stored);
        const start = () => filler.start('searching');
        if (!isLate) {
          start();
        }
        push(...stored.filter(() => delivers.next().value));
        filler.reach(60);
        start();
        await settle();
        expect(told()).toEqual(stored);
      }),
    );
  });
});
