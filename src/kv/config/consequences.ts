import type { KeyInfo } from '../model/entry';
import { isLive } from '../model/entry';
import type { ServerHabits } from './since';
import { fieldNamed } from './fields';
import { durationOf, limitOf } from './fieldValues';
import { valueIn, type BucketValues, type FieldChange } from './bucketDocument';

/** What a bucket holds, as far as it is known without and with reading it. */
export interface Holdings {
  /** Messages, keys at most, bytes: of the status. */
  readonly values: number;
  readonly subjects: number;
  readonly size: number;
  /** When the oldest message was stored, in milliseconds since the epoch; undefined when there is none. */
  readonly firstTime: number | undefined;
  /** The server's time. */
  readonly now: number;
  /** Every message without its value, by revision; undefined where they have not been read. */
  readonly messages: readonly KeyInfo[] | undefined;
  readonly habits: ServerHabits;
}

/** A number that was counted, or the most that it can be. */
interface Count {
  readonly number: number;
  readonly isExact: boolean;
}

/** What a server does because of a change, or does not do any more. */
export type Consequence =
  /** Revisions go for good; `keys` are those that lose any, undefined where it was not counted. */
  | {
      readonly kind: 'historyGoes';
      readonly revisions: Count;
      readonly keys: number | undefined;
      /** Not at once, but when a key is written. */
      readonly isLater: boolean;
    }
  /** Messages are older than the new TTL; `keys` have a value now and none then. */
  | { readonly kind: 'expire'; readonly messages: Count; readonly keys: number | undefined }
  /** The oldest messages go, since there are more than the limit. */
  | { readonly kind: 'oldestGo'; readonly messages: Count }
  /** About so many bytes of the oldest messages go. */
  | { readonly kind: 'oldestBytesGo'; readonly bytes: number }
  /** Nothing goes, and nothing more can be written until there is less. */
  | { readonly kind: 'full'; readonly field: 'maxBytes' | 'maxMessages'; readonly over: number }
  /** Values that are larger than the new limit stay, and cannot be saved again at their size. */
  | { readonly kind: 'tooLarge'; readonly values: number | undefined }
  | { readonly kind: 'copies'; readonly from: number; readonly to: number }
  /** It cannot be undone. */
  | { readonly kind: 'final'; readonly field: string }
  | { readonly kind: 'sealed' }
  | { readonly kind: 'promoted' }
  | { readonly kind: 'unanswered' }
  | { readonly kind: 'duplicateWindow' }
  | {
      readonly kind: 'note';
      readonly about:
        | 'compression'
        | 'placement'
        | 'sources'
        | 'subjects'
        | 'directReads'
        | 'retention'
        | 'discard';
    };

/** What happens when the changes are made, the losses first. */
export function consequencesOf(
  bucket: string,
  before: BucketValues,
  after: BucketValues,
  changes: readonly FieldChange[],
  holdings: Holdings,
): Consequence[] {
  const get = (name: string, values = after): unknown => valueNamed(name, bucket, values);
  const changed = new Set(changes.map(({ name }) => name));
  const stages = stagesOf(bucket, before, after, holdings);
  const isOldDiscarded = get('discard') === 'old' || holdings.habits.dropsOldest;
  const over = (field: 'maxBytes' | 'maxMessages') =>
    changed.has(field) || changed.has('discard')
      ? fullOf(field, limitOf(get(field)), isOldDiscarded, holdings)
      : [];
  const limits = [
    ...over('maxMessages'),
    ...over('maxBytes'),
    ...(changed.has('history')
      ? historyGoes(limitOf(get('history', before)), limitOf(get('history')), holdings, stages)
      : []),
    ...(changed.has('ttl') ? expires(get('ttl', before), get('ttl'), holdings, stages) : []),
    ...(changed.has('maxValueSize')
      ? tooLarge(limitOf(get('maxValueSize', before)), limitOf(get('maxValueSize')), holdings)
      : []),
  ];
  return [...limits, ...changes.flatMap((change) => otherConsequences(change, changed))];
}

/** Whether something goes that no undo brings back. */
export function isLoss({ kind }: Consequence): boolean {
  return ['historyGoes', 'expire', 'oldestGo', 'oldestBytesGo', 'sealed'].includes(kind);
}

/** The messages that are there right after a change; undefined where they have not been read. */
export function keptAfter(
  bucket: string,
  before: BucketValues,
  after: BucketValues,
  holdings: Holdings,
): readonly KeyInfo[] | undefined {
  return stagesOf(bucket, before, after, holdings)?.young;
}

/** What is left after each step of the server, in its order. */
interface Stages {
  /** No more than all keys together may have, where the oldest make room. */
  readonly few: readonly KeyInfo[];
  /** Of each key no more than the history keeps. */
  readonly recent: readonly KeyInfo[];
  /** The same, as far as the server does it at once. */
  readonly there: readonly KeyInfo[];
  /** None older than the TTL, unless its own one never ends (server 2.11). */
  readonly young: readonly KeyInfo[];
}

