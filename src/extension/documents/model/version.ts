import { createHash } from 'node:crypto';
import { sameBytes } from '../../../kv/base/bytes';
import { ownHeaders } from '../../../kv/model/headers';
import { isSameMessage, stampOf, type Stamp } from '../../../kv/model/stamp';
import type { Entry, Operation, Ttl } from '../../../kv/model/entry';
import { openLike, type OpenedValue } from '../../../kv/values/valueForm';
import type { CodecEncoding } from '../../../kv/values/valueCodec';
import type { ValueView } from './valueView';

/** A key as the server had it at one revision. Revision 0 stands for a key without any message. */
export interface Version {
  readonly revision: number;
  /** Which message it is: a bucket that was made again has the same revisions. */
  readonly stamp: Stamp;
  readonly operation: Operation;
  readonly value: Uint8Array;
  /** What a document shows of the value. Made when it is first asked for. */
  readonly opened: () => OpenedValue;
  /** What `stat` says: strictly rising per key, in milliseconds since the epoch. */
  readonly mtime: number;
  /** When the server stored it; for an own write, about then. */
  readonly created: number;
  readonly ttl: Ttl | undefined;
  /** Headers that its writers gave it. */
  readonly headers: Entry['headers'];
}

/** What `stat` says of a key: undefined when there is no live value. */
export interface DocumentStat {
  readonly mtime: number;
  readonly created: number;
  /** Of what is shown. */
  readonly size: number;
  /** It can only be looked at, for it is no text or cannot be stored again. */
  readonly readOnly: boolean;
}

/**
 * The version that an entry is, after the one that was known before. `isDated`: the server said when it
 * stored it.
 */
export function versionOf(
  entry: Entry | undefined,
  previous: Version | undefined,
  view: ValueView,
  isDated = true,
): Version {
  const created = entry?.created ?? previous?.created ?? 0;
  const value = entry?.value ?? new Uint8Array();
  const revision = entry?.revision ?? 0;
  return {
    revision,
    stamp: stampFor(entry, isDated),
    operation: entry?.operation ?? goneBy(previous),
    value,
    opened: opener(value, view, entry?.headers),
    mtime: previous ? Math.max(previous.mtime + 1, created) : created,
    created,
    ttl: entry?.ttl,
    headers: entry ? ownHeaders(entry) : [],
  };
}

/** The same version, to be opened once more: how values are shown has changed. */
export function reopened(version: Version, view: ValueView): Version {
  const { value, mtime, headers } = version;
  return { ...version, opened: opener(value, view, headers), mtime: mtime + 1 };
}

/** The version as an editor has it whose text was made of `origin` and stands for it now. */
export function savedFrom(version: Version, origin: Version): Version {
  const { value, opened } = version;
  let own: OpenedValue | undefined;
  return { ...version, opened: () => (own ??= openLike(value, origin.opened()) ?? opened()) };
}

/**
 * A version as the base of a text that was made of `origin`. A codec follows the text that it made: another one,
 * or none, would store something else for it. So the text is closed as the origin is, also where the codec
 * cannot decode this version.
 */
export function inFormOf(version: Version, origin: Version | undefined): Version {
  if (!origin || codecOf(origin) === undefined) {
    return version;
  }
  let own: OpenedValue | undefined;
  const opened = () => (own ??= openLike(version.value, origin.opened()) ?? origin.opened());
  return { ...version, opened };
}

/** Whether both are one message of one bucket. One of ours may not have been dated yet. */
export function isSameVersion(a: Version | undefined, b: Version | undefined): boolean {
  return a?.stamp === b?.stamp || (a && b ? isSameMessage(a.stamp, b.stamp) : false);
}

/** Whether a version is the message that was `read`; false when none was. */
export function isMessage({ stamp }: Version, read: Stamp | undefined): boolean {
  return read !== undefined && isSameMessage(stamp, read);
}

/** The version with its time, where the server now tells that of a write of ours. */
export function datedBy(version: Version, entry: Pick<Entry, 'revision' | 'created'>): Version {
  return version.revision === entry.revision && version.stamp.created === undefined
    ? { ...version, created: entry.created, stamp: stampOf(entry) }
    : version;
}

/** What is stored with a value, without the value. `isDated`: the server said when it stored it. */
export function factsOf(
  entry: Entry,
  isDated: boolean,
): Pick<Version, 'revision' | 'created' | 'stamp' | 'ttl' | 'headers'> {
  const { revision, created, ttl } = entry;
  return { revision, created, ttl, stamp: stampFor(entry, isDated), headers: ownHeaders(entry) };
}

/** An editor's text as it is saved: with the byte order mark of the version that it came from. */
export function bytesOf(text: string, origin: Version): Uint8Array {
  const hasMark = sameBytes(origin.opened().shown.subarray(0, 3), byteOrderMark);
  return Buffer.from(hasMark ? `\ufeff${text}` : text);
}

/** True for a version that has a value. */
export function isLiveVersion(version: Version): boolean {
  return version.operation === 'PUT' && version.revision > 0;
}

/**
 * What a text is made of that is to become a key: nothing, with the TTL that its first value gets. Its
 * document can be opened and saved, though the server has no value yet.
 */
export function draftOf(view: ValueView, ttl: Ttl | undefined): Version {
  const now = Date.now();
  return {
    ...versionOf(undefined, undefined, view),
    ...{ operation: 'PUT', ttl, created: now, mtime: now },
  };
}

/** True for what `draftOf` made. */
export function isDraft(version: Version | undefined): boolean {
  return version?.operation === 'PUT' && version.revision === 0;
}

export function statOf(version: Version): DocumentStat | undefined {
  if (!isLiveVersion(version) && !isDraft(version)) {
    return undefined;
  }
  const { mtime, created } = version;
  const { form, shown, viewOnly } = version.opened();
  const readOnly = form.kind === 'binary' || viewOnly !== undefined;
  return { mtime, created, size: shown.byteLength, readOnly };
}

/** The codec that made the text of a version, if one did. */
function codecOf(version: Version): CodecEncoding | undefined {
  const last = version.opened().encodings.at(-1);
  return last?.kind === 'codec' ? last : undefined;
}

/** A digest of the text that a codec made of a version; undefined where none did. */
export function shownByCodec(version: Version): string | undefined {
  const made = codecOf(version);
  return made && createHash('sha256').update(made.inner).digest('base64');
}

function stampFor(entry: Entry | undefined, isDated: boolean): Stamp {
  return isDated ? stampOf(entry) : { revision: entry?.revision ?? 0, created: undefined };
}

const byteOrderMark = Uint8Array.of(0xef, 0xbb, 0xbf);

/** Clocks differ, and the server removes what has expired a moment later. */
const clockSlack = 5_000;

/** Why a key has no message left: what expires leaves none where the bucket keeps no markers. */
function goneBy(previous: Version | undefined): Operation {
  if (!previous || previous.operation !== 'PUT') {
    return previous?.operation ?? 'PURGE';
  }
  const { ttl, created } = previous;
  const isDue = typeof ttl === 'number' && created + ttl <= Date.now() + clockSlack;
  return isDue ? 'EXPIRED' : 'PURGE';
}

function opener(
  value: Uint8Array,
  view: ValueView,
  headers: Entry['headers'] | undefined,
): () => OpenedValue {
  let opened: OpenedValue | undefined;
  return () => (opened ??= view.open(value, headers));
}
