import * as vscode from 'vscode';
import { isLive, type Entry } from '../../../kv/model/entry';
import { isKvError, messageOf } from '../../../kv/model/errors';
import { ObservableValue, type Disposable, type Observable } from '../../../kv/base/event';
import type { FoundKey } from '../../../kv/find/keyFinder';
import { displayText } from '../../../kv/values/displayText';
import { exactText } from '../../../kv/values/textForm';
import { formatSize } from '../../../views/format/format';
import type { Background } from '../../../kv/base/background';

/** How long a row must stay the active one before its value is read, in milliseconds. */
const restMs = 120;
const longestLine = 80;

/**
 * Owns the line that tells the value of the active row; changes only through `of`. One read at a time:
 * moving on cancels it.
 */
export class KeyPreview implements Disposable {
  private readonly line = new ObservableValue<string | undefined>(undefined);
  private reading: AbortController | undefined;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private shown: FoundKey | undefined;

  constructor(private readonly inBackground: Background) {}

  /** Undefined while there is nothing to tell. */
  readonly text: Observable<string | undefined> = this.line;

  of(found: FoundKey | undefined): void {
    const { shown } = this;
    if (found && found.key === shown?.key && found.bucket === shown.bucket) {
      return;
    }
    this.stop();
    this.shown = found;
    this.line.set(undefined);
    if (found) {
      const read = () => this.inBackground(`preview ${found.key}`, this.read(found));
      this.timer = setTimeout(read, restMs);
    }
  }

  dispose(): void {
    this.stop();
    this.line.dispose();
  }

  private async read({ session, bucket, key }: FoundKey): Promise<void> {
    const reading = new AbortController();
    const { signal } = reading;
    this.reading = reading;
    try {
      const connection = await session.connect();
      const entry = await connection.get(bucket, key, { signal });
      if (!signal.aborted) {
        this.line.set(describe(entry));
      }
    } catch (error) {
      if (!signal.aborted && !isKvError(error, 'cancelled')) {
        this.line.set(messageOf(error));
      }
    }
  }

  private stop(): void {
    clearTimeout(this.timer);
    this.reading?.abort();
  }
}

/** The facts of a value and how it begins, in one line. */
function describe(entry: Entry | undefined): string {
  if (!entry || !isLive(entry)) {
    return vscode.l10n.t('deleted');
  }
  const facts = [`r${entry.revision}`, formatSize(entry.size)];
  const text = exactText(entry.value);
  if (text === undefined) {
    return [...facts, vscode.l10n.t('binary')].join(' · ');
  }
  // Of JSON in several lines the first one alone would say nothing.
  const start = text
    .slice(0, longestLine * 4)
    .trim()
    .replace(/\s+/g, ' ');
  const isCut = start.length > longestLine || text.length > longestLine * 4;
  const line = displayText(start.slice(0, longestLine));
  return [...facts, isCut ? `${line}…` : line].join(' · ');
}
