import { t } from '../base/l10n';
import { DisposableStore, Emitter, type Disposable, type Event } from '../base/event';
import type { IndexState } from '../keys/indexState';
import type { KeySurvey } from '../keys/tree/treeSurvey';
import type { BucketStatus } from '../model/bucket';
import type { ConsumerList } from '../model/consumer';
import { KvError } from '../model/errors';
import type { AccountInfo, KvConnection } from '../model/kvConnection';
import type { ConnectionSession } from '../session/connectionSession';
import type { KeyIndex } from '../session/keyIndex';
import { ChangeRates } from './changeRates';
import { LinkFollower } from './linkFollower';
import { ReadValue, type Reading } from './reading';

export interface InspectionParts {
  /** The session of the connection as it is now; undefined when it is not configured any more. */
  readonly sessionOf: () => ConnectionSession | undefined;
  readonly bucket: string;
  /** The clock, in milliseconds since the epoch. */
  readonly now?: () => number;
}

/** Between two readings of the status while somebody looks: it takes the server a fraction of one. */
const everyMs = 5_000;
/** Of so many readings one is of consumers and account too. */
const othersEvery = 3;
/** Parts of a level that are told apart. */
const mostParts = 100;
/** So few keys are listed by themselves: that takes no longer than asking whether it should be done. */
export const listedByItself = 10_000;
/** A walk over all keys may take up this part of the time. */
const surveyShare = 1 / 20;

/**
 * Owns what is known of one bucket for somebody who looks at it; changes only through its methods, what
 * the server answers, and the index of keys that somebody has opened. The first request is that for the
 * bucket's status; nothing goes through the keys of a large bucket before `list` is called.
 */
export class BucketInspection implements Disposable {
  private readonly store = new DisposableStore();
  private readonly changed = this.store.add(new Emitter<void>());
  private readonly now: () => number;
  private readonly statusValue: ReadValue<BucketStatus>;
  private readonly accountValue: ReadValue<AccountInfo>;
  private readonly consumersValue: ReadValue<ConsumerList>;
  private readonly surveyValue: ReadValue<KeySurvey>;
  private readonly link: LinkFollower;
  private index: { readonly index: KeyIndex; readonly subscriptions: Disposable } | undefined;
  private surveying: AbortController | undefined;
  private isSurveyOld = false;
  private nextSurvey = 0;
  private ticks = 0;
  private path = '';
  private anewAt: number | undefined;
  private isEnded = false;

  readonly onDidChange: Event<void> = this.changed.event;
  readonly rates = new ChangeRates();

  constructor(private readonly parts: InspectionParts) {
    this.now = parts.now ?? Date.now;
    const changed = () => this.changed.fire();
    this.statusValue = new ReadValue(changed, this.now);
    this.accountValue = new ReadValue(changed, this.now);
    this.consumersValue = new ReadValue(changed, this.now);
    this.surveyValue = new ReadValue(changed, this.now);
    this.link = this.store.add(
      new LinkFollower({
        ...{ sessionOf: parts.sessionOf, now: this.now, everyMs, changed },
        linked: (connection) => void this.readAll(connection),
        tick: () => void this.tick(),
        bucketChanged: (bucket, connection) => {
          if (bucket === parts.bucket) {
            void this.readAll(connection);
          }
        },
      }),
    );
  }

  get status(): Reading<BucketStatus> {
    return this.statusValue.current;
  }

  get account(): Reading<AccountInfo> {
    return this.accountValue.current;
  }

  get consumers(): Reading<ConsumerList> {
    return this.consumersValue.current;
  }

  /** What is below the prefix that is looked at, from the index in memory. */
  get survey(): Reading<KeySurvey> {
    return this.surveyValue.current;
  }

  /** Since when there is no link, and what is told is of before that; undefined while there is one. */
  get lostSince(): number | undefined {
    return this.link.lostSince;
  }

  /** When it was seen that the bucket had been deleted and made again; undefined when it never was. */
  get recreatedAt(): number | undefined {
    return this.anewAt;
  }

  /** Undefined too once nobody looks any more: what is still being read then begins nothing new. */
  get session(): ConnectionSession | undefined {
    return this.isEnded ? undefined : this.parts.sessionOf();
  }

  get bucket(): string {
    return this.parts.bucket;
  }

  /** The prefix that is looked at; `''` for the whole bucket. */
  get prefix(): string {
    return this.path;
  }

  /** How complete the list of keys is; undefined where nobody has opened the bucket. */
  get listing(): IndexState | undefined {
    return this.index?.index.state.current;
  }

  /** Keys that have a value; undefined while they are not all known. */
  get liveKeys(): number | undefined {
    return this.listing?.kind === 'ready' ? this.index?.index.count('') : undefined;
  }

  /** Messages under subjects of no key, as far as that was asked. */
  get otherMessages(): number {
    return this.index?.index.otherMessages ?? 0;
  }

