import { describe, it } from 'vitest';
import { canMakeCertificates } from './certificates';

declare module 'vitest' {
  interface TaskMeta {
    /** Why it is skipped, which the closing lines of a run tell. */
    skipped?: string;
  }
}

/**
 * `describe` of tests that are skipped where they are not possible. `reason` says what is missing there: a
 * test that is skipped without one fails the run.
 */
export function describeWhere(isPossible: boolean, reason: string) {
  return (name: string, tests: () => void) =>
    describe(name, optionsWhere(isPossible, reason), tests);
}

/** `it` in the same way. */
export function itWhere(isPossible: boolean, reason: string) {
  return (name: string, test: () => Promise<void>) =>
    it(name, optionsWhere(isPossible, reason), test);
}

function optionsWhere(isPossible: boolean, reason: string) {
  return isPossible ? {} : { skip: true, meta: { skipped: reason } };
}

const noOpenssl = 'openssl is not here';

export const describeWithOpenssl = describeWhere(canMakeCertificates, noOpenssl);
export const itWithOpenssl = itWhere(canMakeCertificates, noOpenssl);
