import { describe, expect, it } from 'vitest';
import {
  configOf,
  durationProblem,
  historyProblem,
  limitProblem,
  optionRows,
  replicasProblem,
  usualDraft,
  type BucketAbilities,
} from '../../../../src/extension/commands/buckets/bucketOptions';
import { bucketConfigProblem } from '../../../../src/kv/session/bucketProblem';

const able = { keyTtls: true };

function row(option: string, change = {}, abilities: BucketAbilities = able) {
  const draft = { ...usualDraft(abilities), ...change };
  return optionRows(draft, abilities).find(({ value }) => value === option)?.description;
}

describe('the options of a new bucket', () => {
  it('keep ten revisions, and allow TTLs of single values where the server can', () => {
    expect(configOf('b', usualDraft({ keyTtls: true }))).toEqual({
      ...{ name: 'b', history: 10, ttl: 0, storage: 'file', replicas: 1, markerTtl: 60_000 },
    });
    expect(configOf('b', usualDraft({ keyTtls: false }))).not.toHaveProperty('markerTtl');
    expect(configOf('b', usualDraft({ keyTtls: undefined }))).not.toHaveProperty('markerTtl');
  });

  it('are given to the server only where they were chosen', () => {
    const draft = usualDraft({ keyTtls: true });
    const all = { description: 'd', maxBytes: 1, maxValueSize: 2, compressed: true };

    expect(configOf('b', { ...draft, ...all })).toMatchObject(all);
    for (const field of Object.keys(all)) {
      expect(configOf('b', draft)).not.toHaveProperty(field);
    }
    expect(bucketConfigProblem(configOf('b', { ...draft, ...all }))).toBeUndefined();
  });

  it('say what each is and means', () => {
    expect(row('history')).toBe('10 revisions of each key, to compare and restore');
    expect(row('history', { history: 1 })).toMatch(/what is overwritten is gone/);
    expect(row('keyTtls')).toBe('on: each key may have a TTL of its own, of 1m or more');
    expect(row('keyTtls', {}, { keyTtls: false })).toMatch(/nats-server 2\.11/);
    expect(row('keyTtls', {}, { keyTtls: undefined })).toBe(
      'off: no key can have a TTL of its own',
    );
    expect(row('maxBytes')).toBe('unlimited');
    expect(row('maxBytes', { maxBytes: 1_048_576 })).toBe('1.0 MiB');
  });

  it('are refused with the reason as they are typed', () => {
    for (const [problem, good, bad] of [
      [historyProblem, ['1', '64'], ['0', '65', '1.5', '', 'x']],
      [replicasProblem, ['1', '3', '5'], ['0', '6', '']],
      [limitProblem, ['', '1 GiB', '64k'], ['0', '-1', 'x']],
      [(text: string) => durationProblem(text, 1_000), ['0', '1s', '1m'], ['500ms', 'x']],
    ] as const) {
      expect(good.map(problem)).toEqual(good.map(() => undefined));
      expect(bad.map(problem)).not.toContain(undefined);
    }
  });
});
