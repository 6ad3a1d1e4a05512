import type { Entry } from '../model/entry';
import type { ChangeOrigins } from './changeOrigins';
import { subjectPattern } from '../keys/keyPattern';
import type { LiveChange, LiveWatchSpec } from './liveChange';
import { PreviousValues } from './previousValues';

const previousBytes = 16 * 1024 * 1024;

/** Owns what keys held before; changes only through its methods. Makes changes of what a watch tells. */
export class ChangeMaker {
  private readonly previous = new PreviousValues(previousBytes);
  private readonly matches: (key: string) => boolean;

  constructor(
    private readonly spec: LiveWatchSpec,
    private readonly watch: number,
    private readonly origins: ChangeOrigins,
  ) {
    this.matches = subjectPattern(spec.filter).matches;
  }

  /** The changes that are wanted of these entries, which arrived at a time in ms since the epoch. */
  changes(entries: readonly Entry[], at: number): LiveChange[] {
    const { connectionId, bucket, operations } = this.spec;
    const changes: LiveChange[] = [];
    for (const entry of entries) {
      if (!this.matches(entry.key)) {
        continue;
      }
      const previous = this.previous.replace(entry);
      if (operations.length === 0 || operations.includes(entry.operation)) {
        const origin = this.origins.of(entry.revision);
        changes.push({ watch: this.watch, connectionId, bucket, entry, previous, origin, at });
      }
    }
    return changes;
  }

  /** Another bucket took the place of this one. */
  forget(): void {
    this.previous.clear();
  }
}
