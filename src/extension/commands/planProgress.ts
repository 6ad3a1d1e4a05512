import * as vscode from 'vscode';
import type { Observable } from '../../kv/base/event';
import { RateLimit } from '../../kv/base/rateLimit';
import type { LinkState } from '../../kv/model/kvConnection';
import { formatCount } from '../../views/format/format';
import { plainWindow } from '../../views/shown/plainWindow';
import { settingIds } from '../contributions';

/** How far work has come; `total` where that is known. */
export type TellProgress = (done: number, total?: number) => void;

/** Between two steps that are shown, in milliseconds: more often nobody can read them. */
const intervalMs = 100;

/**
 * Shows how far work on many keys has come, with Cancel. `total`: how much there is to do, where that is
 * known. `link`: what the work waits for when it is lost, which is said. `format`: how much that is in words.
 */
export function withPlanProgress<R>(
  title: string,
  total: number | undefined,
  run: (signal: AbortSignal, tell: TellProgress) => Promise<R>,
  link?: Observable<LinkState>,
  format: (amount: number) => string = formatCount,
): Thenable<R> {
  const location = vscode.ProgressLocation.Notification;
  return plainWindow.withProgress({ location, title, cancellable: true }, (progress, token) => {
    const abort = new AbortController();
    token.onCancellationRequested(() => abort.abort());
    const waiting = link?.onDidChange(({ kind }) => {
      if (kind === 'reconnecting') {
        progress.report({ message: vscode.l10n.t('waiting for the connection') });
      }
    });
    let shown = 0;
    let last = -Infinity;
    return run(abort.signal, (done, all = total) => {
      const now = performance.now();
      if (now - last < intervalMs && done !== all) {
        return;
      }
      last = now;
      if (all === undefined) {
        progress.report({ message: format(done) });
        return;
      }
      const message = vscode.l10n.t('{0} of {1}', format(done), format(all));
      progress.report({ increment: all === 0 ? 0 : (100 * (done - shown)) / all, message });
      shown = done;
    }).finally(() => waiting?.dispose());
  });
}

/** How many keys a second the user lets a plan write; 0 for any number. */
export function maxPerSecond(): number {
  return vscode.workspace.getConfiguration().get<number>(settingIds.bulkMaxPerSecond, 0);
}

/** The same for one run of a plan. */
export function planRate(): RateLimit {
  return new RateLimit(maxPerSecond());
}
