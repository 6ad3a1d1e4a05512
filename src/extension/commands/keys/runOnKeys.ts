import * as vscode from 'vscode';
import { isKvError, messageOf } from '../../../kv/model/errors';
import { reportFailure } from '../target';
import { plainWindow } from '../../../views/shown/plainWindow';
import { backgroundOf } from '../../report';

/** Work on many keys: what it is called, and what is said when some of it failed. */
export interface KeyJob<T> {
  readonly title: string;
  readonly items: readonly T[];
  /** The name of an item in messages: its key. */
  readonly nameOf: (item: T) => string;
  /** 'Failed to delete 3 of 10 keys', without the reasons. */
  readonly failed: (problems: number, total: number) => string;
}

/** Does one item. Returns why it failed, or undefined when it did not; throws the like. */
export type KeyWork<T> = (item: T, signal: AbortSignal) => Promise<string | undefined>;

/** From how many keys on there is a notification with a Cancel button, and not just a sign of life. */
export const manyKeys = 20;
const inFlight = 8;
/** How many failures a message names; the log has them all. */
const namedProblems = 3;

/**
 * Works on keys, some at a time, with progress and Cancel where there are many. Failures are told at
 * the end in one message. Returns whether all were done.
 */
export async function runOnKeys<T>(
  log: vscode.LogOutputChannel,
  job: KeyJob<T>,
  work: KeyWork<T>,
): Promise<boolean> {
  const { items, title, nameOf } = job;
  const problems: string[] = [];
  let started = 0;
  const run = async (progress: Progress, signal: AbortSignal): Promise<void> => {
    const next = async (): Promise<void> => {
      for (let item = items[started]; item !== undefined; item = items[started]) {
        if (signal.aborted) {
          return;
        }
        started++;
        const problem = await attempt(() => work(item, signal));
        if (problem !== undefined) {
          problems.push(`${nameOf(item)}: ${problem}`);
        }
        const message = `${started} / ${items.length}`;
        progress.report({ increment: 100 / items.length, message });
      }
    };
    await Promise.all(Array.from({ length: Math.min(inFlight, items.length) }, next));
  };
  await withKeyProgress(title, items.length, run);
  const left = items.length - started;
  if (left > 0) {
    problems.push(vscode.l10n.t('{0} were left out, since it was cancelled', left));
  }
  // Not waited for: it ends when the user closes the message.
  backgroundOf(log)('tell what failed', report(log, job, problems, left));
  return problems.length === 0;
}

export type Progress = vscode.Progress<{ increment?: number; message?: string }>;

/** Shows that something is under way: in the status bar, or with Cancel where it may take long. */
export function withKeyProgress<R>(
  title: string,
  keys: number,
  run: (progress: Progress, signal: AbortSignal) => Promise<R>,
): Thenable<R> {
  const cancellable = keys >= manyKeys;
  const { Notification, Window } = vscode.ProgressLocation;
  const location = cancellable ? Notification : Window;
  return plainWindow.withProgress({ location, title, cancellable }, (progress, token) => {
    const abort = new AbortController();
    token.onCancellationRequested(() => abort.abort());
    return run(progress, abort.signal);
  });
}

async function attempt(work: () => Promise<string | undefined>): Promise<string | undefined> {
  try {
    return await work();
  } catch (error) {
    return isKvError(error, 'cancelled') ? vscode.l10n.t('it was cancelled') : messageOf(error);
  }
}

async function report<T>(
  log: vscode.LogOutputChannel,
  { failed, items }: KeyJob<T>,
  problems: readonly string[],
  left: number,
): Promise<void> {
  if (problems.length === 0) {
    return;
  }
  const count = left > 0 ? problems.length - 1 + left : problems.length;
  const named = problems.slice(0, namedProblems);
  if (problems.length > namedProblems) {
    problems.forEach((problem) => log.error(problem));
    named.push(vscode.l10n.t('and {0} more, see the log', problems.length - namedProblems));
  }
  await reportFailure(log, failed(count, items.length), new Error(named.join('; ')));
}
