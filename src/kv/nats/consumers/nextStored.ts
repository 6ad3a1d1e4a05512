import { type StoredMessage, storedResponse } from '../entries/storedMessage';
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
      const path = `STREAM.MSG.GET.${stream}`;
      const { error, value } = await api.ask(channel, path, storedResponse, query);
      if (error && !isNoMessage(error)) {
        throw fromApiError(error);
      }
      return value?.message;
    }),
  );
  return messages
    .filter((message) => message !== undefined)
    .toSorted((a, b) => a.seq - b.seq)
    .at(0);
}
