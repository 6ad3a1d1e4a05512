import * as vscode from 'vscode';
import { panelTypes } from '../../extension/contributions';
import type { Background } from '../../kv/base/background';
import { DisposableStore, Emitter, type Event } from '../../kv/base/event';
import { ConnectionInspection } from '../../kv/inspect/connectionInspection';
import type { Connections } from '../../kv/session/connections';
import type { ConnectionSession } from '../../kv/session/connectionSession';
import type { PageKind, PageModel } from '../page/pagePanels';
import type { PageView } from '../page/pageProtocol';
import { isBucketOrder } from './bucketsTable';
import { glanceView, type GlanceLook } from './glanceView';

/** A connection: what brings its page back. */
export interface GlancePlace {
  readonly connectionId: string;
}

export interface GlanceParts {
  readonly connections: Connections;
  /** Shows what is known of one of the buckets. */
  readonly showBucket: (session: ConnectionSession, bucket: string) => void;
  readonly inBackground: Background;
}

/** The pages of JetStream at a glance, one for each connection. */
export function glancePages(parts: GlanceParts): PageKind<GlancePlace> {
  return {
    viewType: panelTypes.glance,
    placeOf: (kept) => (isPlace(kept) ? kept : undefined),
    idOf: ({ connectionId }) => connectionId,
    open: (place) => new GlancePage(place, parts),
  };
}

function isPlace(kept: unknown): kept is GlancePlace {
  const { connectionId } = (kept ?? {}) as Partial<Record<keyof GlancePlace, unknown>>;
  return typeof connectionId === 'string';
}

/** Owns what the page of one connection shows; changes only through its inspection and what is done there. */
class GlancePage implements PageModel {
  private readonly store = new DisposableStore();
  private readonly changed = this.store.add(new Emitter<void>());
  private readonly inspection: ConnectionInspection;
  private look: GlanceLook = { order: 'size', firstBucket: 0, firstUnhealthy: 0 };
  readonly onDidChange: Event<void> = this.changed.event;

  constructor(
    { connectionId }: GlancePlace,
    private readonly parts: GlanceParts,
  ) {
    const { connections } = parts;
    this.inspection = this.store.add(
      new ConnectionInspection({ sessionOf: () => connections.get(connectionId) }),
    );
    this.store.add(this.inspection.onDidChange(() => this.changed.fire()));
    this.store.add(connections.onDidChange(() => this.inspection.sessionsChanged()));
    this.refresh();
  }

  get tabTitle(): string {
    const { session } = this.inspection;
    return session ? vscode.l10n.t('JetStream of {0}', session.name) : vscode.l10n.t('JetStream');
  }

  view(): PageView {
    return glanceView(this.inspection, this.look);
  }

  setVisible(isVisible: boolean): void {
    this.inspection.setVisible(isVisible);
  }

  act(id: string, value = ''): void {
    const { session } = this.inspection;
    switch (id) {
      case 'refresh':
        this.refresh();
        break;
      case 'sort':
        this.turnTo(isBucketOrder(value) ? { order: value, firstBucket: 0 } : {});
        break;
      case 'page:buckets':
        this.turnTo({ firstBucket: Number(value) });
        break;
      case 'page:unhealthy':
        this.turnTo({ firstUnhealthy: Number(value) });
        break;
      case 'bucket':
        if (session) {
          this.parts.showBucket(session, value);
        }
        break;
    }
  }

  dispose(): void {
    this.store.dispose();
  }

  private turnTo(look: Partial<GlanceLook>): void {
    this.look = { ...this.look, ...look };
    this.changed.fire();
  }

  private refresh(): void {
    this.parts.inBackground('read JetStream of a connection', this.inspection.refresh());
  }
}