  /** Somebody looks, or no more: then nothing is asked. */
  setVisible(isVisible: boolean): void {
    this.link.setVisible(isVisible);
  }

  /** Which sessions there are has changed. */
  sessionsChanged(): void {
    this.link.sessionsChanged();
  }

  /** Reads all anew, connecting where there is no link: somebody asks for it. */
  async refresh(): Promise<void> {
    const { session } = this;
    if (!session) {
      this.changed.fire();
      return;
    }
    let connection: KvConnection | undefined;
    await this.statusValue.read(async () => {
      connection = await session.connect();
      return this.readStatus(connection);
    });
    if (connection) {
      this.listIfSmall();
      await this.readOthers(connection, 'read');
    }
    await this.takeSurvey();
  }

  /** Looks at what is below a prefix. */
  async look(prefix: string): Promise<void> {
    this.path = prefix;
    this.surveyValue.clear();
    await this.takeSurvey();
  }

  /** Has all keys listed, without their values, and followed as the tree does. */
  list(): void {
    this.session?.index(this.bucket)?.open();
    this.followIndex();
    this.changed.fire();
  }

  cancelListing(): void {
    this.index?.index.cancelListing();
  }

  dispose(): void {
    this.isEnded = true;
    this.surveying?.abort();
    this.index?.subscriptions.dispose();
    this.index = undefined;
    this.store.dispose();
  }

  private async readAll(connection: KvConnection): Promise<void> {
    if (this.status.isReading) {
      // Who is reading it goes on with the rest.
      return;
    }
    this.followIndex();
    await this.statusValue.read(() => this.readStatus(connection));
    this.listIfSmall();
    await this.readOthers(connection, 'read');
    await this.takeSurvey();
  }

  private listIfSmall(): void {
    this.followIndex();
    const { value, failed } = this.status;
    const isKnown = this.index !== undefined && this.listing?.kind !== 'idle';
    if (value && !failed && !isKnown && value.subjects <= listedByItself) {
      this.list();
    }
  }

  private async readOthers(connection: KvConnection, read: 'read' | 'readAgain'): Promise<void> {
    await Promise.all([
      this.accountValue[read](() => connection.accountInfo()),
      this.consumersValue[read](() => connection.listConsumers(this.bucket)),
    ]);
  }

  private async readStatus(connection: KvConnection): Promise<BucketStatus> {
    const before = this.status.value;
    const status = await connection.bucketStatus(this.bucket);
    if (before && before.created !== status.created) {
      this.startAnew();
    }
    this.rates.add(status, this.now());
    this.session?.looked(status);
    return status;
  }

  /** It is another bucket of the same name: nothing of the one before belongs to it. */
  private startAnew(): void {
    this.anewAt = this.now();
    this.path = '';
    this.rates.clear();
    this.surveyValue.clear();
    this.consumersValue.clear();
  }

  private async tick(): Promise<void> {
    const connection = this.session?.linkIfUp;
    if (!connection) {
      return;
    }
    this.ticks++;
    this.followIndex();
    await this.statusValue.readAgain(() => this.readStatus(connection));
    if (this.ticks % othersEvery === 0) {
      await this.readOthers(connection, 'readAgain');
    }
    const isDue = performance.now() >= this.nextSurvey && !this.survey.isReading;
    if (this.isSurveyOld && isDue) {
      await this.takeSurvey();
    }
  }

  /** Takes the index that somebody uses; an index belongs to one link. */
  private followIndex(): void {
    const index = this.session?.knownIndex(this.bucket);
    if (index === this.index?.index) {
      return;
    }
    this.index?.subscriptions.dispose();
    this.index = undefined;
    if (index) {
      const subscriptions = new DisposableStore();
      subscriptions.add(index.state.onDidChange((state) => this.indexChanged(state)));
      subscriptions.add(index.onDidChange(() => (this.isSurveyOld = true)));
      this.index = { index, subscriptions };
      this.isSurveyOld = true;
    }
    this.changed.fire();
  }

  private indexChanged({ kind }: IndexState): void {
    this.changed.fire();
    if (kind === 'ready') {
      void this.takeSurvey();
    }
  }

  private async takeSurvey(): Promise<void> {
    const { index } = this.index ?? {};
    if (index?.state.current.kind !== 'ready') {
      return;
    }
    this.surveying?.abort();
    const surveying = (this.surveying = new AbortController());
    const { signal } = surveying;
    this.isSurveyOld = false;
    const begun = performance.now();
    await this.surveyValue.read(async () => {
      const survey = await index.survey(this.path, { now: this.now(), most: mostParts, signal });
      if (signal.aborted) {
        throw new KvError('cancelled', t('the operation was cancelled'));
      }
      return survey;
    });
    const end = performance.now();
    this.nextSurvey = end + (end - begun) / surveyShare;
  }
}
