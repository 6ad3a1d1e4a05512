import type { ExpectedRevision } from '../../../kv/model/entry';
import type { ViewOnly } from '../../../kv/values/encoded';
import type { JsonProblem } from '../../../kv/values/scanJson';
import type { ClosedValue } from '../../../kv/values/valueForm';

/**
 * What a save has to do. `nothing`: the server has this value already. `put`: write `bytes`, replacing
 * `expected` only. `conflict`: `latest` is there and nobody has seen it. `deleted`: the key is gone,
 * ask before `bytes` are written over the marker `expected`. `invalid`: it is no longer JSON; ask
 * before it is stored as it is. `viewOnly`: it cannot be stored.
 */
export type SavePlan =
  | { readonly kind: 'nothing' | 'conflict' }
  | {
      readonly kind: 'put' | 'deleted';
      readonly expected: ExpectedRevision;
      readonly bytes: Uint8Array;
    }
  | (JsonProblem & { readonly asIs: Uint8Array | undefined })
  | ViewOnly;

/** The plan to write what was closed over a revision. `asIs`: the user wants it stored, JSON or not. */
export function planOf(
  closed: ClosedValue,
  kind: 'put' | 'deleted',
  expected: ExpectedRevision,
  asIs = false,
): SavePlan {
  if (closed.kind === 'value') {
    return { kind, expected, bytes: closed.bytes };
  }
  const bytes = asIs && closed.kind === 'invalid' ? closed.asIs : undefined;
  return bytes ? { kind, expected, bytes } : closed;
}
