import type { Context, Test } from 'mocha';

/** Skips the test that runs; the closing lines of a run tell the reason. */
export function skipBecause(reason: string, context: Context): never {
  Object.assign(context.test ?? {}, { skipReason: reason });
  return context.skip();
}

/** What `skipBecause` was told; a bundle of its own asks, so the test carries it. */
export function skipReasonOf(test: Test): string | undefined {
  return (test as { skipReason?: string }).skipReason;
}
