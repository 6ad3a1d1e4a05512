import type { Entry } from './entry';

type Headers = Entry['headers'];

const natsHeader = /^(nats-|kv-operation$)/i;
/** What every server and client takes as a name: visible ASCII without a colon. */
const headerName = /^[!-9;-~]+$/;

/** The headers of an entry that its writers gave it. */
export function ownHeaders({ headers }: Pick<Entry, 'headers'>): Headers {
  return headers.filter(([name]) => !natsHeader.test(name));
}

/** Headers with others added, which take the place of those of the same name. */
export function mergedHeaders(own: Headers, added: Headers): Headers {
  const names = new Set(added.map(([name]) => name.toLowerCase()));
  return [...own.filter(([name]) => !names.has(name.toLowerCase())), ...added];
}

/** Why a writer cannot use a name: it is no header's, or one that NATS keeps for itself. */
export function headerNameProblem(name: string): 'invalid' | 'reserved' | undefined {
  if (!headerName.test(name)) {
    return 'invalid';
  }
  return natsHeader.test(name) ? 'reserved' : undefined;
}
