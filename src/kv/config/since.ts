import { isAtLeast } from '../base/versions';

/** The first server that has a field. */
export type Since = '2.10' | '2.11' | '2.12' | '2.14';

/** What is known of a server that has to tell which fields it has. */
export interface ServerFacts {
  /** Level of the JetStream API; 0 before server 2.11, undefined where it is not told. */
  readonly apiLevel: number | undefined;
  /** Of the connected server, which may be another one than JetStream's. */
  readonly version: string;
  /** Whether a stream's configuration, as the server told one, has fields of 2.10. */
  readonly tellsCompression: boolean | undefined;
}

const levels: Readonly<Record<Since, number>> = { '2.10': 1, '2.11': 1, '2.12': 2, '2.14': 4 };

/** Whether the server has the fields of a version; undefined where nothing tells. */
export function hasFieldsOf(since: Since, server: ServerFacts): boolean | undefined {
  const { apiLevel, tellsCompression, version } = server;
  if (apiLevel !== undefined && apiLevel >= levels[since]) {
    return true;
  }
  if (since === '2.10') {
    return tellsCompression ?? isAtLeast(version, '2.10.0');
  }
  return apiLevel === undefined ? undefined : false;
}

/** What servers of old do otherwise than those of today when limits change. */
export interface ServerHabits {
  /** The oldest messages go also where `discard` is `new` (nats-server issue 4775, open until 2.10). */
  readonly dropsOldest: boolean;
  /** A history that was unlimited is only cut when its key is written (nats-server PR 6244). */
  readonly trimsLater: boolean;
}

export function habitsOf({ apiLevel = 0, version }: ServerFacts): ServerHabits {
  const isNew = apiLevel >= 1 || isAtLeast(version, '2.11.0');
  return { dropsOldest: !isNew, trimsLater: !isNew && !isAtLeast(version, '2.10.24') };
}
