import type { Background } from '../../src/kv/base/background';

/** Fails the run with what failed where nobody waited for it. */
export const inBackground: Background = (_, work) => {
  work.then(undefined, (error: unknown) =>
    queueMicrotask(() => {
      throw error;
    }),
  );
};
