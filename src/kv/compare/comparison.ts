import { sameBytes } from '../base/bytes';
import { DisposableStore, Emitter, type Disposable } from '../base/event';
import { Pace } from '../base/pace';
import type { JsonPath } from '../find/jsonPath';
import { isLive, type Entry } from '../model/entry';
import { throwIfCancelled } from '../model/errors';
import { keyIgnorer, pathsOf, type CompareRules } from './compareRules';
import type { CompareSide } from './compareSide';
import { MetValues } from './metValues';
import { PairStates, type PairState } from './pairStates';
import { pairBatches } from './pairBatches';
import { PairTable, type SideAt } from './pairTable';
import { isSameMeaning } from './sameMeaning';

/** How far a comparison has come: messages listed, then pairs of values read. */
interface CompareProgress {
  readonly listed: number;
  readonly read?: number;
  readonly total?: number;
}

export interface CompareOptions {
  readonly signal: AbortSignal;
  readonly onProgress?: (progress: CompareProgress) => void;
}

/** The two sides, left and right. */
export type CompareSides = readonly [left: CompareSide, right: CompareSide];

const batchesInFlight = 3;

/**
 * Owns what is known of the keys of two sides; changes only through `run` and `update`. Keys are paired
 * by what they are without the prefixes of their sides.
 */
export class Comparison implements Disposable {
  private readonly store = new DisposableStore();
  private readonly changed = this.store.add(new Emitter<void>());
  readonly onDidChange = this.changed.event;
  readonly table = new PairTable();
  private readonly states = new PairStates();
  private readonly met = new MetValues();
  private readonly areOneOrigin: boolean;
  private readonly isIgnored: ((key: string) => boolean) | undefined;
  private readonly paths: readonly JsonPath[];
  private readonly skips: readonly [number, number];
  /** Pairs of values that were read. */
  read = 0;

  constructor(
    readonly sides: CompareSides,
    readonly rules: CompareRules,
  ) {
    this.isIgnored = keyIgnorer(rules);
    this.paths = pathsOf(rules);
    const [left, right] = sides;
    this.areOneOrigin = left.origin !== undefined && left.origin === right.origin;
    this.skips = [Buffer.byteLength(left.prefix), Buffer.byteLength(right.prefix)];
  }

  count(state: PairState): number {
    return this.states.count(state);
  }

  stateAt(at: number): PairState {
    return this.states.at(at);
  }

  /** The keys in a state, without the prefixes of the sides, sorted by code units. */
  keysIn(state: PairState): readonly string[] {
    return this.states.keysIn(state, this.table);
  }

  /** A key as a side calls it. */
  keyOf(side: SideAt, at: number): string {
    return this.sides[side].prefix + this.table.keyAt(at);
  }

  /** Lists both sides and reads the values that their facts do not tell apart. */
  async run({ signal, onProgress }: CompareOptions): Promise<void> {
    let listed = 0;
    await this.listBoth(signal, (count) => {
      listed += count;
      onProgress?.({ listed });
    });
    const open = await this.judgeAll(signal);
    const total = open.length;
    await this.readAll(open, signal, (read) => onProgress?.({ listed, read, total }));
    this.changed.fire();
  }

  /** Where one side fails the other need not go on. */
  private async listBoth(signal: AbortSignal, onListed: (count: number) => void): Promise<void> {
    const stop = new AbortController();
    const either = AbortSignal.any([signal, stop.signal]);
    const isBrought = this.sides.every(({ bringsValues }) => bringsValues);
    const values = this.rules.by !== 'size' && isBrought && !this.areOneOrigin;
    const list = async (side: SideAt): Promise<void> => {
      const onValue = values ? this.meeting(side) : undefined;
      for await (const batch of this.sides[side].list({ signal: either, values })) {
        this.table.add(side, batch, this.skips[side], onValue);
        onListed(batch.length);
      }
    };
    try {
      // Together two listings may have more under way than a server keeps for one connection (64 MB).
      if (this.sides[0].link === this.sides[1].link) {
        await list(0);
        await list(1);
      } else {
        await Promise.all([list(0), list(1)]);
      }
    } finally {
      stop.abort();
    }
  }

  /** A message that came without its value is another one than the value that is known. */
  private meeting(side: SideAt): (at: number, value: Uint8Array | undefined) => void {
    return (at, value) => {
      if (value === undefined) {
        this.met.forget(at);
      } else if (this.met.tell(side, at, value)) {
        this.read++;
      }
    };
  }

  /** Judges keys again that have changed, by their values where that is needed. */
  async update(places: readonly number[], signal: AbortSignal): Promise<void> {
    places.forEach((at) => this.met.forget(at));
    const open = places.filter((at) => !this.judge(at));
    await this.readAll(open, signal, () => undefined);
    this.changed.fire();
  }

  dispose(): void {
    this.store.dispose();
  }

