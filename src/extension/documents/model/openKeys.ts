import type { ConnectionSession } from '../../../kv/session/connectionSession';
import { KvError } from '../../../kv/model/errors';
import type { BucketFacts } from './bucketFacts';
import type { KeyAddress } from '../../../kv/model/keyAddress';
import { OpenKey } from './openKey';

interface Shared {
  readonly openKey: OpenKey;
  users: number;
}

/** Owns one `OpenKey` for each key in use, shared by its documents; changes only through `take`. */
export class OpenKeys {
  private readonly shared = new Map<string, Shared>();

  constructor(
    private readonly findSession: (connectionId: string) => ConnectionSession | undefined,
    private readonly facts: BucketFacts,
  ) {}

  /** The open key, until it is released. Throws when its connection is not configured. */
  take(address: KeyAddress): { readonly openKey: OpenKey; readonly release: () => void } {
    const { connectionId, bucket, key } = address;
    const session = this.findSession(connectionId);
    if (!session) {
      throw new KvError(
        'notFound',
        `there is no connection "${connectionId}"; add it or its settings again`,
      );
    }
    const name = JSON.stringify([connectionId, bucket, key]);
    const known = this.shared.get(name);
    const isOfSession = known?.openKey.session === session;
    const bucketTtl = (): number => this.facts.status(session, bucket)?.ttl ?? 0;
    const entry =
      known && isOfSession
        ? known
        : { openKey: new OpenKey(address, session, bucketTtl), users: 0 };
    this.shared.set(name, entry);
    entry.users++;
    const release = (): void => {
      if (--entry.users === 0) {
        entry.openKey.dispose();
        if (this.shared.get(name) === entry) {
          this.shared.delete(name);
        }
      }
    };
    return { openKey: entry.openKey, release };
  }
}
