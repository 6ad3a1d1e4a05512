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
    const message = `the account has no part for buckets of ${replicas} replicas, only ${tiers}`;
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
      ? [error('replicas', `the account has all ${streams.limit} streams that it may have`)]
      : []),
    ...(isUsedUp(consumers)
      ? [
          doubt(
            'replicas',
            `the account has all ${consumers.limit} consumers that it may have: nobody could list or watch the bucket`,
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
    return [error('storage', `the account may store nothing in ${placeOf(storage)}`)];
  }
  if (bytes === Infinity) {
    return part.maxBytesRequired
      ? [error('maxBytes', 'the account requires a maxBytes of each bucket')]
      : [];
  }
  return bytes > largest
    ? [error('maxBytes', `the account lets a bucket have ${largest} bytes at most (${storage})`)]
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
    const each = copies > 1 ? `, and ${copies} replicas take ${bytes * copies}` : '';
    return [
      error('maxBytes', `the account may store no more than ${limit} bytes (${storage})${each}`),
    ];
  }
  const reserved = part.isNewHere ? Infinity : limitOf(before?.['maxBytes']);
  const copiesBefore = part.isTier ? 1 : Number(before?.['replicas'] ?? 1);
  const more = bytes * copies - (reserved === Infinity ? 0 : reserved * copiesBefore);
  return more > limit - used
    ? [doubt('maxBytes', `the account has ${limit - used} bytes left (${storage})`)]
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