  /** Returns the keys that only their values tell apart. */
  private async judgeAll(signal: AbortSignal): Promise<number[]> {
    const open: number[] = [];
    const pace = new Pace();
    for (let at = 0; at < this.table.count; at++) {
      if (!this.judge(at)) {
        open.push(at);
      }
      if (at % 1_000 === 0 && pace.isOver) {
        await pace.rest();
        throwIfCancelled(signal);
      }
    }
    return open;
  }

  /** Whether the facts alone tell the state of a key, which is then set. */
  private judge(at: number): boolean {
    const state = this.byFacts(at);
    if (state !== undefined) {
      this.states.set(at, state);
    }
    return state !== undefined;
  }

  private byFacts(at: number): PairState | undefined {
    const { table, rules, sides } = this;
    const [left, right] = [table.sizeAt(0, at), table.sizeAt(1, at)];
    if ((left < 0 && right < 0) || this.isIgnored?.(table.keyAt(at))) {
      return 'none';
    }
    if (left < 0 || right < 0) {
      return this.oneSided(left < 0 ? 1 : 0, at);
    }
    if (this.isUnknown(0, at) || this.isUnknown(1, at)) {
      return 'unreadable';
    }
    const isOneKey = this.areOneOrigin && sides[0].prefix === sides[1].prefix;
    if (isOneKey && table.revisionAt(0, at) === table.revisionAt(1, at)) {
      return 'same';
    }
    if (rules.by === 'size') {
      return left === right ? 'same' : 'different';
    }
    if (rules.by === 'bytes' && left !== right) {
      return 'different';
    }
    const met = this.met.at(at);
    return met === 'different' && rules.by === 'meaning' ? undefined : met;
  }

  /** What is nowhere to be found on the other side may have been there before the history begins. */
  private oneSided(side: SideAt, at: number): PairState {
    const isUnknown = this.isUnknown(0, at) || this.isUnknown(1, at);
    return isUnknown ? 'unreadable' : side === 0 ? 'left' : 'right';
  }

  private isUnknown(side: SideAt, at: number): boolean {
    return this.sides[side].isUnknown?.(this.keyOf(side, at)) ?? false;
  }

  private async readAll(
    places: readonly number[],
    signal: AbortSignal,
    onProgress: (read: number) => void,
  ): Promise<void> {
    const batches = pairBatches(this.table, places);
    let read = 0;
    const work = async (): Promise<void> => {
      for (let next = batches.next(); !next.done; next = batches.next()) {
        throwIfCancelled(signal);
        await this.readBatch(next.value, signal);
        read += next.value.length;
        this.read += next.value.length;
        onProgress(read);
      }
    };
    await Promise.all(Array.from({ length: batchesInFlight }, work));
  }

  private async readBatch(places: readonly number[], signal: AbortSignal): Promise<void> {
    const unreadable = new Set<number>();
    const keys = places.map((at) => this.table.keyAt(at));
    const readSide = (side: SideAt): Promise<(Entry | undefined)[]> => {
      const { prefix } = this.sides[side];
      const names = prefix === '' ? keys : keys.map((key) => prefix + key);
      const onUnreadable = (name: string): void => {
        unreadable.add(keys.indexOf(name.slice(prefix.length)));
      };
      return this.sides[side].read(names, { signal, onUnreadable });
    };
    const [left, right] = await Promise.all([
      readSide(0).then((all) => this.renewed(0, places, all, { unreadable, signal })),
      readSide(1).then((all) => this.renewed(1, places, all, { unreadable, signal })),
    ]);
    const pace = new Pace();
    for (const [index, at] of places.entries()) {
      const isUnreadable = unreadable.has(index);
      this.states.set(
        at,
        isUnreadable ? 'unreadable' : this.byValues(at, left[index], right[index]),
      );
      if (index % 64 === 0 && pace.isOver) {
        await pace.rest();
      }
    }
  }

  /** Whoever answered may be behind what has been told of a key: then the leader is asked. */
  private async renewed(
    side: SideAt,
    places: readonly number[],
    entries: readonly (Entry | undefined)[],
    { unreadable, signal }: { unreadable: ReadonlySet<number>; signal: AbortSignal },
  ): Promise<(Entry | undefined)[]> {
    const { table, sides } = this;
    return Promise.all(
      entries.map(async (entry, index) => {
        const at = places[index] ?? 0;
        const isBehind =
          table.hasAt(side, at) &&
          !unreadable.has(index) &&
          (entry?.revision ?? 0) < table.revisionAt(side, at);
        return isBehind ? sides[side].readLatest(this.keyOf(side, at), signal) : entry;
      }),
    );
  }

  private byValues(at: number, left: Entry | undefined, right: Entry | undefined): PairState {
    const [a, b] = [valueOf(left), valueOf(right)];
    if (a === undefined || b === undefined) {
      return a === undefined
        ? b === undefined
          ? 'none'
          : this.oneSided(1, at)
        : this.oneSided(0, at);
    }
    const isSame =
      sameBytes(a, b) || (this.rules.by === 'meaning' && isSameMeaning(a, b, this.paths));
    return isSame ? 'same' : 'different';
  }
}

function valueOf(entry: Entry | undefined): Uint8Array | undefined {
  return entry && isLive(entry) ? entry.value : undefined;
}
