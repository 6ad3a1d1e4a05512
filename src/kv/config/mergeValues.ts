import { bucketFields, otherFields } from './fields';
import { isSame, sorted } from './fieldValues';
import { othersOf, valueIn, type BucketValues } from './bucketDocument';

/** Both sides' changes of a document in one, and the fields that both have changed otherwise. */
export interface MergedValues {
  readonly values: BucketValues;
  /** In these the text keeps what was typed. */
  readonly conflicts: readonly string[];
}

/** Field by field: what one side alone has changed is taken from it. */
export function mergeValues(
  bucket: string,
  base: BucketValues,
  mine: BucketValues,
  theirs: BucketValues,
): MergedValues {
  const conflicts: string[] = [];
  const values: Record<string, unknown> = { ...mine };
  for (const field of bucketFields) {
    const { name, is } = field;
    const [was, my, their] = [base, mine, theirs].map((each) => valueIn(field, bucket, each));
    if (isSame(is, my, was)) {
      values[name] = theirs[name];
    } else if (!isSame(is, their, was) && !isSame(is, their, my)) {
      conflicts.push(name);
    }
  }
  const others = mergeOthers(othersOf(base), othersOf(mine), othersOf(theirs), conflicts);
  values[otherFields] = Object.keys(others).length > 0 ? others : undefined;
  const present = Object.entries(values).filter(([, value]) => value !== undefined);
  return { values: Object.fromEntries(present), conflicts };
}

type Fields = Readonly<Record<string, unknown>>;

function mergeOthers(base: Fields, mine: Fields, theirs: Fields, conflicts: string[]): Fields {
  const names = new Set([base, mine, theirs].flatMap((each) => Object.keys(each)));
  const merged = [...names].map((name) => {
    const [was, my, their] = [base, mine, theirs].map((each) => textOf(each[name]));
    if (my !== was && their !== was && my !== their) {
      conflicts.push(`${otherFields}.${name}`);
    }
    return [name, my === was ? theirs[name] : mine[name]] as const;
  });
  return Object.fromEntries(merged.filter(([, value]) => value !== undefined));
}

function textOf(value: unknown): string | undefined {
  return value === undefined ? undefined : JSON.stringify(sorted(value));
}
