import * as vscode from 'vscode';
import { DisposableStore, type Disposable } from '../../../kv/base/event';

/** Scheme of the names of rows, which nothing can be opened by. */
export const rowScheme = 'natskv-row';

/** Part of the name of a row whose key is deleted. */
export const goneQuery = 'gone';

/** What happened to a key a moment ago. */
export type PulseKind = 'added' | 'changed' | 'deleted';

interface Mark {
  readonly uri: vscode.Uri;
  readonly kind: PulseKind;
  readonly until: number;
  readonly ended: () => void;
}

/** How long a row is marked, how soon, and how often marks are taken away, in milliseconds. */
const lastsMs = 2000;
const tellMs = 40;
const tickMs = 250;
/** Marks at a time: more is a storm in which none can be read. */
const mostMarks = 200;

/**
 * Owns the marks of rows that changed a moment ago, and dims deleted keys; changes only through
 * `mark` and time. Collapsed folders are marked by what is in them.
 */
export class Pulses implements vscode.FileDecorationProvider, Disposable {
  private readonly store = new DisposableStore();
  private readonly changed = this.store.add(new vscode.EventEmitter<vscode.Uri[]>());
  private readonly marks = new Map<string, Mark>();
  private untold: vscode.Uri[] = [];
  private timer: ReturnType<typeof setInterval> | undefined;
  private soon: ReturnType<typeof setTimeout> | undefined;

  readonly onDidChangeFileDecorations = this.changed.event;

  constructor() {
    this.store.add(vscode.window.registerFileDecorationProvider(this));
  }

  /** True while so many rows are marked that no more will be. */
  get isFull(): boolean {
    return this.marks.size >= mostMarks;
  }

  /** Marks a row for a moment; `ended` is called when the mark is taken away. */
  mark(uri: vscode.Uri, kind: PulseKind, ended: () => void): void {
    const name = uri.toString();
    if (this.isFull && !this.marks.has(name)) {
      return;
    }
    this.marks.set(name, { uri, kind, ended, until: Date.now() + lastsMs });
    if (this.untold.length === 0) {
      this.soon = setTimeout(() => this.tick(), tellMs);
    }
    this.untold.push(uri, uri.with({ query: goneQuery }));
    this.timer ??= setInterval(() => this.tick(), tickMs);
  }

  /** What a screen reader is told of a row. */
  wordsOf(uri: vscode.Uri): string | undefined {
    const mark = this.marks.get(uri.toString());
    return mark && wordsOf(mark.kind);
  }

  provideFileDecoration(uri: vscode.Uri): vscode.FileDecoration | undefined {
    if (uri.scheme !== rowScheme) {
      return undefined;
    }
    const mark = this.marks.get(uri.with({ query: '' }).toString());
    if (mark) {
      const { badge, colour } = looks[mark.kind];
      const decoration = new vscode.FileDecoration(
        badge,
        wordsOf(mark.kind),
        new vscode.ThemeColor(colour),
      );
      decoration.propagate = true;
      return decoration;
    }
    return uri.query === goneQuery
      ? new vscode.FileDecoration(
          undefined,
          undefined,
          new vscode.ThemeColor('descriptionForeground'),
        )
      : undefined;
  }

  dispose(): void {
    clearTimeout(this.soon);
    clearInterval(this.timer);
    this.store.dispose();
  }

  private tick(): void {
    const now = Date.now();
    const told = this.untold;
    this.untold = [];
    for (const [name, { uri, until, ended }] of this.marks) {
      if (until <= now) {
        this.marks.delete(name);
        ended();
        told.push(uri, uri.with({ query: goneQuery }));
      }
    }
    if (told.length > 0) {
      this.changed.fire(told);
    }
    if (this.marks.size === 0) {
      clearInterval(this.timer);
      this.timer = undefined;
    }
  }
}

const looks: Readonly<Record<PulseKind, { badge: string; colour: string }>> = {
  added: { badge: '+', colour: 'charts.green' },
  changed: { badge: '●', colour: 'charts.blue' },
  deleted: { badge: '−', colour: 'charts.red' },
};

function wordsOf(kind: PulseKind): string {
  switch (kind) {
    case 'added':
      return vscode.l10n.t('just added');
    case 'changed':
      return vscode.l10n.t('just changed');
    case 'deleted':
      return vscode.l10n.t('just deleted');
  }
}
