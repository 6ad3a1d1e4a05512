import { beforeEach, describe, expect, it } from 'vitest';
import type { LiveWatchSpec } from '../../../src/kv/live/liveChange';
import { LiveOutages, type LiveOutage } from '../../../src/kv/live/liveOutage';
import { change } from './liveChanges';

const spec: LiveWatchSpec = {
  connectionId: 'local',
  bucket: 'b',
  filter: '>',
  start: { kind: 'updates' },
  operations: [],
};
const place = { revision: 29, created: 1 };

let now: number;
let added: LiveOutage[];
let changed: LiveOutage[];
let outages: LiveOutages;

beforeEach(() => {
  now = 10_000;
  added = [];
  changed = [];
  const rows = {
    addOutage: (outage: LiveOutage) => void added.push(outage),
    changeOutage: (outage: LiveOutage) => void changed.push(outage),
  };
  outages = new LiveOutages(rows, () => now);
});

function lose(kind: 'stale' | 'resuming' = 'stale'): void {
  outages.follow(1, spec, { kind, since: now }, place);
}

function comeBack(after = 4_000, of: LiveWatchSpec = spec): void {
  now += after;
  outages.follow(1, of, { kind: 'live' }, place);
}

/** A change of the time of the outage. */
function late(revision: number) {
  const made = change('k', 'x');
  return { ...made, origin: 'caughtUp' as const, entry: { ...made.entry, revision } };
}

describe('LiveOutages', () => {
  it('tells from when to when, and after which revision it went on', () => {
    lose();
    comeBack();
    expect(added).toEqual([
      {
        ...{ watch: 1, from: 10_000, to: 14_000, revision: 29 },
        ...{ caughtUp: 0, dropped: 0, recreated: false },
      },
    ]);
  });

  it('tells nothing of a moment in which a watch was renewed over a link that works', () => {
    lose('resuming');
    comeBack(900);
    expect(added).toEqual([]);
    lose('resuming');
    comeBack(1_500);
    expect(added).toHaveLength(1);
  });

  it('counts what was made up for, before the watch is live again and after', () => {
    lose();
    outages.receive(1, [late(30)]);
    comeBack();
    expect(added).toMatchObject([{ caughtUp: 1, dropped: 0 }]);
    outages.receive(1, [late(31), late(32)]);
    expect(changed).toMatchObject([{ caughtUp: 3, dropped: 0 }]);
  });

  it('counts what the bucket no longer holds, where every change is watched', () => {
    lose();
    comeBack();
    outages.receive(1, [late(33), late(36)]);
    expect(changed).toMatchObject([{ caughtUp: 2, dropped: 5 }]);
  });

  it('does not tell what was dropped where others are not watched', () => {
    lose();
    comeBack(4_000, { ...spec, filter: 'orders.>' });
    outages.receive(1, [late(36)]);
    expect(changed).toMatchObject([{ caughtUp: 1, dropped: undefined }]);
  });

  it('says that another bucket was there afterwards', () => {
    lose('resuming');
    now += 100;
    outages.follow(1, spec, { kind: 'live', recreatedAt: now }, place);
    expect(added).toMatchObject([{ recreated: true, dropped: undefined }]);
  });
});
