import { performance } from 'node:perf_hooks';

const tickMs = 5;

/** Starts watching the event loop; the function returned tells its longest stall in milliseconds. */
export function measureStalls(): () => number {
  let last = performance.now();
  let longest = 0;
  const look = () => {
    const now = performance.now();
    longest = Math.max(longest, now - last - tickMs);
    last = now;
  };
  const timer = setInterval(look, tickMs);
  return () => {
    clearInterval(timer);
    look();
    return longest;
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
