import { t } from '../base/l10n';
import { keyPatternProblem } from '../keys/keyPattern';
import { bucketNameProblem, keyProblem } from '../model/key';

/** How a file and a value are compared: JSON by what it says, or everything byte by byte. */
export type SyncCompare = 'meaning' | 'bytes';

/** A bucket, or the keys of a prefix, and the folder whose files hold their values. */
export interface SyncPair {
  /** The id or the name of a connection, as the setting has it. */
  readonly connection: string;
  readonly bucket: string;
  /** What the keys begin with and their files are without, its final dot included; `''` for all keys. */
  readonly prefix: string;
  /** Below the folder that it is relative to, with `/` and nothing that leads out. */
  readonly folder: string;
  readonly compare: SyncCompare;
  /** Patterns of keys that are left out, without the prefix. */
  readonly ignore: readonly string[];
}

/** Why an entry is no pair, as a clause, and the field that it is about. */
export interface PairProblem {
  readonly field: string | undefined;
  readonly reason: string;
}

const fields = ['connection', 'bucket', 'prefix', 'folder', 'compare', 'ignore'];

/** Reads one entry of the setting. */
export function parsePair(entry: unknown): SyncPair | PairProblem {
  if (typeof entry !== 'object' || entry === null || Array.isArray(entry)) {
    return problem(undefined, t('an object with connection, bucket and folder is expected'));
  }
  const given = entry as Readonly<Record<string, unknown>>;
  const unknown = Object.keys(given).find((field) => !fields.includes(field));
  if (unknown !== undefined) {
    return problem(unknown, t('"{0}" is no field of a pair', unknown));
  }
  const { connection, bucket, prefix = '', folder, compare = 'meaning', ignore = [] } = given;
  if (typeof connection !== 'string' || connection.trim() === '') {
    return problem('connection', t('the name of a connection is missing'));
  }
  if (typeof bucket !== 'string' || bucketNameProblem(bucket) !== undefined) {
    const reason = typeof bucket === 'string' ? bucketNameProblem(bucket) : undefined;
    return problem('bucket', reason ?? t('the name of a bucket is missing'));
  }
  const keys = prefixOf(prefix);
  if (keys === undefined) {
    return problem('prefix', t('the prefix is none of a key: such as "web" or "web.limits"'));
  }
  const path = typeof folder === 'string' ? folderOf(folder) : undefined;
  if (path === undefined) {
    return problem('folder', t('a folder inside of the workspace is needed, as a relative path'));
  }
  if (compare !== 'meaning' && compare !== 'bytes') {
    return problem('compare', t('"meaning" or "bytes" is expected'));
  }
  const ignored = ignoredOf(ignore);
  return 'reason' in ignored
    ? ignored
    : {
        ...{ connection: connection.trim(), bucket, prefix: keys },
        ...{ folder: path, compare, ignore: ignored.patterns },
      };
}

/** Why a pair cannot be there beside another one, as a clause. */
export function overlapOf(
  pair: SyncPair,
  other: SyncPair,
  place: { readonly isOneRoot: boolean; readonly isOneConnection: boolean },
): PairProblem | undefined {
  const [a, b] = [pair, other].map(({ folder }) => `${folder.toLowerCase().normalize('NFC')}/`);
  if (place.isOneRoot && a !== undefined && b !== undefined && isNested(a, b)) {
    return problem('folder', t('its folder overlaps with "{0}" of another pair', other.folder));
  }
  return place.isOneConnection &&
    pair.bucket === other.bucket &&
    isNested(pair.prefix, other.prefix)
    ? problem(
        'bucket',
        t('its keys are also those of "{0}", the folder of another pair', other.folder),
      )
    : undefined;
}

function isNested(a: string, b: string): boolean {
  return a.startsWith(b) || b.startsWith(a);
}

function prefixOf(prefix: unknown): string | undefined {
  if (typeof prefix !== 'string') {
    return undefined;
  }
  const dotted = prefix === '' || prefix.endsWith('.') ? prefix : `${prefix}.`;
  return keyProblem(`${dotted}x`) === undefined ? dotted : undefined;
}

/** A path in one form; undefined for one that is absolute, empty or leads out. */
function folderOf(folder: string): string | undefined {
  const path = folder.trim().replaceAll('\\', '/');
  if (
    path.startsWith('/') ||
    path.startsWith('~') ||
    /^[a-z]:/i.test(path) ||
    /\p{Cc}/u.test(path)
  ) {
    return undefined;
  }
  const parts = path.split('/').filter((part) => part !== '' && part !== '.');
  return parts.length === 0 || parts.includes('..') ? undefined : parts.join('/');
}

function ignoredOf(ignore: unknown): { readonly patterns: readonly string[] } | PairProblem {
  if (!Array.isArray(ignore)) {
    return problem('ignore', t('a list of patterns of keys is expected'));
  }
  for (const pattern of ignore as readonly unknown[]) {
    const reason = typeof pattern === 'string' ? keyPatternProblem(pattern) : t('it is no text');
    if (reason !== undefined) {
      return problem('ignore', t('a pattern cannot be used: {0}', reason));
    }
  }
  return { patterns: ignore as readonly string[] };
}

function problem(field: string | undefined, reason: string): PairProblem {
  return { field, reason };
}
