import * as vscode from 'vscode';
import { formatSize } from '../../../views/format/format';
import { plainWindow } from '../../../views/shown/plainWindow';

/** Between two steps that are shown, in milliseconds: more often nobody can read them. */
const intervalMs = 100;

/** Shows how many bytes have been written or sent, with Cancel; `total` where that is known. */
export function withBytesProgress<R>(
  title: string,
  total: number | undefined,
  run: (signal: AbortSignal, tell: (bytes: number) => void) => Promise<R>,
): Thenable<R> {
  const location = vscode.ProgressLocation.Notification;
  return plainWindow.withProgress({ location, title, cancellable: true }, (progress, token) => {
    const abort = new AbortController();
    token.onCancellationRequested(() => abort.abort());
    let [shown, last] = [0, -Infinity];
    return run(abort.signal, (bytes) => {
      const now = performance.now();
      if (now - last < intervalMs && bytes !== total) {
        return;
      }
      last = now;
      if (total === undefined) {
        progress.report({ message: formatSize(bytes) });
        return;
      }
      const message = vscode.l10n.t('{0} of {1}', formatSize(bytes), formatSize(total));
      progress.report({ increment: (100 * (bytes - shown)) / Math.max(1, total), message });
      shown = bytes;
    });
  });
}
