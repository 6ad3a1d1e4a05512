import type { ClosedValue } from '../../../kv/values/valueForm';
import type { ExpectedRevision } from '../../../kv/model/entry';

/** What a save asks the user before it writes. */
export type SaveQuestion =
  /** The key is gone: whether it shall be written again. */
  | { readonly kind: 'recreate' }
  /** The text is not what it should be; `problem` is a clause. */
  | { readonly kind: 'invalid'; readonly problem: string }
  /** The text would be stored in another encoding than UTF-8. */
  | { readonly kind: 'encoding'; readonly encoding: string };

/** What the user has said yes to while one save runs. */
export type Agreed = ReadonlySet<SaveQuestion['kind']>;

export const nothingAgreed: Agreed = new Set();

/**
 * How a save ended that did not throw. `nothing`: the server has this value already. `conflict`:
 * something is there that nobody has seen. `declined`: the user was asked, and does not want it
 * written. `refused`: it cannot be stored; `reason` is a clause. `saved` with `isUnseen`: the bucket had
 * been made again in the moment before, and what the key had there was replaced.
 */
export type SaveResult =
  | { readonly kind: 'saved'; readonly revision: number; readonly isUnseen: boolean }
  | { readonly kind: 'nothing' }
  | { readonly kind: 'conflict' }
  | { readonly kind: 'declined'; readonly why: SaveQuestion['kind'] }
  | { readonly kind: 'refused'; readonly reason: string };

/** A write that a save makes over `expected`, once what it asks has been agreed to. */
export interface Put {
  readonly kind: 'put';
  readonly expected: ExpectedRevision;
  readonly bytes: Uint8Array;
  readonly question: SaveQuestion | undefined;
}

/** What a save has to do, or how it ends without doing anything. */
export type SavePlan =
  Put | Extract<SaveResult, { readonly kind: 'nothing' | 'conflict' | 'refused' }>;

/** The plan to write what was closed over a revision, and the first question that is still open. */
export function planOf(
  closed: ClosedValue,
  expected: ExpectedRevision,
  question?: SaveQuestion,
  agreed: Agreed = nothingAgreed,
): SavePlan {
  const open = question && !agreed.has(question.kind) ? question : undefined;
  switch (closed.kind) {
    case 'value':
      return { kind: 'put', expected, bytes: closed.bytes, question: open };
    case 'viewOnly':
      return { kind: 'refused', reason: closed.reason };
    case 'invalid': {
      const { asIs: bytes, problem } = closed;
      const isAgreed = agreed.has('invalid');
      return bytes
        ? { kind: 'put', expected, bytes, question: isAgreed ? open : { kind: 'invalid', problem } }
        : { kind: 'refused', reason: problem };
    }
  }
}

/** Content that is stored just as it is. */
export function asItIs(bytes: Uint8Array): ClosedValue {
  return { kind: 'value', bytes };
}
