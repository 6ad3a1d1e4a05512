import * as vscode from 'vscode';
import { commandIds } from '../../extension/contributions';
import type { Event } from '../../kv/base/event';
import type { Entry, Ttl } from '../../kv/model/entry';
import { expiryText, shownAge, ttlText as shortTtl } from '../format/age';
import { formatClock, formatDuration, formatSize, formatTime } from '../format/format';
import { headerCount, headerLines } from '../format/headers';

/** How an editor shows a value: the encodings taken off it, from the outermost, and what is inside. */
export interface ShownAs {
  readonly encodings: readonly (
    'base64' | 'gzip' | 'zlib' | 'cbor' | 'messagePack' | { readonly label: string }
  )[];
  readonly kind: 'formatted' | 'text' | 'binary' | 'raw' | 'hex';
}

/** What the status items show of a document. */
export interface EditorFacts {
  /** The revision that the text came from; undefined when it is not known. */
  readonly base: number | undefined;
  /** `size` is of the stored value. */
  readonly latest: { readonly revision: number; readonly created: number; readonly size: number };
  /** Why the key has no value on the server, if so; `new`: the text is to become its first. */
  readonly missing: 'deleted' | 'expired' | 'new' | undefined;
  /** The text is unsaved and was made from another revision than the latest. */
  readonly conflict: boolean;
  /** The revision that the unsaved text was merged with; undefined for any other text. */
  readonly mergedWith: number | undefined;
  /** How long the first value of a key lives that is not stored yet; undefined for no TTL of its own. */
  readonly newTtl: Ttl | undefined;
  /** Since when it may have changed unseen (milliseconds since the epoch), and why, as a clause. */
  readonly stale: { readonly since: number; readonly reason: string } | undefined;
  readonly shownAs: ShownAs;
  /** Why no key of its bucket can be written, if so. */
  readonly readOnly:
    | { readonly kind: 'locked' | 'counter' }
    | { readonly kind: 'mirror'; readonly of: string }
    | undefined;
  /** Why this value can only be looked at, as a clause. */
  readonly viewOnly: string | undefined;
  /** Why it is not shown as its codec would have it, if so; a clause. */
  readonly undecodable?: string | undefined;
  /** The label of its connection's environment. */
  readonly environment: string | undefined;
  /** Where it is, in words: the connection and its environment. */
  readonly place: string;
  /** When the value goes, in milliseconds since the epoch; undefined when never. */
  readonly expiresAt: number | undefined;
  /** Those that its writer gave the value that is on the server. */
  readonly headers: Entry['headers'];
}

/** Where the facts come from; URIs as text. */
export interface EditorFactsSource {
  facts(uri: string): EditorFacts | undefined;
  /** Since when a document that is open could not be read, and why, as a clause; see `facts`. */
  unread(uri: string): EditorFacts['stale'];
  readonly onDidChangeFacts: Event<string>;
}

/** What one status item shows; there is none when it has no text. */
export interface StatusText {
  readonly text: string;
  readonly detail?: string;
  readonly warning?: boolean;
  readonly command?: vscode.Command;
}

/** What there is to say of a document, by the matter. */
export type StatusTexts = Partial<
  Record<
    'key' | 'compare' | 'merge' | 'revert' | 'shown' | 'ttl' | 'headers' | 'readOnly',
    StatusText
  >
>;

/** What there is to say of a document at a moment. */
export function statusTexts(
  facts: EditorFacts | undefined,
  now: number,
  unread?: EditorFacts['stale'],
): StatusTexts {
  if (!facts) {
    return {
      key: unread
        ? { text: unreadText(unread), warning: true }
        : { text: vscode.l10n.t('not read from the server yet') },
    };
  }
  return {
    key: keyText(facts, now),
    ...(facts.missing === undefined && {
      shown: shownText(facts),
      ...ttlText(facts, now),
      ...headersText(facts),
    }),
    ...readOnlyText(facts),
    ...(facts.conflict && facts.missing === undefined && conflictTexts()),
  };
}

/** The facts of a document on one line, for the status bar, which tells the environment elsewhere. */
export function statusLine(facts: EditorFacts, now: number): string {
  const { ttl, readOnly } = statusTexts(facts, now);
  const { expiresAt } = facts;
  const left = ttl && expiresAt !== undefined ? shortTtl(expiresAt, now) : undefined;
  const parts = [...describe(facts, now), left, readOnly?.text, facts.undecodable];
  return parts.filter((part) => part !== undefined).join(' · ');
}

/** What is said of a text of which nobody knows what the server has. */
export function unreadText({ since, reason }: NonNullable<EditorFacts['stale']>): string {
  return vscode.l10n.t('not read since {0}: {1}', formatClock(since), reason);
}

/** Whether something became of the key that its editor does not show, or may have. */
export function needsLook({ conflict, missing, stale }: EditorFacts): boolean {
  const isLost = missing !== undefined && missing !== 'new';
  return conflict || isLost || stale !== undefined;
}

/** A TTL in words, one of a value that outlives its bucket's as well. */
export function ttlName(ttl: Ttl): string {
  return ttl === 'never' ? vscode.l10n.t('never') : formatDuration(ttl);
}

/** Whether the text is the result of a merge that nobody has stored yet, and can be. */
export function isMerged({ mergedWith, conflict, missing }: EditorFacts): boolean {
  return mergedWith !== undefined && !conflict && missing === undefined;
}

