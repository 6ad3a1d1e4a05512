/**
 * What a page shows: sections of facts, tables and plots, every text in words and fit to be shown as it
 * is. The page itself knows nothing of what it is about.
 */
export interface PageView {
  readonly title: string;
  /** Where that is: `local · PRODUCTION`. */
  readonly subtitle: string;
  /** Whether what is told is of now. */
  readonly state: { readonly level: Level; readonly text: string };
  readonly notices: readonly Notice[];
  readonly actions: readonly ActionView[];
  readonly sections: readonly SectionView[];
}

/** How much something is to be looked at; never told by colour alone. */
type Level = 'ok' | 'plain' | 'warning' | 'error';

export interface Notice {
  readonly level: 'warning' | 'error';
  readonly text: string;
}

/** Something that can be done; `id` and `value` come back as they are. */
export interface ActionView {
  readonly id: string;
  readonly value?: string;
  readonly label: string;
  /** What it does and costs, where the label does not say it. */
  readonly hint?: string;
}

export interface SectionView {
  readonly id: string;
  readonly title: string;
  /** How its numbers were obtained and when. */
  readonly how?: string;
  /** Takes the whole width. */
  readonly isWide?: boolean;
  readonly blocks: readonly BlockView[];
}

export type BlockView =
  | { readonly kind: 'text'; readonly text: string; readonly level?: Level }
  | { readonly kind: 'tiles'; readonly tiles: readonly TileView[] }
  | { readonly kind: 'facts'; readonly facts: readonly FactView[] }
  | { readonly kind: 'actions'; readonly actions: readonly ActionView[] }
  | { readonly kind: 'progress'; readonly text: string; readonly action?: ActionView }
  | TableView
  | PlotView;

/** One of the few numbers that matter most. */
export interface TileView {
  readonly label: string;
  readonly value: string;
  readonly detail: string;
  readonly how: string;
  /** From 0 to 1, drawn as a bar. */
  readonly share?: number;
  readonly level?: Level;
}

export interface FactView {
  readonly label: string;
  readonly value: string;
  /** Where that is not as the section says. */
  readonly how?: string;
  readonly level?: Level;
}

export interface TableView {
  readonly kind: 'table';
  readonly id: string;
  /** For those who do not see where it stands. */
  readonly caption: string;
  readonly columns: readonly ColumnView[];
  readonly rows: readonly RowView[];
  /** What to say where there are no rows. */
  readonly empty: string;
  /** Which rows of how many these are, where there are more; asked for by `page`. */
  readonly part?: {
    readonly text: string;
    readonly previous?: ActionView;
    readonly next?: ActionView;
  };
  /** What the path above is that its rows are below, each step to be gone to. */
  readonly path?: readonly ActionView[];
}

export interface ColumnView {
  readonly label: string;
  readonly isNumber?: boolean;
  /** Sorts by it. */
  readonly sort?: ActionView;
  readonly sorted?: 'ascending' | 'descending';
}

export interface RowView {
  readonly cells: readonly CellView[];
}

export interface CellView {
  readonly text: string;
  readonly action?: ActionView;
  readonly level?: Level;
  /** From 0 to 1, drawn as a bar behind it. */
  readonly share?: number;
}

/** Told in a table too, for those who do not see it. */
export interface PlotView {
  readonly kind: 'bars' | 'line';
  readonly id: string;
  /** What it shows, in a sentence. */
  readonly summary: string;
  readonly tableLabel: string;
  /** The names of the places, or what each point of a line is called in the table. */
  readonly categories: readonly string[];
  /** Of a line: seconds since the epoch of each point. */
  readonly times?: readonly number[];
  readonly categoryLabel: string;
  readonly series: readonly SeriesView[];
  /** What a click on each place does. */
  readonly actions?: readonly (ActionView | null)[];
}

export interface SeriesView {
  readonly label: string;
  readonly values: readonly number[];
  /** The same in words. */
  readonly texts: readonly string[];
  readonly unit: 'bytes' | 'count';
}

interface ShownMessage {
  readonly kind: 'page';
  readonly page: PageView;
  /** What brings the page back after a reload of the window. */
  readonly keep: object;
}

export type PageHostMessage = ShownMessage;

export type PageGuestMessage =
  | { readonly kind: 'ready' }
  | { readonly kind: 'act'; readonly id: string; readonly value?: string };
