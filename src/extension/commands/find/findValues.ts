import * as vscode from 'vscode';
import { valueMatcher, type ValueQuery } from '../../../kv/find/valueQuery';
import { searchValues, type SearchCounts, type SearchEnd } from '../../../kv/find/valueSearch';
import { formatCount, keysText } from '../../../views/format/format';
import { matchesText } from '../../../views/find/findItems';
import type { ShownText } from '../../../kv/values/valueCodec';
import type { FindResults } from '../../../views/find/findResults';
import { settingIds } from '../../contributions';
import { reportFailure } from '../target';
import type { FindScope } from './findScope';
import { queryLabel } from './queryText';
import { plainWindow } from '../../../views/shown/plainWindow';
import { backgroundOf, inform } from '../../report';

/** One search: what for and where. */
export interface Search {
  readonly query: ValueQuery;
  readonly scope: FindScope;
}

export interface FinderParts {
  readonly results: FindResults;
  /** The text that an editor shows of a value; undefined for what is no text. */
  readonly textOf: ShownText;
  /** Has the codecs loaded that values may need. */
  readonly ready: () => Promise<void>;
  /** Shows the line above the results. */
  readonly tell: (message: string | undefined) => void;
  /** Has the view there, or not any more. */
  readonly setOpen: (isOpen: boolean) => void;
  /** Brings the view to the front, with the focus. */
  readonly show: () => Thenable<unknown>;
  readonly log: vscode.LogOutputChannel;
}

/** Owns the search in values that runs or ran last; changes only through its methods. */
export class ValueFinder {
  private running: AbortController | undefined;
  private last: Search | undefined;

  constructor(private readonly parts: FinderParts) {}

  /**
   * Looks anew in the place of what was found before, with progress and Cancel. The view has the focus from
   * the beginning: with the first match, whenever that is, it would take it from whoever types elsewhere.
   */
  async find(search: Search): Promise<void> {
    this.running?.abort();
    const running = new AbortController();
    this.running = running;
    this.last = search;
    const { label, title } = texts(search);
    const { log, results, setOpen, show, tell } = this.parts;
    setOpen(true);
    results.clear();
    tell(title);
    backgroundOf(log)('show the results', show());
    try {
      await this.parts.ready();
      const { end, counts } = await this.withProgress(title, running, search);
      if (this.running === running) {
        this.running = undefined;
        this.told(search, end, counts);
      }
    } catch (error) {
      if (this.running === running) {
        this.running = undefined;
        tell(vscode.l10n.t('{0}: not all values could be read', label));
        await reportFailure(log, vscode.l10n.t('Failed to find {0}', label), error);
      }
    }
  }

  /** Runs the last search once more. */
  async refresh(): Promise<void> {
    if (this.last) {
      await this.find(this.last);
    }
  }

  /** The query whose results are shown. */
  get query(): ValueQuery | undefined {
    return this.last?.query;
  }

  clear(): void {
    this.running?.abort();
    this.running = undefined;
    this.parts.results.clear();
    this.parts.tell(undefined);
    this.parts.setOpen(false);
  }

  /** Says that results went: where the last is gone and nothing runs there is nothing to see any more. */
  resultsChanged(): void {
    if (this.running === undefined && this.parts.results.isEmpty) {
      this.parts.setOpen(false);
    }
  }

  private withProgress(title: string, running: AbortController, { query, scope }: Search) {
    const location = vscode.ProgressLocation.Notification;
    return plainWindow.withProgress({ location, title, cancellable: true }, (progress, token) => {
      token.onCancellationRequested(() => running.abort());
      let reported = 0;
      return searchValues(scope.places, {
        ...limits(),
        matcher: matcherOf(query),
        textOf: this.parts.textOf,
        signal: running.signal,
        onFound: (found) => this.found(running, found),
        onProgress: (counts) => {
          const percent = (100 * counts.searched) / Math.max(1, counts.total);
          progress.report({ increment: percent - reported, message: progressText(counts) });
          reported = percent;
        },
      });
    });
  }

  private found(running: AbortController, found: Parameters<FindResults['add']>[0]): void {
    if (this.running === running) {
      this.parts.results.add(found);
    }
  }

  private told(search: Search, end: SearchEnd, counts: SearchCounts): void {
    const { label, scope } = texts(search);
    if (counts.matches === 0) {
      const searched = formatCount(counts.searched);
      const none = vscode.l10n.t(
        'No value of {0} matches {1}: {2} searched',
        scope,
        label,
        searched,
      );
      const text = `${[none, ...skipped(counts)].join(', ')}.`;
      this.parts.tell(text);
      if (end !== 'cancelled') {
        inform(text);
      }
      return;
    }
    const summary = vscode.l10n.t(
      '{0} in {1}',
      matchesText(counts.matches),
      keysText(counts.found),
    );
    const facts = [endText(end, counts), ...skipped(counts)].filter((fact) => fact !== undefined);
    this.parts.tell([`${label} in ${scope}: ${summary}`, ...facts].join(' · '));
  }
}

function texts({ query, scope }: Search) {
  const label = queryLabel(query);
  const title = vscode.l10n.t('Finding {0} in {1}', label, scope.name);
  return { label, title, scope: scope.name };
}

function matcherOf(query: ValueQuery) {
  const matcher = valueMatcher(query);
  if (typeof matcher !== 'function') {
    throw new Error(matcher.reason);
  }
  return matcher;
}

function limits() {
  const settings = vscode.workspace.getConfiguration();
  return {
    maxResults: settings.get<number>(settingIds.findMaxResults, 1_000),
    maxValueBytes: settings.get<number>(settingIds.findMaxValueSize, 1_024) * 1_024,
    pauseMs: settings.get<number>(settingIds.findPause, 0),
  };
}

function progressText({ searched, total, matches }: SearchCounts): string {
  const of = vscode.l10n.t('{0} of {1}', formatCount(searched), formatCount(total));
  return matches === 0 ? of : `${of} · ${matchesText(matches)}`;
}

function endText(end: SearchEnd, { searched, total }: SearchCounts): string | undefined {
  switch (end) {
    case 'complete':
      return undefined;
    case 'limit':
      return vscode.l10n.t('stopped there, as natsKv.find.maxResults says');
    case 'tooSlow':
      return vscode.l10n.t('stopped: the expression takes too long');
    case 'cancelled':
      return vscode.l10n.t('stopped after {0} of {1}', formatCount(searched), formatCount(total));
  }
}

function skipped({ tooLarge, binary, tooSlow, unreadable }: SearchCounts): string[] {
  return [
    tooLarge > 0 ? vscode.l10n.t('{0} too large', formatCount(tooLarge)) : '',
    binary > 0 ? vscode.l10n.t('{0} not text', formatCount(binary)) : '',
    tooSlow > 0 ? vscode.l10n.t('{0} took too long', formatCount(tooSlow)) : '',
    unreadable > 0 ? vscode.l10n.t('{0} cannot be read', formatCount(unreadable)) : '',
  ].filter((fact) => fact !== '');
}