function keyText(facts: EditorFacts, now: number): StatusText {
  const text = [facts.environment?.toUpperCase(), ...describe(facts, now)];
  return {
    text: text.filter((part) => part !== undefined).join(' · '),
    detail: facts.missing === undefined ? formatTime(facts.latest.created) : '',
    warning: needsLook(facts),
    command:
      facts.missing === 'new' || isMerged(facts)
        ? { command: 'workbench.action.files.save', title: vscode.l10n.t('Save') }
        : { command: commandIds.historyShow, title: vscode.l10n.t('History') },
  };
}

function describe(facts: EditorFacts, now: number): string[] {
  const { stale } = facts;
  const told = describeValue(facts, now);
  return stale
    ? [vscode.l10n.t('stale since {0}: {1}', formatClock(stale.since), stale.reason), ...told]
    : told;
}

function describeValue(facts: EditorFacts, now: number): string[] {
  const { base, latest, missing, conflict, mergedWith, newTtl } = facts;
  if (missing === 'new') {
    const ttl = newTtl === undefined ? [] : [vscode.l10n.t('ttl {0}', ttlName(newTtl))];
    return [vscode.l10n.t('new, not stored yet'), ...ttl];
  }
  if (missing === 'expired') {
    return [vscode.l10n.t('expired on the server')];
  }
  if (missing === 'deleted') {
    return [
      latest.revision > 0
        ? vscode.l10n.t('deleted on the server (r{0})', latest.revision)
        : vscode.l10n.t('no longer on the server'),
    ];
  }
  if (conflict) {
    const text =
      base === undefined
        ? vscode.l10n.t('on the server: r{0}', latest.revision)
        : vscode.l10n.t('changed on the server: r{0} -> r{1}', base, latest.revision);
    return [text, shownAge(latest.created, now)];
  }
  if (mergedWith !== undefined) {
    return [vscode.l10n.t('merged with r{0}, not stored yet', mergedWith)];
  }
  return [`r${base ?? latest.revision}`, shownAge(latest.created, now), formatSize(latest.size)];
}

function shownText({ shownAs, undecodable }: EditorFacts): StatusText {
  const { encodings, kind } = shownAs;
  const isRaw = kind === 'raw' || kind === 'hex';
  const isPlain = kind === 'text' && encodings.length === 0;
  const kinds = {
    formatted: vscode.l10n.t('formatted'),
    text: vscode.l10n.t('text'),
    binary: vscode.l10n.t('binary'),
    raw: vscode.l10n.t('raw'),
    hex: vscode.l10n.t('hex'),
  };
  const names = encodings.map((each) =>
    typeof each === 'string' ? encodingNames[each] : each.label,
  );
  const text = [...names, kinds[kind]].join(' › ');
  const command = isRaw
    ? { command: commandIds.editorOpenFormatted, title: vscode.l10n.t('Open Formatted') }
    : isPlain
      ? { command: commandIds.editorDecode, title: vscode.l10n.t('Decode') }
      : { command: commandIds.editorOpenRaw, title: vscode.l10n.t('Open Raw') };
  return undecodable === undefined
    ? { text, command }
    : { text: undecodable, detail: text, warning: true, command };
}

const encodingNames = {
  base64: 'base64',
  gzip: 'gzip',
  zlib: 'zlib',
  cbor: 'CBOR',
  messagePack: 'MessagePack',
} as const;

function ttlText({ expiresAt }: EditorFacts, now: number): StatusTexts {
  if (expiresAt === undefined) {
    return {};
  }
  const text = expiryText(expiresAt, now);
  const command = { command: commandIds.editorChangeTtl, title: vscode.l10n.t('Change TTL…') };
  return { ttl: { text, detail: formatTime(expiresAt), command } };
}

function headersText({ headers }: EditorFacts): StatusTexts {
  if (headers.length === 0) {
    return {};
  }
  const command = { command: commandIds.editorEditHeaders, title: vscode.l10n.t('Edit Headers…') };
  const detail = headerLines(headers).join('; ');
  return { headers: { text: headerCount(headers), detail, command } };
}

function readOnlyText({ readOnly, viewOnly }: EditorFacts): StatusTexts {
  switch (readOnly?.kind) {
    case 'locked':
      return {
        readOnly: {
          text: vscode.l10n.t('read-only'),
          detail: vscode.l10n.t('the connection is read-only'),
          command: { command: commandIds.connectionUnlock, title: vscode.l10n.t('Unlock Writes') },
        },
      };
    case 'mirror':
      return {
        readOnly: {
          text: vscode.l10n.t('read-only'),
          detail: vscode.l10n.t('the bucket is a mirror of {0}', readOnly.of),
        },
      };
    case 'counter':
      return {
        readOnly: {
          text: vscode.l10n.t('read-only'),
          detail: vscode.l10n.t('the bucket holds counters'),
        },
      };
    case undefined:
      return viewOnly === undefined
        ? {}
        : { readOnly: { text: vscode.l10n.t('read-only'), detail: viewOnly } };
  }
}

function conflictTexts(): StatusTexts {
  return {
    compare: {
      text: vscode.l10n.t('your text is kept'),
      warning: true,
      command: { command: commandIds.editorCompare, title: vscode.l10n.t('Compare') },
    },
    merge: {
      text: vscode.l10n.t('or put both together'),
      warning: true,
      command: { command: commandIds.editorMerge, title: vscode.l10n.t('Merge') },
    },
    revert: {
      text: vscode.l10n.t('or take what the server has'),
      warning: true,
      command: { command: commandIds.editorRevert, title: vscode.l10n.t("Take Server's") },
    },
  };
}
