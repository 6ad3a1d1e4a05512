import { performance } from 'node:perf_hooks';

const tickMs = 5;

/** The longest that one turn of the event loop took, in milliseconds. */
export interface Stall {
  /** Until the next turn came, whatever the thread waited for. */
  readonly stallMs: number;
  /** Of the processor's time alone: what other programs took away is not in it. NaN where Node cannot tell. */
  readonly busyMs: number;
}

/** Starts watching the event loop; the function returned ends that and tells its longest stall. */
export function measureTurns(): () => Stall {
  let last = performance.now();
  let lastBusy = busyTime();
  let stallMs = 0;
  let busyMs = 0;
  const look = () => {
    const now = performance.now();
    const busy = busyTime();
    stallMs = Math.max(stallMs, now - last - tickMs);
    busyMs = Math.max(busyMs, busy - lastBusy);
    last = now;
    lastBusy = busy;
  };
  const timer = setInterval(look, tickMs);
  return () => {
    clearInterval(timer);
    look();
    return { stallMs, busyMs };
  };
}

/** As `measureTurns`, of which it tells the stall alone. */
export function measureStalls(): () => number {
  const end = measureTurns();
  return () => end().stallMs;
}

/** Processor time of this thread in milliseconds; Node 23.9 is the first to tell. */
function busyTime(): number {
  const { threadCpuUsage } = process as { threadCpuUsage?: () => NodeJS.CpuUsage };
  const { user, system } = threadCpuUsage?.call(process) ?? { user: NaN, system: 0 };
  return (user + system) / 1000;
}

/** Starts counting this process's processor time, that of all threads; the function returned tells it in ms. */
export function measureCpu(): () => number {
  const begun = process.cpuUsage();
  return () => {
    const { user, system } = process.cpuUsage(begun);
    return (user + system) / 1000;
  };
}

/** Bytes that are in use once all garbage is gone: the heap, and what typed arrays hold outside it. */
export function bytesInUse(): number {
  if (!globalThis.gc) {
    throw new Error('Memory is measured under --expose-gc.');
  }
  globalThis.gc();
  globalThis.gc();
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return heapUsed + arrayBuffers;
}

/** More than any turn may take; what other programs take away is not counted. */
const maxBusyMs = 1000;

/** Whether no turn of the event loop took too much of the processor, where Node can tell. */
export function isWithinTurn({ busyMs }: Stall): boolean {
  return Number.isNaN(busyMs) || busyMs <= maxBusyMs;
}
