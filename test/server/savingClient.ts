import { expect } from 'vitest';
import type { KeyInfo } from '../../src/kv/model/entry';
import { isKvError } from '../../src/kv/model/errors';
import type { KvConnection } from '../../src/kv/model/kvConnection';
import { bytes, isIn, startWatch, text } from '../kv/contract/harness';
import { eventually } from '../support/poll';
import { linkIs } from './system';

/** A save that was acknowledged. */
interface Save {
  readonly key: string;
  readonly expected: number;
  readonly revision: number;
  readonly value: string;
}

/**
 * What all saving clients of a test were told: saves that were acknowledged, values of which nobody
 * knows whether they were stored, and values that were certainly not.
 */
export class SaveLog {
  readonly saved: Save[] = [];
  readonly unknown = new Set<string>();
  readonly refused = new Set<string>();
  isStopped = false;
}

/** A client that saves keys by compare-and-swap, from what it last knew of each, until it is stopped. */
export class SavingClient {
  private readonly known = new Map<string, number>();
  private saves = 0;

  constructor(
    private readonly connection: KvConnection,
    private readonly name: string,
    private readonly log: SaveLog,
  ) {}

  /** Saves these keys in turns. */
  async saveUntilStopped(keys: readonly string[]): Promise<void> {
    for (let at = 0; !this.log.isStopped; at++) {
      await this.save(keys[at % keys.length] ?? '');
    }
  }

  private async save(key: string): Promise<void> {
    const value = `${this.name}-${++this.saves}`;
    try {
      await this.write(key, value);
    } catch (error) {
      if (!isKvError(error)) {
        throw error;
      }
      this.log.refused.add(value);
      if (!this.log.isStopped) {
        await linkIs('connected', this.connection);
      }
    }
  }

  private async write(key: string, value: string): Promise<void> {
    const expected = this.known.get(key) ?? (await this.look(key));
    const outcome = await this.connection.put('b', key, bytes(value), { expected });
    this.known.delete(key);
    switch (outcome.kind) {
      case 'saved':
        this.log.saved.push({ key, expected, revision: outcome.revision, value });
        this.known.set(key, outcome.revision);
        break;
      case 'conflict':
        this.log.refused.add(value);
        break;
      case 'unknown':
        this.log.unknown.add(value);
        break;
    }
  }

  private async look(key: string): Promise<number> {
    return (await this.connection.get('b', key, { consistent: true }))?.revision ?? 0;
  }
}

/**
 * Holds the log against everything that the bucket `b` stores: acknowledged saves are there, each
 * right after the revision that it was to replace; what was refused is not. Returns what is stored.
 */
export async function expectTruth(connection: KvConnection, log: SaveLog): Promise<KeyInfo[]> {
  const stored = await everything(connection);
  const before = new Map<string, number>();
  const predecessors = new Map(
    stored.map(({ key, revision }) => {
      const predecessor = before.get(key) ?? 0;
      before.set(key, revision);
      return [`${key}@${revision}`, predecessor];
    }),
  );
  const found = log.saved.map(({ key, revision }) => predecessors.get(`${key}@${revision}`));
  expect(found).toEqual(log.saved.map(({ expected }) => expected));
  expect(stored.length - log.saved.length).toBeLessThanOrEqual(log.unknown.size);
  // A replica that has just come back may answer, and be a moment behind.
  await eventually(() => expectLastValues(connection, log, [...before]));
  return stored;
}

/** Every message of the bucket, as a watch from its beginning tells it. */
async function everything(connection: KvConnection): Promise<KeyInfo[]> {
  const { lastRevision, values } = await connection.bucketStatus('b');
  const { watch, told } = startWatch(connection, 1);
  await isIn('live', watch);
  await eventually(() => expect(watch.lastRevision).toBe(lastRevision));
  watch.dispose();
  expect(told).toHaveLength(values);
  return told;
}

async function expectLastValues(
  connection: KvConnection,
  log: SaveLog,
  last: readonly (readonly [key: string, revision: number])[],
): Promise<void> {
  const saved = new Map(log.saved.map((save) => [`${save.key}@${save.revision}`, save.value]));
  const entries = await connection.getMany(
    'b',
    last.map(([key]) => key),
  );
  last.forEach(([key, revision], at) => {
    const entry = entries[at];
    const value = text(entry?.value);
    expect(entry?.revision).toBe(revision);
    expect(log.refused).not.toContain(value);
    expect([...log.unknown, saved.get(`${key}@${revision}`)]).toContain(value);
  });
}
