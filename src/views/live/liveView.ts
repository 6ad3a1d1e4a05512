import * as vscode from 'vscode';
import { commandIds } from '../../extension/contributions';
import { DisposableStore, type Disposable } from '../../kv/base/event';
import { changeDetail } from '../../kv/live/changeDetail';
import { filterProblem } from '../../kv/live/liveFilter';
import type { LiveFeed } from '../../kv/live/liveFeed';
import type { ChangeRow, LiveRow } from '../../kv/live/liveRows';
import { isRuleProblem, parseRule } from '../../kv/rules/parseRule';
import { formatCount } from '../format/format';
import type { Batch } from '../page/batch';
import { MessageBatcher } from '../page/messageBatcher';
import { webviewDocument } from '../page/webviewDocument';
import type { HostMessage, PageMessage, RowAction, RowView, StateMessage } from './liveProtocol';
import { liveTexts } from './liveTexts';
import { rowView, watchView } from './liveViews';
import type { Background } from '../../kv/base/background';

export interface LiveViewParts {
  readonly feed: LiveFeed;
  /** Where the bundled page lies. */
  readonly dist: vscode.Uri;
  readonly nameOf: (connectionId: string) => string;
  /** What the user asked of a row; the extension knows how. */
  readonly onRow: (row: ChangeRow, action: RowAction) => void;
  readonly log: vscode.LogOutputChannel;
  readonly inBackground: Background;
}

/** Rows are made for so long at a time, so that nothing else has to wait. */
const advanceMs = 15;
/** A row whose values are large takes some ten milliseconds to be compared. */
const viewsMs = 15;
const secondMs = 1_000;
/** More rows than fit on any screen, however many the page asks for. */
const maxRows = 500;

/**
 * Owns the page of the Live view; changes only through the feed and what the page asks for. While
 * nobody sees it, it sends nothing and only counts what meets a rule, in the badge.
 */
export class LiveView implements Disposable {
  private readonly store = new DisposableStore();
  private readonly batcher: MessageBatcher<HostMessage>;
  private readonly views = new WeakMap<LiveRow, RowView>();
  private view: vscode.WebviewView | undefined;
  private isReady = false;
  private look: { first: number | 'end'; count: number } = { first: 'end', count: 50 };
  /** What the page has of the rows that it looks at. */
  private sent = new Map<number, RowView>();
  /** Changes that have met a rule since the view was last seen. */
  private unseenMatches = 0;

  constructor(private readonly parts: LiveViewParts) {
    const { feed } = parts;
    this.batcher = this.store.add(
      new MessageBatcher<HostMessage>((batch) => this.post(batch), Date.now),
    );
    this.store.add(feed.onDidChange(() => this.feedChanged()));
    this.store.add(feed.onDidMatch(() => this.matched()));
    const timer = setInterval(() => this.eachSecond(), secondMs);
    this.store.add({ dispose: () => clearInterval(timer) });
  }

  resolveWebviewView(view: vscode.WebviewView): void {
    const { webview } = view;
    this.view = view;
    this.forgetPage();
    webview.options = { enableScripts: true, localResourceRoots: [this.parts.dist] };
    webview.onDidReceiveMessage((batch: Batch<PageMessage>) =>
      batch.messages.forEach((message) => this.receive(message)),
    );
    view.onDidChangeVisibility(() => this.visibilityChanged());
    view.onDidDispose(() => this.closed(view));
    webview.html = webviewDocument(webview, {
      dist: this.parts.dist,
      name: 'live',
      element: 'nats-kv-live',
      title: 'NATS KV Live',
    });
    this.visibilityChanged();
  }

  dispose(): void {
    this.store.dispose();
  }

  private closed(view: vscode.WebviewView): void {
    if (this.view === view) {
      this.view = undefined;
      this.forgetPage();
    }
  }

  private forgetPage(): void {
    this.isReady = false;
    this.sent.clear();
    this.batcher.reset();
    this.unseenMatches = 0;
  }

  /** VS Code throws the page of a hidden view away; it says `ready` when there is a new one. */
  private visibilityChanged(): void {
    if (this.view?.visible) {
      this.view.badge = undefined;
    } else {
      this.forgetPage();
    }
  }

  private feedChanged(): void {
    if (this.isReady) {
      this.batcher.send('state', () => this.state());
      this.batcher.send('rows', () => this.rows());
    }
  }

  private eachSecond(): void {
    if (this.isReady) {
      this.batcher.send('rates', () => this.rates());
    } else if (this.view && !this.view.visible) {
      this.showBadge(this.view);
    }
  }

  private matched(): void {
    if (this.view && !this.view.visible) {
      this.unseenMatches++;
    }
  }

  private showBadge(view: vscode.WebviewView): void {
    const value = this.unseenMatches;
    if (value > 0 && value !== view.badge?.value) {
      const count = formatCount(value);
      const tooltip = vscode.l10n.t('{0} highlighted changes since Live was last seen', count);
      view.badge = { value, tooltip };
    }
  }

