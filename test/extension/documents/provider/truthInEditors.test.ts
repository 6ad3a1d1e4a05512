import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { FakeKvConnection } from '../../../kv/fakeKvConnection';
import { FakeMemory } from '../model/fakeEditors';
import { SimulatedWindow, type Tab } from './simulatedWindow';

/** `KV_TRUTH_RUNS=1000 KV_TRUTH_STEPS=2000` runs what a release is held to. */
const runs = Number(process.env['KV_TRUTH_RUNS'] ?? 60);
const steps = Number(process.env['KV_TRUTH_STEPS'] ?? 120);

/** Long programs find more, short ones show what they found. */
const shortest = Number(process.env['KV_TRUTH_SHORTEST'] ?? 1);

const keys = ['k', 'l'] as const;

type Step =
  | { readonly kind: 'type' | 'foreign' | 'other' | 'otherBlind'; readonly key: number }
  | { readonly kind: 'save' | 'overwrite' | 'compare' | 'revert' | 'delete'; readonly key: number }
  | { readonly kind: 'remake' | 'wipe' | 'cut' | 'mend' | 'stall' | 'go' | 'lag' | 'catchUp' }
  | { readonly kind: 'deny' | 'allow' | 'reload' | 'restart' | 'wait' };

const onKeys = [
  ...['type', 'type', 'save', 'save', 'overwrite', 'compare', 'revert', 'delete'],
  ...['foreign', 'foreign', 'other', 'otherBlind'],
] as const;
const onAll = [
  ...['remake', 'wipe', 'cut', 'mend', 'mend', 'stall', 'go', 'go', 'lag', 'catchUp'],
  ...['deny', 'allow', 'allow', 'reload', 'restart', 'wait', 'wait'],
] as const;

const step = fc.oneof(
  { weight: 3, arbitrary: fc.record({ kind: fc.constantFrom(...onKeys), key: fc.nat(1) }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constantFrom(...onAll) }) },
) as fc.Arbitrary<Step>;

/** What random programs have found, at its least. */
const found: readonly Step[][] = [
  // A key that had no value is read anew just as its bucket is made again.
  [
    { kind: 'delete', key: 0 },
    { kind: 'reload' },
    { kind: 'type', key: 1 },
    { kind: 'type', key: 1 },
    { kind: 'remake' },
    { kind: 'type', key: 0 },
  ],
  // What is written after the extension was started again has the size and nearly the time of what it replaces.
  [
    ...([{ kind: 'type', key: 0 }, { kind: 'remake' }, { kind: 'overwrite', key: 0 }] as const),
    ...([
      { kind: 'revert', key: 0 },
      { kind: 'type', key: 1 },
      { kind: 'type', key: 1 },
    ] as const),
    ...([{ kind: 'restart' }, { kind: 'type', key: 1 }, { kind: 'type', key: 1 }] as const),
    ...([
      { kind: 'otherBlind', key: 0 },
      { kind: 'type', key: 0 },
    ] as const),
  ],
  // The extension is started again without a link, and what it could not read is read by somebody else.
  [
    ...([{ kind: 'cut' }, { kind: 'restart' }, { kind: 'remake' }, { kind: 'deny' }] as const),
    ...([{ kind: 'mend' }, { kind: 'compare', key: 1 }, { kind: 'type', key: 0 }] as const),
  ],
];

beforeEach(() => {
  vi.useFakeTimers();
});

afterEach(() => {
  vi.useRealTimers();
});

describe('editors over a server that is made again, cut off, slow, and denies', () => {
  it(
    'show the truth or say that they do not know it, and replace nothing unseen',
    { timeout: 3_600_000 },
    async () => {
      await fc.assert(
        fc.asyncProperty(
          fc.array(step, { minLength: shortest, maxLength: steps, size: 'max' }),
          async (program) => {
            const world = new World();
            try {
              await world.begin();
              for (const each of program) {
                await world.take(each);
              }
              await world.end();
            } finally {
              world.dispose();
            }
          },
        ),
        { numRuns: runs, examples: found.map((program) => [program]) },
      );
    },
  );
});

