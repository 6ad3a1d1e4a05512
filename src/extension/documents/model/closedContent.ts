import { sameBytes } from '../../../kv/base/bytes';
import type { Stamp } from '../../../kv/model/stamp';
import type { ClosedValue } from '../../../kv/values/valueForm';
import { asItIs, planOf, type Agreed, type SavePlan } from './savePlan';
import type { ValueView } from './valueView';
import { isLiveVersion, isMessage, isSameVersion, type Version } from './version';

/** What content of a document is held against: the server's version and that of the editor's text. */
export interface Sides {
  readonly view: ValueView;
  readonly latest: Version;
  readonly base: Version | undefined;
}

/** What an editor's save would do, and may do. */
export interface SaveTerms {
  readonly agreed: Agreed;
  /** The version that the user has seen, the only one that is replaced. */
  readonly seen: Version | undefined;
  /** The text is to become a key, which the server does not have. */
  readonly isNew: boolean;
}

/** What a save of an editor's content does, as far as it has been agreed to. */
export function planEditorSave(
  sides: Sides,
  content: Uint8Array,
  { agreed, seen, isNew }: SaveTerms,
): SavePlan {
  const { latest } = sides;
  const isLive = isLiveVersion(latest);
  const closed = agreed.has('encoding') ? asItIs(content) : close(sides, content);
  if (isLive && isLatest(sides, content, closed)) {
    return { kind: 'nothing' };
  }
  if (isLive && !isSameVersion(seen, latest)) {
    return { kind: 'conflict' };
  }
  const question = isLive || isNew ? undefined : ({ kind: 'recreate' } as const);
  return planOf(closed, latest.revision, question, agreed);
}

/**
 * What the content of another writer would do, who was `served` some versions and `read` one of them
 * last; none when nothing has read the key yet.
 */
export function planForeignWrite(
  { view, latest }: Sides,
  served: readonly Version[],
  content: Uint8Array,
  read: Stamp | undefined,
): SavePlan {
  const isRead = (version: Version): boolean => isMessage(version, read);
  const origin = [latest, ...served].find(isRead) ?? latest;
  const closed = view.close(content, origin.opened(), true);
  if (isValueOf(latest, closed)) {
    return { kind: 'nothing' };
  }
  return !read || isRead(latest) || !isLiveVersion(latest)
    ? planOf(closed, latest.revision)
    : { kind: 'conflict' };
}

/** Whether an editor's content is what the server has, as a save would store it or but for white space. */
export function isLatest(
  sides: Sides,
  content: Uint8Array,
  closed: ClosedValue = close(sides, content),
): boolean {
  const { view, latest, base } = sides;
  return (
    isValueOf(latest, closed) ||
    (!isSameVersion(base, latest) && isValueOf(latest, view.close(content, latest.opened())))
  );
}

/** Whether it is the value that a version has. */
export function isValueOf(version: Version, closed: ClosedValue): boolean {
  return (
    isLiveVersion(version) && closed.kind === 'value' && sameBytes(closed.bytes, version.value)
  );
}

/** What to store for an editor's content: it was made of the base. */
function close({ view, latest, base }: Sides, content: Uint8Array): ClosedValue {
  return view.close(content, (base ?? latest).opened());
}
