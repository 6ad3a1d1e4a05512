import type { Operation } from '../../kv/model/entry';
import type { ChangeDetail } from '../../kv/live/changeDetail';
import type { ChangeSummary } from '../../kv/live/changeSummary';
import type { ChangeOrigin, LiveStart } from '../../kv/live/liveChange';
import type { FilterProblem, LiveFilter } from '../../kv/live/liveFilter';
import type { LiveCounts } from '../../kv/live/liveLog';
import type { LiveRule } from '../../kv/live/liveRules';
import type { LiveTexts } from './liveTexts';

/** A watch as the panel shows it. */
export interface WatchView {
  readonly id: number;
  /** `local › SHOP_ORDERS › orders.>`. */
  readonly label: string;
  readonly state: 'starting' | 'live' | 'resuming' | 'stale' | 'failed' | 'gone' | 'missing';
  /** The state in words, such as `stale since 12:04`. */
  readonly stateText: string;
  readonly isPaused: boolean;
  readonly held: number;
  readonly received: number;
  readonly start: LiveStart;
  readonly operations: readonly Operation[];
}

/** A line of the panel; every text in it is shown as it is and holds nothing unseen. */
export type RowView = ChangeView | OutageView;

/** An outage of a watch, in words. */
export interface OutageView {
  readonly kind: 'outage';
  readonly id: number;
  readonly watch: number;
  readonly text: string;
}

export interface ChangeView {
  readonly kind: 'change';
  readonly id: number;
  readonly watch: number;
  /** When the server stored it, in milliseconds since the epoch. */
  readonly time: number;
  /** The name of its connection. */
  readonly connection: string;
  readonly bucket: string;
  readonly key: string;
  readonly operation: Operation;
  readonly revision: number;
  readonly size: number;
  /** How many changes it stands for. */
  readonly count: number;
  readonly origin: ChangeOrigin;
  readonly isMarked: boolean;
  readonly summary: ChangeSummary;
}

/** All of the panel but its rows: sent when it has changed. */
export interface StateMessage {
  readonly kind: 'state';
  readonly watches: readonly WatchView[];
  readonly filter: LiveFilter;
  readonly filterProblem: FilterProblem | undefined;
  readonly rules: readonly (LiveRule & { readonly problem: string | undefined })[];
}

/** Which rows there are, and those that the page looks at. */
export interface RowsMessage {
  readonly kind: 'rows';
  /** Id of the first row that there is; the others follow without a gap. */
  readonly first: number;
  readonly count: number;
  readonly rows: readonly RowView[];
  readonly counts: LiveCounts;
  /** Changes that passed the filter since it was set. */
  readonly passed: number;
}

/** Once a second: changes by second for each watch, oldest first, the present second last. */
export interface RatesMessage {
  readonly kind: 'rates';
  /** In milliseconds since the epoch. */
  readonly at: number;
  readonly series: readonly { readonly watch: number; readonly counts: readonly number[] }[];
}

interface DetailMessage {
  readonly kind: 'detail';
  readonly id: number;
  readonly detail: ChangeDetail;
}

interface TextsMessage {
  readonly kind: 'texts';
  readonly texts: LiveTexts;
}

export type HostMessage = TextsMessage | StateMessage | RowsMessage | RatesMessage | DetailMessage;

/** What can be done with the change of a row. */
export type RowAction =
  | 'openKey'
  | 'openKeyToSide'
  | 'openRevision'
  | 'openHistory'
  | 'reveal'
  | 'copyKey'
  | 'copyValue'
  | 'copy'
  | 'filterByKey';

/** What can be done with a watch. */
export type WatchAction = 'pause' | 'resume' | 'stop' | 'restart' | 'options';

export type PageMessage =
  | { readonly kind: 'ready' }
  /** The rows that the page looks at: the last `count`, or those from `first` on. */
  | { readonly kind: 'look'; readonly first: number | 'end'; readonly count: number }
  | { readonly kind: 'detail'; readonly id: number }
  | { readonly kind: 'row'; readonly id: number; readonly action: RowAction }
  | { readonly kind: 'watch'; readonly id: number; readonly action: WatchAction }
  | { readonly kind: 'filter'; readonly filter: LiveFilter }
  | { readonly kind: 'rules'; readonly rules: readonly LiveRule[] }
  | { readonly kind: 'addWatch' };
