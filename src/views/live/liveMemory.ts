import type * as vscode from 'vscode';
import type { Operation } from '../../kv/model/entry';
import type { LiveStart, LiveWatchSpec } from '../../kv/live/liveChange';
import { noFilter, type LiveFilter } from '../../kv/live/liveFilter';
import type { LiveBookmark } from '../../kv/live/liveState';
import type { LiveRule } from '../../kv/live/liveRules';
import { liveStateKey } from './keptWatches';

/** A watch with the place where it goes on; none before it has seen its bucket. */
interface KeptWatch extends LiveWatchSpec {
  readonly isPaused: boolean;
  readonly place?: LiveBookmark | undefined;
}

/** What of the panel outlives a restart: what is watched and how it is shown, never a value. */
export interface LiveSettings {
  readonly watches: readonly KeptWatch[];
  readonly filter: LiveFilter;
  readonly rules: readonly LiveRule[];
}

/** Owns the panel's place in the workspace's state. */
export class LiveMemory {
  constructor(private readonly state: vscode.Memento) {}

  /** What was kept; whatever an older or newer version left that is not understood is left out. */
  read(): LiveSettings {
    const kept = this.state.get<Partial<Record<keyof LiveSettings, unknown>>>(liveStateKey) ?? {};
    const watches = Array.isArray(kept.watches) ? kept.watches.filter(isWatch) : [];
    const rules = Array.isArray(kept.rules) ? kept.rules.filter(isRule) : [];
    return { watches, rules, filter: isFilter(kept.filter) ? kept.filter : noFilter };
  }

  async write(settings: LiveSettings): Promise<void> {
    await this.state.update(liveStateKey, settings);
  }
}

function isWatch(value: unknown): value is KeptWatch {
  return (
    isRecord(value) &&
    [value['connectionId'], value['bucket'], value['filter']].every(isText) &&
    typeof value['isPaused'] === 'boolean' &&
    isOperations(value['operations']) &&
    isStart(value['start']) &&
    (value['place'] === undefined || isPlace(value['place']))
  );
}

function isPlace(value: unknown): value is LiveBookmark {
  return (
    isRecord(value) && typeof value['revision'] === 'number' && typeof value['created'] === 'number'
  );
}

function isStart(value: unknown): value is LiveStart {
  const kinds = ['updates', 'current', 'history'];
  return (
    isRecord(value) &&
    (kinds.includes(String(value['kind'])) ||
      (value['kind'] === 'revision' && typeof value['revision'] === 'number') ||
      (value['kind'] === 'time' && typeof value['time'] === 'number'))
  );
}

function isFilter(value: unknown): value is LiveFilter {
  return (
    isRecord(value) &&
    [value['text'], value['key'], value['condition']].every(isText) &&
    isOperations(value['operations'])
  );
}

function isRule(value: unknown): value is LiveRule {
  return isRecord(value) && isText(value['condition']) && typeof value['notify'] === 'boolean';
}

function isOperations(value: unknown): value is readonly Operation[] {
  const known = ['PUT', 'DEL', 'PURGE', 'EXPIRED'];
  return Array.isArray(value) && value.every((each) => known.includes(String(each)));
}

function isText(value: unknown): value is string {
  return typeof value === 'string';
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}
