import { t } from '../base/l10n';
import type { AccountInfo, AccountUses } from '../model/kvConnection';
import type { BucketValues, FieldChange } from './bucketDocument';
import { limitOf } from './fieldValues';
import type { DocumentProblem } from './readDocument';

/** Values of a document, and those that it was opened with; none for a bucket that is to be made. */
export interface ValueEdit {
  readonly before: BucketValues | undefined;
  readonly after: BucketValues;
}

/** Every part of an account that is about a bucket: that of its number of replicas where these are apart. */
type Part = AccountUses & { readonly isTier: boolean };

/**
 * What the limits of an account do not let a bucket be. `refuses` what the server checks at every change, and
 * what is about room only where the room asked for is another one: a bucket that is there has its own.
 */
export function accountProblems(
  edit: ValueEdit,
  changes: readonly FieldChange[],
  account: AccountInfo,
): DocumentProblem[] {
  const replicas = Number(edit.after['replicas'] ?? 1);
  const part = partFor(replicas, account);
  if (!part) {
    const tiers = account.tiers.map(({ name }) => name).join(', ');
    const message = t(
      'the account has no part for buckets of {0} replicas, only {1}',
      replicas,
      tiers,
    );
    return changes.some(({ name }) => name === 'replicas') || !edit.before
      ? [error('replicas', message)]
      : [];
  }
  const isNewHere =
    edit.before === undefined || (part.isTier && Number(edit.before['replicas'] ?? 1) !== replicas);
  return [
    ...(isNewHere ? countProblems(part) : []),
    ...sizeProblems(edit.after, part),
    ...roomProblems(edit, changes, { ...part, isNewHere, replicas }),
  ];
}

function partFor(replicas: number, account: AccountInfo): Part | undefined {
  if (account.tiers.length === 0) {
    return { ...account, isTier: false };
  }
  const tier = account.tiers.find(({ name }) => name === `R${replicas}`);
  return tier && { ...tier, isTier: true };
}

/** One more stream has to fit. */
function countProblems({ streams, consumers }: Part): DocumentProblem[] {
  return [
    ...(isUsedUp(streams)
      ? [error('replicas', t('the account has all {0} streams that it may have', streams.limit))]
      : []),
    ...(isUsedUp(consumers)
      ? [
          doubt(
            'replicas',
            t(
              'the account has all {0} consumers that it may have: nobody could list or watch the bucket',
              consumers.limit,
            ),
          ),
        ]
      : []),
  ];
}

/** What one stream may be, whatever else there is. */
function sizeProblems(after: BucketValues, part: Part): DocumentProblem[] {
  const storage = storageOf(after);
  const bytes = limitOf(after['maxBytes']);
  const { limit } = storage === 'memory' ? part.memory : part.storage;
  const largest = part.largest?.[storage] ?? Infinity;
  if (limit === 0) {
    return [error('storage', t('the account may store nothing in {0}', placeOf(storage)))];
  }
  if (bytes === Infinity) {
    return part.maxBytesRequired
      ? [error('maxBytes', t('the account requires a maxBytes of each bucket'))]
      : [];
  }
  return bytes > largest
    ? [
        error(
          'maxBytes',
          t('the account lets a bucket have {0} bytes at most ({1})', largest, storage),
        ),
      ]
    : [];
}

/** What is reserved, against what is left. Only where that is changed. */
function roomProblems(
  { before, after }: ValueEdit,
  changes: readonly FieldChange[],
  part: Part & { readonly isNewHere: boolean; readonly replicas: number },
): DocumentProblem[] {
  const storage = storageOf(after);
  const { used, limit } = storage === 'memory' ? part.memory : part.storage;
  const bytes = limitOf(after['maxBytes']);
  const reserves = changes.some(({ name }) => name === 'maxBytes' || name === 'replicas');
  if (!reserves || limit <= 0 || bytes === Infinity) {
    return [];
  }
  // A part for a number of replicas counts a bucket once, an account as a whole each copy of it.
  const copies = part.isTier ? 1 : part.replicas;
  if (bytes * copies > limit) {
    const each = copies > 1 ? t(', and {0} replicas take {1}', copies, bytes * copies) : '';
    return [
      error(
        'maxBytes',
        t('the account may store no more than {0} bytes ({1}){2}', limit, storage, each),
      ),
    ];
  }
  const reserved = part.isNewHere ? Infinity : limitOf(before?.['maxBytes']);
  const copiesBefore = part.isTier ? 1 : Number(before?.['replicas'] ?? 1);
  const more = bytes * copies - (reserved === Infinity ? 0 : reserved * copiesBefore);
  return more > limit - used
    ? [doubt('maxBytes', t('the account has {0} bytes left ({1})', limit - used, storage))]
    : [];
}

function isUsedUp({ used, limit }: AccountUses['streams']): boolean {
  return limit > 0 && used >= limit;
}

function storageOf(values: BucketValues): 'file' | 'memory' {
  return values['storage'] === 'memory' ? 'memory' : 'file';
}

function placeOf(storage: 'file' | 'memory'): string {
  return storage === 'memory' ? 'memory' : 'files';
}

function error(name: string, message: string): DocumentProblem {
  return { path: [name], message, severity: 'error' };
}

function doubt(name: string, message: string): DocumentProblem {
  return { path: [name], message, severity: 'doubt' };
}
