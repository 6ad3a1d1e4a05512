import * as vscode from 'vscode';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { FollowedPair } from '../../../src/extension/sync/followedPair';
import type { PairWork } from '../../../src/extension/sync/pairWork';
import type { PlacedPair } from '../../../src/extension/sync/syncSettings';
import { Emitter } from '../../../src/kv/base/event';

const { written } = vi.hoisted(() => ({ written: new Set<(uri: vscode.Uri) => void>() }));

vi.mock('vscode', async (original) => {
  const nothing = () => ({ dispose: () => undefined });
  const watcher = {
    onDidChange: (listener: (uri: vscode.Uri) => void) => {
      written.add(listener);
      return { dispose: () => written.delete(listener) };
    },
    ...{ onDidCreate: nothing, onDidDelete: nothing, dispose: () => undefined },
  };
  return {
    ...(await original<object>()),
    RelativePattern: class {},
    workspace: { createFileSystemWatcher: () => watcher },
  };
});

const folder = vscode.Uri.file('/w/config');

/** What files hold, what of them was read, and which reads wait to end. */
class World {
  text = 'old';
  private turn: Promise<unknown> = Promise.resolve();
  readonly reads: (() => void)[] = [];

  readonly work = {
    inTurn: (_: unknown, work: () => Promise<unknown>) => (this.turn = this.turn.then(work, work)),
    compare: (placed: PlacedPair) => this.work.inTurn(placed, () => this.read()),
  } as unknown as PairWork;

  /** Reads the file, and ends when the test lets it. */
  private async read(): Promise<object> {
    const comparison = {
      text: this.text,
      parts: { source: { side: {} }, folder: { hasFolder: () => false, byKey: new Map() } },
      update: () => Promise.resolve((comparison.text = this.text)),
    };
    await new Promise<void>((resolve) => this.reads.push(resolve));
    return comparison;
  }

  write(text: string): void {
    this.text = text;
    written.forEach((listener) => listener(vscode.Uri.file('/w/config/limits.json')));
  }

  async endRead(): Promise<void> {
    await vi.waitFor(() => expect(this.reads).toHaveLength(1));
    this.reads.shift()?.();
    await vi.advanceTimersByTimeAsync(0);
  }
}

let world: World;
let followed: FollowedPair;

const known = () => (followed.comparison as unknown as { text: string } | undefined)?.text;

beforeEach(() => {
  vi.useFakeTimers();
  world = new World();
  const events = { onDidChange: new Emitter<void>().event };
  const session = { state: { ...events, current: { kind: 'connected' } }, buckets: events };
  const pair = { folder: 'config', bucket: 'B', prefix: '' };
  followed = new FollowedPair(
    { pair, session, folder } as unknown as PlacedPair,
    world.work,
    (_, work) => void work,
  );
});

afterEach(() => {
  followed.dispose();
  vi.useRealTimers();
});

describe('a pair that is followed', () => {
  it('knows of a file that is written after it was read by the first comparison', async () => {
    await vi.waitFor(() => expect(world.reads).toHaveLength(1));
    world.write('new');
    await vi.advanceTimersByTimeAsync(1_000);
    await world.endRead();
    await vi.advanceTimersByTimeAsync(1_000);

    expect(known()).toBe('new');
  });

  it('knows of a file that is written after it was read by a comparison anew', async () => {
    await world.endRead();
    followed.compareAgain();
    await vi.waitFor(() => expect(world.reads).toHaveLength(1));
    world.write('new');
    await vi.advanceTimersByTimeAsync(1_000);
    await world.endRead();
    await vi.advanceTimersByTimeAsync(1_000);

    expect(known()).toBe('new');
  });

  it('knows of a file that is written as a comparison anew is about to begin', async () => {
    await world.endRead();
    world.write('new');
    followed.compareAgain();
    await vi.advanceTimersByTimeAsync(1_000);
    await world.endRead();
    await vi.advanceTimersByTimeAsync(1_000);

    expect(known()).toBe('new');
  });
});