/** One server, one window on it, and what its users have seen. */
class World {
  private readonly connection = new FakeKvConnection();
  private readonly memory = new FakeMemory();
  private window = this.makeWindow();
  private written = 0;
  private answers = 0;
  private release: (() => void) | undefined;
  /** Values of this window's own making, to tell them from what others wrote. */
  private readonly own = new Set<string>();

  async begin(): Promise<void> {
    this.fill();
    for (const key of keys) {
      await this.window.open(key);
    }
  }

  async take(taken: Step): Promise<void> {
    await vi.advanceTimersByTimeAsync(7);
    const before = keys.map((key) => this.stored(key));
    const tab = 'key' in taken ? this.tab(taken.key) : undefined;
    const seen = new Set(tab?.seen);
    await this.run(taken, tab);
    if (tab && ['save', 'overwrite', 'other'].includes(taken.kind)) {
      this.checkReplaced(tab, before[keys.indexOf(tab.id.address.key as 'k')], seen);
    }
    await this.calm();
    this.checkShown();
  }

  /** With everything back, all editors show what there is. */
  async end(): Promise<void> {
    this.release?.();
    this.connection.catchUp();
    this.connection.allowWatches(true);
    this.connection.goOnline();
    await vi.advanceTimersByTimeAsync(60_000);
    await this.window.settle();
    for (const tab of this.window.tabs) {
      expect(this.window.staleReason(tab), `${tab.id.uri} is stale for good`).toBeUndefined();
    }
    this.checkShown();
  }

  dispose(): void {
    this.release?.();
    this.window.dispose();
  }

  private run(taken: Step, tab: Tab | undefined): unknown {
    const { connection, window } = this;
    switch (taken.kind) {
      case 'type':
        return tab && window.type(tab, this.next('mine'));
      case 'save':
        return tab && this.during(this.save(tab, false));
      case 'overwrite':
        return tab && this.during(this.save(tab, true));
      case 'compare':
        return tab && this.during(window.compare(tab));
      case 'revert':
        return tab && this.during(window.revert(tab));
      case 'foreign':
        return this.foreignPut(keys[taken.key] ?? 'k');
      case 'delete':
        return this.hasBucket && connection.foreignMark('B', keys[taken.key] ?? 'k', 'DEL');
      case 'other':
        return tab && this.during(this.writeAsOther(tab, true));
      case 'otherBlind':
        return tab && this.during(this.writeAsOther(tab, false));
      case 'remake':
        return this.remake();
      case 'wipe':
        return this.wipe();
      case 'cut':
        return connection.state.current.kind === 'connected' && connection.goOffline();
      case 'mend':
        return connection.goOnline();
      case 'stall':
        this.release ??= connection.holdReads();
        return undefined;
      case 'go':
        return this.letGo();
      case 'lag':
        return connection.lagBehind();
      case 'catchUp':
        return connection.catchUp();
      case 'deny':
      case 'allow':
        return connection.allowWatches(taken.kind === 'allow');
      case 'reload':
        return this.reload();
      case 'restart':
        return this.restart();
      case 'wait':
        return vi.advanceTimersByTimeAsync(3_000);
    }
  }

  private get hasBucket(): boolean {
    return this.connection.hasBucket('B');
  }

  private tab(index: number): Tab | undefined {
    return this.window.tabs[index];
  }

  private next(who: string): string {
    return `${who} ${++this.written}`;
  }

  private stored(key: string): string | undefined {
    return this.connection.foreignGet('B', key);
  }

  private foreignPut(key: string): void {
    if (this.hasBucket) {
      this.connection.foreignPut('B', key, this.next('theirs'));
    }
  }

  private fill(): void {
    this.connection.foreignCreateBucket({ name: 'B', replicas: 3 });
    keys.forEach((key) => this.foreignPut(key));
  }

