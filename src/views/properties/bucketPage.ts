import * as vscode from 'vscode';
import { panelTypes } from '../../extension/contributions';
import { DisposableStore, Emitter, type Event } from '../../kv/base/event';
import type { Background } from '../../kv/base/background';
import { BucketInspection } from '../../kv/inspect/bucketInspection';
import type { Connections } from '../../kv/session/connections';
import type { ConnectionSession } from '../../kv/session/connectionSession';
import type { PageKind, PageModel } from '../page/pagePanels';
import type { PageView } from '../page/pageProtocol';
import { bucketPageView } from './bucketPageView';

/** A bucket of a connection: what brings its page back. */
export interface BucketPagePlace {
  readonly connectionId: string;
  readonly bucket: string;
}

/** What can be done with the bucket of a page beside looking at it. */
export type BucketPageAction = 'edit' | 'clean' | 'json';

export interface BucketPageParts {
  readonly connections: Connections;
  readonly act: (action: BucketPageAction, session: ConnectionSession, bucket: string) => unknown;
  readonly inBackground: Background;
}

/** The pages of the properties of buckets. */
export function bucketPages(parts: BucketPageParts): PageKind<BucketPagePlace> {
  return {
    viewType: panelTypes.bucketProperties,
    placeOf: (kept) => (isPlace(kept) ? kept : undefined),
    idOf: ({ connectionId, bucket }) => JSON.stringify([connectionId, bucket]),
    open: (place) => new BucketPage(place, parts),
  };
}

function isPlace(kept: unknown): kept is BucketPagePlace {
  const { connectionId, bucket } = (kept ?? {}) as Partial<Record<keyof BucketPagePlace, unknown>>;
  return typeof connectionId === 'string' && typeof bucket === 'string';
}

/** Owns what the page of one bucket shows; changes only through its inspection and what is done there. */
class BucketPage implements PageModel {
  private readonly store = new DisposableStore();
  private readonly inspection: BucketInspection;
  private readonly changed = this.store.add(new Emitter<void>());
  private firstConsumer = 0;
  readonly onDidChange: Event<void> = this.changed.event;

  constructor(
    private readonly place: BucketPagePlace,
    private readonly parts: BucketPageParts,
  ) {
    const { connections } = parts;
    const { connectionId, bucket } = place;
    this.inspection = this.store.add(
      new BucketInspection({ sessionOf: () => connections.get(connectionId), bucket }),
    );
    this.store.add(this.inspection.onDidChange(() => this.changed.fire()));
    this.store.add(connections.onDidChange(() => this.inspection.sessionsChanged()));
    parts.inBackground('read the properties of a bucket', this.inspection.refresh());
  }

  get tabTitle(): string {
    const { session } = this.inspection;
    const { bucket } = this.place;
    return session
      ? vscode.l10n.t('{0} · {1} (Properties)', bucket, session.name)
      : vscode.l10n.t('{0} (Properties)', bucket);
  }

  view(): PageView {
    return bucketPageView(this.inspection, Date.now(), this.firstConsumer);
  }

  setVisible(isVisible: boolean): void {
    this.inspection.setVisible(isVisible);
  }

  act(id: string, value = ''): void {
    const { inspection } = this;
    const { act, inBackground } = this.parts;
    switch (id) {
      case 'refresh':
        inBackground('read the properties of a bucket', inspection.refresh());
        break;
      case 'list':
        inspection.list();
        break;
      case 'stopListing':
        inspection.cancelListing();
        break;
      case 'look':
        inBackground('look at a prefix', inspection.look(value));
        break;
      case 'page:consumers':
        this.firstConsumer = Number(value);
        this.changed.fire();
        break;
      case 'edit':
      case 'clean':
      case 'json':
        if (inspection.session) {
          act(id, inspection.session, this.place.bucket);
        }
        break;
    }
  }

  dispose(): void {
    this.store.dispose();
  }
}
