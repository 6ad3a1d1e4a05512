import type { EditorFacts } from '../../src/views/status/statusTexts';

/** The facts of a key that is open just as it is stored, but for what a test says of it. */
export function editorFacts(more: Partial<EditorFacts> = {}): EditorFacts {
  return {
    base: 1,
    latest: { revision: 1, created: 0, size: 1 },
    missing: undefined,
    conflict: false,
    mergedWith: undefined,
    newTtl: undefined,
    stale: undefined,
    shownAs: { encodings: [], kind: 'formatted' },
    readOnly: undefined,
    viewOnly: undefined,
    environment: undefined,
    place: 'local',
    expiresAt: undefined,
    headers: [],
    ...more,
  };
}