  /** The bucket is deleted and made again, with as many values as it had at first. */
  private async remake(): Promise<void> {
    this.connection.foreignDeleteBucket('B');
    await vi.advanceTimersByTimeAsync(1);
    this.fill();
  }

  /** The store is lost while nobody is connected. */
  private async wipe(): Promise<void> {
    this.letGo();
    if (this.connection.state.current.kind === 'connected') {
      this.connection.goOffline();
    }
    await this.remake();
    this.connection.goOnline();
  }

  private letGo(): void {
    this.release?.();
    this.release = undefined;
  }

  private async save(tab: Tab, overwrite: boolean): Promise<void> {
    const text = tab.text;
    if (tab.dirty) {
      this.own.add(text);
    }
    await this.window.save(tab, overwrite);
  }

  private async writeAsOther(tab: Tab, read: boolean): Promise<void> {
    const text = this.next('other');
    this.own.add(text);
    const before = await this.window.writeAsOther(tab.uri, text, read);
    if (before !== undefined) {
      this.otherSaw.add(before);
    }
  }

  private readonly otherSaw = new Set<string>();

  /** What waits for an answer gets it in the end. */
  private async during(work: Promise<unknown>): Promise<void> {
    let isDone = false;
    const done = work.finally(() => (isDone = true));
    done.catch(() => undefined);
    for (let turn = 0; turn < 20 && !isDone; turn++) {
      await vi.advanceTimersByTimeAsync(5);
    }
    if (!isDone) {
      this.letGo();
      this.connection.goOnline();
    }
    await done;
  }

  private async reload(): Promise<void> {
    this.letGo();
    await this.window.settle();
    const tabs = [...this.window.tabs];
    this.window.dispose();
    this.connection.goOnline();
    this.window = this.makeWindow();
    for (const { id, text, dirty, known, seen } of tabs) {
      const opened = await this.window.open(id.address.key, dirty ? { text, known } : undefined);
      if (dirty) {
        seen.forEach((each) => opened.seen.add(each));
      }
    }
  }

  /** The extension is started again, with the link as it is, over the tabs that are there. */
  private async restart(): Promise<void> {
    this.letGo();
    await this.window.settle();
    const { tabs } = this.window;
    const isUp = this.connection.state.current.kind === 'connected';
    this.window.dispose();
    if (isUp) {
      this.connection.goOnline();
    } else {
      this.connection.goOffline();
    }
    this.window = this.makeWindow();
    tabs.forEach((tab) => this.window.adopt(tab));
  }

  private makeWindow(): SimulatedWindow {
    return new SimulatedWindow(this.connection, this.memory, () => ++this.answers % 3 !== 0);
  }

  private async calm(): Promise<void> {
    for (let turn = 0; turn < 4; turn++) {
      await vi.advanceTimersByTimeAsync(120);
      if (!this.release) {
        await this.window.settle();
      }
    }
  }

  /** A write of ours went over nothing, or over what its writer had seen. */
  private checkReplaced(tab: Tab, before: string | undefined, seen: Set<string>): void {
    const { key } = tab.id.address;
    const after = this.stored(key);
    const isOurs = after !== undefined && after !== before && this.own.has(after);
    if (isOurs && before !== undefined && !this.own.has(before)) {
      const isSeen = seen.has(before) || tab.seen.has(before) || this.otherSaw.has(before);
      expect(isSeen, `${JSON.stringify(before)} was replaced unseen by ${after}`).toBe(true);
    }
  }

  private checkShown(): void {
    for (const tab of this.window.tabs) {
      const server = this.stored(tab.id.address.key);
      // A tab that could not be read at all shows VS Code's error, and nothing of a value.
      const isEmpty = tab.known === undefined;
      const isKnown = isEmpty || tab.dirty || server === undefined || tab.text === server;
      const says = this.window.staleReason(tab);
      const isWaiting = this.release !== undefined;
      expect(
        isKnown || says !== undefined || isWaiting,
        `${tab.id.uri} shows ${tab.text} instead of ${server}`,
      ).toBe(true);
    }
  }
}
