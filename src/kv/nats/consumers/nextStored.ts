import type { StoredMessage } from '../entries/storedMessage';
import type { Channel } from '../wire/channel';
import { fromApiError, isNoMessage } from '../wire/errorMapping';
import type { JetStreamApi } from '../wire/jetStreamApi';

/**
 * The first stored message from a revision on that any of the filters matches, by one request each
 * to the leader: it knows of every message that a consumer has delivered.
 */
export async function nextStored(
  api: JetStreamApi,
  channel: Channel,
  stream: string,
  filters: readonly string[],
  from: number,
): Promise<StoredMessage | undefined> {
  const messages = await Promise.all(
    filters.map(async (filter) => {
      const query = { seq: from, next_by_subj: filter };
      const { error, message } = await api.ask<{ message: StoredMessage }>(
        channel,
        `STREAM.MSG.GET.${stream}`,
        query,
      );
      if (error && !isNoMessage(error)) {
        throw fromApiError(error);
      }
      return message;
    }),
  );
  return messages
    .filter((message) => message !== undefined)
    .toSorted((a, b) => a.seq - b.seq)
    .at(0);
}