  private async post(batch: Batch<HostMessage>): Promise<void> {
    if (this.isReady && this.view) {
      const posted = this.view.webview.postMessage(batch);
      this.parts.inBackground('show the changes of Live', posted);
      await posted;
    }
  }

  private receive(message: PageMessage): void {
    const { feed } = this.parts;
    switch (message.kind) {
      case 'ready':
        this.pageIsReady();
        break;
      case 'look':
        this.look = { first: message.first, count: Math.min(maxRows, message.count) };
        this.sent.clear();
        this.batcher.send('rows', () => this.rows());
        break;
      case 'detail':
        this.parts.inBackground('show a change of Live', this.sendDetail(message.id));
        break;
      case 'row':
        this.rowAction(message.id, message.action);
        break;
      case 'watch':
        this.watchAction(message);
        break;
      case 'filter':
        feed.setFilter(message.filter);
        break;
      case 'rules':
        feed.setRules(message.rules);
        break;
      case 'addWatch':
        this.run(commandIds.liveWatch);
        break;
    }
  }

  /** Does with the change of a row what was asked, by the page or from its menu. */
  rowAction(id: number, action: RowAction): void {
    const { feed, onRow } = this.parts;
    const row = feed.rows.get(id);
    if (row?.kind !== 'change') {
      return;
    }
    if (action === 'filterByKey') {
      feed.setFilter({ ...feed.filter, key: row.change.entry.key });
    } else {
      onRow(row, action);
    }
  }

  private run(command: string, ...args: readonly unknown[]): void {
    const done = vscode.commands.executeCommand(command, ...args);
    this.parts.inBackground(`run ${command}`, done);
  }

  private watchAction({ id, action }: PageMessage & { kind: 'watch' }): void {
    if (action === 'options') {
      this.run(commandIds.liveOptions, id);
    } else {
      this.parts.feed[action](id);
    }
  }

  private pageIsReady(): void {
    this.isReady = true;
    this.sent.clear();
    this.batcher.reset();
    this.batcher.send('texts', () => ({ kind: 'texts', texts: liveTexts() }));
    this.batcher.send('rates', () => this.rates());
    this.feedChanged();
  }

  private state(): StateMessage {
    const { feed, nameOf } = this.parts;
    return {
      kind: 'state',
      watches: feed.watches.map((each) => watchView(each, nameOf(each.spec.connectionId))),
      filter: feed.filter,
      filterProblem: filterProblem(feed.filter),
      rules: feed.rules.map((rule) => {
        const parsed = parseRule(rule.condition);
        return { ...rule, problem: isRuleProblem(parsed) ? parsed.problem : undefined };
      }),
    };
  }

  private rates(): HostMessage {
    const { feed } = this.parts;
    const series = feed.watches.map(({ id }) => ({ watch: id, counts: feed.rates(id) }));
    return { kind: 'rates', at: Date.now(), series };
  }

  /** The rows that the page looks at and does not have yet as they are. */
  private rows(): HostMessage {
    const { feed } = this.parts;
    const { rows } = feed;
    const deadline = performance.now() + advanceMs;
    if (!rows.advance(() => performance.now() > deadline)) {
      // Not from inside the batch that is being made: that would be sent at once.
      setImmediate(() => this.feedChanged());
    }
    const shown = this.shownRows();
    const news = [...shown.values()].filter((each) => this.sent.get(each.id) !== each).reverse();
    this.sent = shown;
    const { first, count, passed } = rows;
    return { kind: 'rows', first, count, rows: news, counts: feed.counts, passed };
  }

  /** The rows that the page looks at, newest first, as far as there is time for now. */
  private shownRows(): Map<number, RowView> {
    const { rows } = this.parts.feed;
    const end = rows.first + rows.count;
    const { first, count } = this.look;
    const from = first === 'end' ? end - count : first;
    const deadline = performance.now() + viewsMs;
    const shown = new Map<number, RowView>();
    for (let id = Math.min(end, from + count) - 1; id >= Math.max(from, rows.first); id--) {
      const row = rows.get(id);
      const view = row && (this.views.get(row) ?? this.makeView(row, deadline));
      if (!view) {
        setImmediate(() => this.feedChanged());
        break;
      }
      shown.set(id, view);
    }
    return shown;
  }

  private makeView(row: LiveRow, deadline: number): RowView | undefined {
    if (performance.now() > deadline) {
      return undefined;
    }
    const view = rowView(row, this.parts.nameOf);
    this.views.set(row, view);
    return view;
  }

  private async sendDetail(id: number): Promise<void> {
    const { feed, log } = this.parts;
    const row = feed.rows.get(id);
    if (row?.kind !== 'change') {
      return;
    }
    const before = await feed.before(row).catch((error: unknown) => {
      log.debug('live: the value before could not be read', error);
      return undefined;
    });
    const detail = await changeDetail(before, row.change.entry);
    if (this.isReady) {
      this.batcher.send(`detail ${id}`, () => ({ kind: 'detail', id, detail }));
    }
  }
}
