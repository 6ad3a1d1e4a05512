import { isKvError } from '../../../kv/model/errors';
import type { ConnectionSession } from '../../../kv/session/connectionSession';

/**
 * Owns when the buckets of one command were created, each asked for once; changes only through `of`. A
 * bucket that was deleted and made again has another time, and messages of its own under the same numbers.
 */
export class BucketsCreated {
  private readonly asked = new Map<string, Promise<number | undefined>>();

  /** In milliseconds since the epoch; undefined where the user may not ask. */
  of(session: ConnectionSession, bucket: string): Promise<number | undefined> {
    const name = `${session.id}/${bucket}`;
    const answer = this.asked.get(name) ?? ask(session, bucket);
    this.asked.set(name, answer);
    return answer;
  }
}

async function ask(session: ConnectionSession, bucket: string): Promise<number | undefined> {
  try {
    return (await (await session.connect()).bucketStatus(bucket)).created;
  } catch (error) {
    if (isKvError(error, 'denied')) {
      return undefined;
    }
    throw error;
  }
}
