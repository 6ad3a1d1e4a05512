import { t } from '../../kv/base/l10n';
import type { Holdings } from '../../kv/config/consequences';
import type { KeyInfo } from '../../kv/model/entry';
import { KvError } from '../../kv/model/errors';
import type { KvConnection } from '../../kv/model/kvConnection';
import type { PreparedEdit } from './bucketDocuments';

/** More are not read to count what a change does, unless that is asked for; beyond the other number never. */
const mostCounted = 100_000;
const mostCountable = 1_000_000;

/** How the messages of a bucket are counted on request. */
export interface Counting {
  readonly signal: AbortSignal;
  /** Told how many messages have been read. */
  readonly onProgress: (read: number) => void;
}
/** Fields whose change may let something go. */
const limits: ReadonlySet<string> = new Set([
  'history',
  'ttl',
  'maxMessages',
  'maxBytes',
  'maxValueSize',
  'discard',
]);

/** Whether what the bucket holds is told exactly only when it is counted on request. */
export function isCountable({ changes }: PreparedEdit, { messages, values }: Holdings): boolean {
  const matters = changes.some(({ name }) => limits.has(name));
  return matters && messages === undefined && values <= mostCountable;
}

/** What the bucket holds, counted where that is cheap and may matter, or where it is asked for. */
export async function holdingsOf(
  { open, session, changes }: PreparedEdit,
  counting?: Counting,
): Promise<Holdings> {
  const status = open.latest ?? open.base;
  if (!status) {
    throw new KvError('notFound', t('there is no bucket named "{0}"', open.bucket));
  }
  const { values, subjects, size, firstTime } = status;
  const isCounted = changes.some(({ name }) => limits.has(name)) && values <= mostCounted;
  const connection = await session.connect();
  const messages = counting
    ? await countedMessages(connection, open.bucket, counting)
    : isCounted
      ? await connection.messages(open.bucket)
      : undefined;
  // Servers before 2.10 do not tell their time.
  const now = status.asOf ?? Date.now();
  return { values, subjects, size, firstTime, now, messages, habits: open.habits };
}

/** Every message without its value, by revision, as it is streamed. */
async function countedMessages(
  connection: KvConnection,
  bucket: string,
  { signal, onProgress }: Counting,
): Promise<KeyInfo[]> {
  const messages: KeyInfo[] = [];
  for await (const batch of connection.list(bucket, { history: true, signal })) {
    batch.forEach((info) => messages.push(info));
    onProgress(messages.length);
  }
  return messages.sort((a, b) => a.revision - b.revision);
}
