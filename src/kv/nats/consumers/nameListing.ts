import { isKvError, throwIfCancelled } from '../../model/errors';
import type { ListOptions } from '../../model/kvConnection';
import { checkBucketName } from '../buckets/catalog';
import type { JetStreamApi } from '../wire/jetStreamApi';
import { count, object, optional, record } from '../wire/schema';
import type { Link } from '../link/link';
import { listKeys } from './listing';
import type { ListingContext } from './listingPass';
import { checkFilter } from './subjectFilter';

/** Subjects that one answer of the server names; for more it would sort all of them anew each time. */
const maxSubjects = 100_000;
/** Matching a filter takes the server seconds in a bucket of millions of keys (server 2.9). */
const timeoutMs = 10_000;

interface NameListingContext extends ListingContext {
  readonly link: Link;
  readonly api: JetStreamApi;
}

interface SubjectsInfo {
  readonly total?: number;
  readonly state: { readonly subjects?: Readonly<Record<string, number>> };
}

const subjectsInfo = object<SubjectsInfo>({
  total: optional(count),
  state: object<SubjectsInfo['state']>({ subjects: optional(record(count)) }),
});

/** The names of a bucket's keys by one filtered STREAM.INFO, sorted by code units. */
export async function listKeyNames(
  context: NameListingContext,
  bucket: string,
  options: ListOptions = {},
): Promise<string[]> {
  checkBucketName(bucket);
  checkFilter(options.filter ?? '>');
  throwIfCancelled(options.signal);
  const names =
    (await askNames(context, bucket, options)) ?? (await streamNames(context, bucket, options));
  return names.sort();
}

/** Undefined where one answer does not hold all of them, or this account may not ask. */
async function askNames(
  { link, catalog, api }: NameListingContext,
  bucket: string,
  { filter = '>', signal }: ListOptions,
): Promise<string[] | undefined> {
  const channel = link.current;
  try {
    const status = await catalog.status(channel, bucket, { signal });
    if (filter === '>' && status.subjects > maxSubjects) {
      return undefined;
    }
    const { prefix, stream } = await catalog.facts(channel, bucket, { signal });
    const info = await api.call(
      channel,
      `STREAM.INFO.${stream}`,
      subjectsInfo,
      { subjects_filter: prefix + filter },
      { bucket, signal, timeoutMs },
    );
    const subjects = Object.keys(info.state?.subjects ?? {});
    const names = subjects
      .filter((subject) => subject.startsWith(prefix))
      .map((subject) => subject.slice(prefix.length));
    // In JSON all that is not UTF-8 has become one character, so that names may be missing or wrong.
    const isExact = !names.some((name) => name.includes('\ufffd'));
    return isExact && (info.total ?? 0) <= subjects.length ? names : undefined;
  } catch (error) {
    if (isKvError(error, 'denied')) {
      return undefined;
    }
    throw error;
  }
}

async function streamNames(
  context: NameListingContext,
  bucket: string,
  options: ListOptions,
): Promise<string[]> {
  const names = new Set<string>();
  for await (const batch of listKeys(context, bucket, options)) {
    batch.forEach(({ key }) => names.add(key));
  }
  return [...names];
}
