import { isKvError, type KvErrorKind } from '../model/errors';

/** Why a call was refused or failed, in words for the model: without values and words of a server. */
export class AgentRefusal extends Error {
  override readonly name = 'AgentRefusal';
}

/** What a server says may quote keys and values, so that agents are told the kind of a failure only. */
const reasons: Readonly<Record<KvErrorKind, string>> = {
  invalidKey: 'this is no key that a server can store',
  invalidBucket: 'this is no name of a bucket',
  invalidConfig: 'the configuration was refused',
  invalidUrl: 'the URL of the connection cannot be used',
  alreadyExists: 'it exists already',
  notFound: 'there is no such bucket on this connection; listBuckets tells the names',
  denied: "the server denies this to the user's account",
  authFailed: 'the server refused the login',
  noSecret: 'a secret is missing that the user has to enter',
  disconnected: 'the connection is down; ask the user to reconnect it',
  timeout: 'the server did not answer in time',
  unavailable: 'the bucket has no leader just now; try again later',
  jetStreamOff: 'JetStream is switched off for this account',
  tooLarge: 'the value is larger than the server or the bucket allows',
  limitReached: 'a limit of the server or the bucket is reached',
  cancelled: 'the call was cancelled',
  unsupported: 'this server or bucket cannot do that',
  readOnly: 'the connection is read-only',
  server: 'the server refused the request',
};

/** Whatever was thrown, as agents may read it. */
export function refusalOf(error: unknown): AgentRefusal {
  if (error instanceof AgentRefusal) {
    return error;
  }
  return new AgentRefusal(isKvError(error) ? reasons[error.kind] : 'the call failed unexpectedly');
}
