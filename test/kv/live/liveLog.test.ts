import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { LiveLog } from '../../../src/kv/live/liveLog';
import { change } from './liveChanges';

const roomy = { maxEntries: 100, maxBytes: Infinity };

function keysOf(log: LiveLog): string[] {
  const keys: string[] = [];
  for (let seq = log.first; seq < log.next; seq++) {
    keys.push(log.get(seq)?.entry.key ?? 'missing');
  }
  return keys;
}

type Step =
  | { readonly kind: 'append'; readonly watch: number; readonly size: number }
  | { readonly kind: 'pause' | 'resume' | 'forget'; readonly watch: number }
  | { readonly kind: 'clear' }
  | { readonly kind: 'limit'; readonly maxEntries: number };

const watch = fc.integer({ min: 1, max: 3 });
const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 12,
    arbitrary: fc.record({
      kind: fc.constant('append' as const),
      watch,
      size: fc.integer({ min: 0, max: 900 }),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({ kind: fc.constantFrom('pause', 'resume', 'forget'), watch }),
  },
  { weight: 1, arbitrary: fc.constant({ kind: 'clear' as const }) },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant('limit' as const),
      maxEntries: fc.integer({ min: 1, max: 20 }),
    }),
  },
);

/** A log that keeps everything it ever got, to compare with. */
class Model {
  received = 0;
  readonly held = new Map<number, string[]>();
  log: string[] = [];

  apply(step: Step, name: string): void {
    switch (step.kind) {
      case 'append':
        this.received++;
        (this.held.get(step.watch) ?? this.log).push(name);
        break;
      case 'pause':
        this.held.set(step.watch, this.held.get(step.watch) ?? []);
        break;
      case 'resume':
        this.log.push(...(this.held.get(step.watch) ?? []));
        this.held.delete(step.watch);
        break;
      case 'forget':
        this.held.delete(step.watch);
        break;
      case 'clear':
        this.log = [];
        this.held.forEach((_, watch) => this.held.set(watch, []));
        break;
      case 'limit':
        break;
    }
  }
}

function apply(log: LiveLog, step: Step, name: string): void {
  switch (step.kind) {
    case 'append':
      log.append(change(name, 'x'.repeat(step.size), { watch: step.watch }));
      break;
    case 'clear':
      log.clear();
      break;
    case 'limit':
      log.limit({ maxEntries: step.maxEntries, maxBytes: 5_000 });
      break;
    default:
      log[step.kind](step.watch);
  }
}

describe('LiveLog', () => {
  it('counts every change exactly, whatever happens', () => {
    fc.assert(
      fc.property(fc.array(step, { minLength: 60, maxLength: 200 }), (steps) => {
        const log = new LiveLog({ maxEntries: 10, maxBytes: 5_000 });
        const model = new Model();
        steps.forEach((each, at) => {
          apply(log, each, `k${at}`);
          model.apply(each, `k${at}`);
          const { received, kept, held, fellOff, cleared } = log.counts;
          expect(received).toBe(model.received);
          expect(kept + held + fellOff + cleared).toBe(received);
          expect(kept).toBe(log.next - log.first);
        });
        const keys = keysOf(log);
        // What is kept is the end of all that came, in its order, nothing left out in between.
        expect(keys.filter((key) => model.log.includes(key))).toEqual(keys);
        if (!steps.some(({ kind }) => kind === 'pause')) {
          expect(keys).toEqual(keys.length === 0 ? [] : model.log.slice(-keys.length));
        }
      }),
    );
  });

  it('drops the oldest above the limit and counts them', () => {
    const log = new LiveLog({ maxEntries: 3, maxBytes: Infinity });
    ['a', 'b', 'c', 'd', 'e'].forEach((key) => log.append(change(key)));
    expect(keysOf(log)).toEqual(['c', 'd', 'e']);
    expect(log.counts).toEqual({ received: 5, kept: 3, held: 0, fellOff: 2, cleared: 0 });
  });

  it('bounds the bytes of its values, and keeps the newest whatever it weighs', () => {
    const log = new LiveLog({ maxEntries: 100, maxBytes: 10_000 });
    for (let count = 0; count < 50; count++) {
      log.append(change(`k${count}`, 'x'.repeat(1_000)));
    }
    expect(log.counts.kept).toBeLessThan(10);
    log.append(change('huge', 'x'.repeat(20_000)));
    expect(keysOf(log)).toEqual(['huge']);
    expect(log.counts).toMatchObject({ received: 51, kept: 1, fellOff: 50 });
  });

  it('holds back what a paused watch tells, counts it, and appends it when it goes on', () => {
    const log = new LiveLog(roomy);
    log.append(change('a'));
    log.pause(1);
    log.append(change('b'));
    log.append(change('other', '', { watch: 2 }));
    expect(keysOf(log)).toEqual(['a', 'other']);
    expect(log.counts).toMatchObject({ received: 3, kept: 2, held: 1 });
    log.resume(1);
    expect(keysOf(log)).toEqual(['a', 'other', 'b']);
    expect(log.counts).toMatchObject({ received: 3, kept: 3, held: 0 });
  });

  it('keeps the newest when the limit is lowered', () => {
    const log = new LiveLog(roomy);
    ['a', 'b', 'c'].forEach((key) => log.append(change(key)));
    log.limit({ maxEntries: 2, maxBytes: Infinity });
    log.append(change('d'));
    expect(keysOf(log)).toEqual(['c', 'd']);
    expect(log.counts.fellOff).toBe(2);
  });
});
