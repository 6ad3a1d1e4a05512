import type { Disposable } from '../../kv/base/event';

/** All ages and times left that are in sight are told of the same moments, so many milliseconds apart. */
const tickMs = 5_000;

/** The last moment that ages are told of: whatever shows one at any time up to the next shows the same. */
export function tickOf(now: number): number {
  return now - (now % tickMs);
}

/** The first such moment that is not before a time. */
export function tickFrom(at: number): number {
  return tickOf(at + tickMs - 1);
}

/** Runs at each of these moments until it is disposed. */
export function everyTick(run: () => void): Disposable {
  let timer: ReturnType<typeof setTimeout>;
  const wait = (): void => {
    timer = setTimeout(turn, tickMs - (Date.now() % tickMs));
  };
  const turn = (): void => {
    wait();
    run();
  };
  wait();
  return { dispose: () => clearTimeout(timer) };
}
