import type { WatchOptions } from '../model/watch';
import type { LiveStart } from './liveChange';

/** Where a watch begins in a bucket whose last revision is `last`. */
export function watchFrom(start: LiveStart, last: number): Pick<WatchOptions, 'from' | 'since'> {
  switch (start.kind) {
    case 'updates':
    case 'current':
      return { from: last + 1 };
    case 'history':
      return { from: 1 };
    case 'revision':
      return { from: Math.max(1, start.revision) };
    case 'time':
      return { from: 1, since: start.time };
  }
}
