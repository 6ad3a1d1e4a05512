import { folderPattern, startOfKeys, type FolderSeparator } from '../../kv/keys/folderKeys';
import { parseKeyFilter } from '../../kv/find/keyFilter';
import { formatCount } from '../format/format';
import * as vscode from 'vscode';

/** What a table is of: a bucket, a folder of it, what a filter lets through, or some keys. */
export interface TablePlace {
  readonly connectionId: string;
  readonly bucket: string;
  readonly folder?: { readonly prefix: string; readonly separator: FolderSeparator };
  /** As it was typed. */
  readonly filter?: string;
  readonly keys?: readonly string[];
}

/** The place that was kept over a reload of the window; undefined for what is not understood. */
export function placeIn(kept: unknown): TablePlace | undefined {
  const place = (kept ?? {}) as Partial<Record<keyof TablePlace, unknown>>;
  const { connectionId, bucket, folder, filter, keys } = place;
  if (typeof connectionId !== 'string' || typeof bucket !== 'string') {
    return undefined;
  }
  const { prefix, separator } = (folder ?? {}) as { prefix?: unknown; separator?: unknown };
  const known = (['.', '/', 'mixed'] as const).find((each) => each === separator);
  return {
    ...{ connectionId, bucket },
    ...(typeof prefix === 'string' && known && { folder: { prefix, separator: known } }),
    ...(typeof filter === 'string' && { filter }),
    ...(isTexts(keys) && { keys }),
  };
}

function isTexts(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every((each) => typeof each === 'string');
}

/** Which keys are the place's; undefined for all. */
export function matcherOf({ folder, filter }: TablePlace): ((key: string) => boolean) | undefined {
  const parsed = filter === undefined ? undefined : parseKeyFilter(filter);
  const matches = parsed?.kind === 'filter' ? parsed.filter.matches : undefined;
  if (!folder) {
    return matches;
  }
  const { prefix, separator } = folder;
  const starts = separator === 'mixed' ? [`${prefix}.`, `${prefix}/`] : [startOfKeys(folder)];
  const isIn = (key: string) => starts.some((start) => key.startsWith(start));
  return matches ? (key) => isIn(key) && matches(key) : isIn;
}

/** What the tab is called: `orders.> · SHOP (Table)`. */
export function titleOf({ bucket, folder, filter, keys }: TablePlace): string {
  const part = folder ? folderPattern(folder) : filter;
  const keyed = keys && vscode.l10n.t('{0} keys', formatCount(keys.length));
  const parts = [keyed ?? part, bucket].filter((each) => each !== undefined);
  return vscode.l10n.t('{0} (Table)', parts.join(' · '));
}
