import { describe, expect, it } from 'vitest';
import { parseMoment } from '../../../src/kv/asOf/parseMoment';
import type { BucketStatus } from '../../../src/kv/model/bucket';

const now = new Date(2026, 2, 10, 12, 0, 0).getTime();
const created = new Date(2026, 2, 1).getTime();
const status = { created, lastRevision: 100 } as BucketStatus;

describe('parseMoment', () => {
  it.each<[string, object]>([
    ['r12', { kind: 'revision', revision: 12 }],
    [' 12 ', { kind: 'revision', revision: 12 }],
    ['r100', { kind: 'revision', revision: 100 }],
    ['2h', { kind: 'time', time: now - 7_200_000 }],
    ['1d12h', { kind: 'time', time: now - 36 * 3_600_000 }],
    ['08:30', { kind: 'time', time: new Date(2026, 2, 10, 8, 30).getTime() }],
    ['08:30:15', { kind: 'time', time: new Date(2026, 2, 10, 8, 30, 15).getTime() }],
    ['2026-03-05', { kind: 'time', time: new Date(2026, 2, 5).getTime() }],
    ['2026-03-05 18:00', { kind: 'time', time: new Date(2026, 2, 5, 18).getTime() }],
    ['2026-03-05T18:00:00Z', { kind: 'time', time: Date.UTC(2026, 2, 5, 18) }],
    ['2026-03-05T18:00:00.250+01:00', { kind: 'time', time: Date.UTC(2026, 2, 5, 17, 0, 0, 250) }],
  ])('reads %j', (text, moment) => {
    expect(parseMoment(text, { now, status })).toEqual(moment);
  });

  it.each<[string, object]>([
    ['', { kind: 'unreadable' }],
    ['r0', { kind: 'unreadable' }],
    ['yesterday', { kind: 'unreadable' }],
    ['25:00', { kind: 'unreadable' }],
    ['2026-13-01', { kind: 'unreadable' }],
    ['2026-03-05 late', { kind: 'unreadable' }],
    ['r101', { kind: 'ahead', last: 100 }],
    ['2026-03-11', { kind: 'ahead', last: undefined }],
    ['13:00', { kind: 'ahead', last: undefined }],
    ['2026-02-01', { kind: 'before', created }],
    ['30d', { kind: 'before', created }],
  ])('finds what is wrong with %j', (text, problem) => {
    expect(parseMoment(text, { now, status })).toEqual(problem);
  });
});