function stagesOf(
  bucket: string,
  before: BucketValues,
  after: BucketValues,
  { messages, now, habits }: Holdings,
): Stages | undefined {
  if (!messages) {
    return undefined;
  }
  const get = (name: string, values = after): unknown => valueNamed(name, bucket, values);
  const isOldDiscarded = get('discard') === 'old' || habits.dropsOldest;
  const most = isOldDiscarded ? limitOf(get('maxMessages')) : Infinity;
  const few = messages.slice(Math.max(0, messages.length - most));
  const history = limitOf(get('history'));
  const was = limitOf(get('history', before));
  const recent = history < was ? inHistory(few, history) : few;
  const there = was === Infinity && habits.trimsLater ? few : recent;
  const ttl = millisecondsOf(get('ttl'));
  const isShorter = ttl > 0 && ttl < (millisecondsOf(get('ttl', before)) || Infinity);
  const young = there.filter(
    (message) => !isShorter || message.ttl === 'never' || now - message.created < ttl,
  );
  return { few, recent, there, young };
}

function valueNamed(name: string, bucket: string, values: BucketValues): unknown {
  const field = fieldNamed(name);
  return field && valueIn(field, bucket, values);
}

function millisecondsOf(duration: unknown): number {
  return Number(durationOf(duration)) / 1e6;
}

function inHistory(messages: readonly KeyInfo[], history: number): readonly KeyInfo[] {
  const seen = new Map<string, number>();
  return messages
    .toReversed()
    .filter(({ key }) => {
      const count = (seen.get(key) ?? 0) + 1;
      seen.set(key, count);
      return count <= history;
    })
    .toReversed();
}

function historyGoes(
  before: number,
  after: number,
  { values, subjects, habits }: Holdings,
  stages: Stages | undefined,
): Consequence[] {
  if (after >= before) {
    return [];
  }
  const isLater = before === Infinity && habits.trimsLater;
  if (!stages) {
    // Of each key one revision stays at least.
    const number = values - subjects;
    return number > 0
      ? [{ kind: 'historyGoes', revisions: { number, isExact: false }, keys: undefined, isLater }]
      : [];
  }
  const kept = new Set(stages.recent);
  const gone = stages.few.filter((message) => !kept.has(message));
  const keys = new Set(gone.map(({ key }) => key)).size;
  const revisions = { number: gone.length, isExact: true };
  return gone.length > 0 ? [{ kind: 'historyGoes', revisions, keys, isLater }] : [];
}

function expires(
  before: unknown,
  after: unknown,
  { now, firstTime, values }: Holdings,
  stages: Stages | undefined,
): Consequence[] {
  const ttl = millisecondsOf(after);
  const isAnyOlder = firstTime !== undefined && now - firstTime >= ttl;
  if (ttl === 0 || ttl >= (millisecondsOf(before) || Infinity) || !isAnyOlder) {
    return [];
  }
  if (!stages) {
    return [{ kind: 'expire', messages: { number: values, isExact: false }, keys: undefined }];
  }
  const { there, young } = stages;
  const left = liveKeys(young);
  const keys = [...liveKeys(there)].filter((key) => !left.has(key)).length;
  const number = there.length - young.length;
  return number > 0 ? [{ kind: 'expire', messages: { number, isExact: true }, keys }] : [];
}

function liveKeys(messages: readonly KeyInfo[]): ReadonlySet<string> {
  const last = new Map(messages.map((message) => [message.key, message]));
  return new Set([...last.values()].filter(isLive).map(({ key }) => key));
}

function fullOf(
  field: 'maxBytes' | 'maxMessages',
  limit: number,
  isOldDiscarded: boolean,
  { values, size }: Holdings,
): Consequence[] {
  const over = (field === 'maxBytes' ? size : values) - limit;
  if (over <= 0) {
    return [];
  }
  if (!isOldDiscarded) {
    return [{ kind: 'full', field, over }];
  }
  return field === 'maxBytes'
    ? [{ kind: 'oldestBytesGo', bytes: over }]
    : [{ kind: 'oldestGo', messages: { number: over, isExact: true } }];
}

function tooLarge(before: number, after: number, { messages }: Holdings): Consequence[] {
  if (after >= before) {
    return [];
  }
  if (!messages) {
    return [{ kind: 'tooLarge', values: undefined }];
  }
  const last = new Map(messages.map((message) => [message.key, message]));
  const values = [...last.values()].filter((each) => isLive(each) && each.size > after).length;
  return values > 0 ? [{ kind: 'tooLarge', values }] : [];
}

function otherConsequences(
  { name, before, after }: FieldChange,
  changed: ReadonlySet<string>,
): Consequence[] {
  switch (name) {
    case 'replicas':
      return [{ kind: 'copies', from: Number(before), to: Number(after) }];
    case 'sealed':
      return [{ kind: 'sealed' }];
    case 'mirror':
      return [{ kind: 'promoted' }];
    case 'unacknowledged':
      return after === true ? [{ kind: 'unanswered' }] : [];
    case 'duplicateWindow':
      return changed.has('ttl') ? [{ kind: 'duplicateWindow' }] : [];
    case 'keyTtls':
    case 'denyDelete':
    case 'denyPurge':
    case 'schedules':
      return [{ kind: 'final', field: name }];
    case 'compression':
    case 'placement':
    case 'sources':
    case 'subjects':
    case 'directReads':
    case 'retention':
    case 'discard':
      return [{ kind: 'note', about: name }];
    default:
      return [];
  }
}
