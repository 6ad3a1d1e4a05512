import { t } from '../base/l10n';
import type { Entry } from '../model/entry';
import { KvError, messageOf } from '../model/errors';
import { isFolderPath } from '../transfer/formats/folderSource';
import { problemOf } from '../transfer/formats/entryJson';
import { decodeUtf8 } from '../base/bytes';

/** Keeps what the files of a folder cannot; there only where something needs it. */
export const extrasName = '.natskv-sync.json';

/** What a value has besides its bytes. */
export interface ValueFacts {
  readonly headers: Entry['headers'];
  readonly ttl: Entry['ttl'];
}

/** What the file of a key does not tell. */
export interface Extras extends Partial<ValueFacts> {
  /** Its path, where the key does not give it. */
  readonly file?: string;
}

export type AllExtras = ReadonlyMap<string, Extras>;

export const noFacts: ValueFacts = { headers: [], ttl: undefined };

/** The names and lines by their keys, sorted, so that versions of it can be compared. Empty for nothing. */
export function extrasText(all: AllExtras): string {
  const lines = [...all]
    .map(([key, { file, headers = [], ttl }]) => ({
      key,
      kept: {
        ...(file !== undefined && { file }),
        ...(headers.length > 0 && { headers }),
        ...(ttl !== undefined && { ttl }),
      },
    }))
    .filter(({ kept }) => Object.keys(kept).length > 0)
    .sort((a, b) => (a.key < b.key ? -1 : 1))
    .map(({ key, kept }) => `  ${JSON.stringify(key)}: ${JSON.stringify(kept)}`);
  return lines.length === 0 ? '' : `{\n${lines.join(',\n')}\n}\n`;
}

/** Reads it. Throws `invalidConfig` for what it cannot be. */
export function parseExtras(bytes: Uint8Array): Map<string, Extras> {
  const json = parsed(bytes);
  const all = new Map<string, Extras>();
  for (const [key, extras] of Object.entries(json)) {
    if (typeof extras !== 'object' || extras === null || Array.isArray(extras)) {
      throw unreadable(t('"{0}" is no object', key));
    }
    const { file, headers, ttl } = extras as Extras;
    const problem = problemOf({ key, headers, ttl });
    if (problem !== undefined) {
      throw unreadable(t('{0} at "{1}"', problem, key));
    }
    if (file !== undefined && !isFolderPath(file)) {
      throw unreadable(t('"file" at "{0}" is no path in this folder', key));
    }
    all.set(key, extras as Extras);
  }
  return all;
}

export function factsOf({ headers = [], ttl }: Extras = {}): ValueFacts {
  return { headers, ttl };
}

/** Servers count whole seconds. */
export function isSameFacts(a: ValueFacts, b: ValueFacts): boolean {
  return (
    JSON.stringify(a.headers) === JSON.stringify(b.headers) && secondsOf(a.ttl) === secondsOf(b.ttl)
  );
}

function secondsOf(ttl: Entry['ttl']): number | string | undefined {
  return typeof ttl === 'number' ? Math.max(1, Math.ceil(ttl / 1000)) : ttl;
}

function parsed(bytes: Uint8Array): object {
  try {
    const json: unknown = JSON.parse(decodeUtf8(bytes) ?? '');
    if (typeof json === 'object' && json !== null && !Array.isArray(json)) {
      return json;
    }
  } catch (error) {
    throw unreadable(messageOf(error));
  }
  throw unreadable(t('an object is expected'));
}

function unreadable(reason: string): KvError {
  return new KvError('invalidConfig', t('{0} cannot be read: {1}', extrasName, reason));
}
