import type { BucketEvent } from '../../model/bucket';
import { type Disposable, Emitter } from '../../base/event';
import type { Channel } from '../wire/channel';
import { ignore } from '../../base/ignore';
import type { Link } from '../link/link';
import { bucketOf } from './streamConfig';

const advisories = '$JS.EVENT.ADVISORY.STREAM';
const kinds = {
  CREATED: 'created',
  UPDATED: 'updated',
  DELETED: 'deleted',
  LEADER_ELECTED: 'updated',
  QUORUM_LOST: 'updated',
} as const;

/**
 * Owns the subscriptions to JetStream's advisories about streams, renewed with each connection.
 * An account that may not listen to them is told nothing; nothing else depends on it.
 */
export class BucketEvents implements Disposable {
  private readonly emitter = new Emitter<BucketEvent>();
  readonly event = this.emitter.event;
  private readonly linkListener: Disposable;
  private followed: Channel | undefined;

  constructor(
    private readonly link: Link,
    private readonly domainOf: (channel: Channel) => string | undefined,
  ) {
    this.subscribe();
    this.linkListener = link.state.onDidChange(() => this.subscribe());
  }

  dispose(): void {
    this.linkListener.dispose();
    this.emitter.dispose();
  }

  private subscribe(): void {
    const channel = this.link.live;
    if (channel === undefined || channel === this.followed) {
      return;
    }
    this.followed = channel;
    for (const [action, kind] of Object.entries(kinds)) {
      channel.subscribe(`${advisories}.${action}.*`, {
        onMessage: ({ subject, data }) => {
          if (isOfDomain(data, this.domainOf(channel))) {
            this.tell(kind, subject);
          }
        },
        onError: ignore,
      });
    }
  }

  private tell(kind: BucketEvent['kind'], subject: string): void {
    const bucket = bucketOf(subject.slice(subject.lastIndexOf('.') + 1));
    if (bucket !== undefined) {
      this.emitter.fire({ kind, bucket });
    }
  }
}

/** Advisories of all domains pass leaf nodes, about buckets of the same name elsewhere too. */
function isOfDomain(advisory: Uint8Array, domain: string | undefined): boolean {
  const text = new TextDecoder().decode(advisory);
  const told = /"domain":"([^"]*)"/.exec(text)?.[1];
  return told === undefined || domain === undefined || told === domain;
}
