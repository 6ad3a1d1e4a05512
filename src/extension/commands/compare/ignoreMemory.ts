import type * as vscode from 'vscode';
import {
  ignoredText,
  parseIgnored,
  plainRules,
  type CompareRules,
} from '../../../kv/compare/compareRules';
import type { ComparedPart } from '../../../views/compare/compareNodes';

type Ignored = Pick<CompareRules, 'ignoredKeys' | 'ignoredPaths'>;
type Parts = readonly [ComparedPart, ComparedPart];

interface Remembered {
  readonly pair: string;
  readonly ignored: string;
}

const place = 'natsKv.compare.ignored';
/** Pairs; those that were not compared for the longest time are given up. */
const most = 50;

interface Kept {
  get<T>(key: string): T | undefined;
}

/**
 * Owns what is ignored in a comparison, for each pair of sides of this workspace, whichever is left and
 * whatever the moment; changes only through `keep`.
 */
export class IgnoreMemory {
  constructor(private readonly memory: Pick<vscode.Memento, 'update'> & Kept) {}

  of(parts: Parts): Ignored {
    const pair = pairOf(parts);
    const { ignoredKeys, ignoredPaths } = plainRules;
    const known = this.all.find((one) => one.pair === pair);
    const parsed = known && parseIgnored(known.ignored);
    return parsed && !('rule' in parsed) ? parsed : { ignoredKeys, ignoredPaths };
  }

  async keep(parts: Parts, ignored: Ignored): Promise<void> {
    const pair = pairOf(parts);
    const others = this.all.filter((one) => one.pair !== pair);
    const text = ignoredText({ ...plainRules, ...ignored });
    const all = text === '' ? others : [{ pair, ignored: text }, ...others].slice(0, most);
    await this.memory.update(place, all);
  }

  private get all(): readonly Remembered[] {
    return this.memory.get<readonly Remembered[]>(place) ?? [];
  }
}

function pairOf(parts: Parts): string {
  return JSON.stringify(parts.map(sideOf).sort());
}

function sideOf(part: ComparedPart): string {
  return JSON.stringify(
    part.kind === 'file' ? [part.id, part.prefix] : [part.connectionId, part.bucket, part.prefix],
  );
}
