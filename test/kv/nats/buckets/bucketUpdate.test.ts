import { describe, expect, it } from 'vitest';
import { checkChange, toFields } from '../../../../src/kv/nats/buckets/bucketUpdate';
import type { StreamConfig } from '../../../../src/kv/nats/buckets/streamConfig';

const minute = 60e9;

describe('toFields', () => {
  it('names nothing but what changes', () => {
    expect(toFields({ name: 'KV_b' }, { history: 3, stream: { deny_purge: true } })).toEqual({
      max_msgs_per_subject: 3,
      deny_purge: true,
    });
    expect(toFields({ name: 'KV_b' }, {})).toEqual({});
  });

  it.each<[Partial<StreamConfig>, number, number]>([
    [{ duplicate_window: 2 * minute }, 1, 1],
    [{ duplicate_window: 2 * minute }, 5, 2],
    [{ duplicate_window: 2 * minute }, 0, 2],
    [{ duplicate_window: minute, max_age: minute }, 5, 2],
    [{ duplicate_window: minute, max_age: minute }, 0, 2],
    [{ duplicate_window: minute, max_age: 10 * minute }, 5, 1],
    [{ duplicate_window: 10 * minute, max_age: 10 * minute }, 20, 10],
  ])('keeps the duplicate window of %j valid at an age of %d minutes', (config, ttl, window) => {
    expect(toFields({ name: 'KV_b', ...config }, { ttl: ttl * 60_000 })).toEqual({
      max_age: ttl * minute,
      duplicate_window: window * minute,
    });
  });

  it('leaves a duplicate window alone that was chosen', () => {
    const change = { ttl: 60_000, stream: { duplicate_window: 1 } };
    expect(toFields({ name: 'KV_b' }, change)).toMatchObject({ duplicate_window: 1 });
  });

  it('keeps the notes of the server when the metadata is replaced', () => {
    const current = { name: 'KV_b', metadata: { old: 'x', '_nats.req.level': '1' } };
    expect(toFields(current, { metadata: { team: 'shop' } })).toEqual({
      metadata: { team: 'shop', '_nats.req.level': '1' },
    });
  });

  it('turns markers off without turning TTLs off, which servers refuse', () => {
    const fields = toFields({ name: 'KV_b', allow_msg_ttl: true }, { markerTtl: 0 });
    expect(fields).toEqual({ subject_delete_marker_ttl: 0 });
  });
});

describe('checkChange', () => {
  it.each([[{ history: 65 }], [{ stream: { name: 'KV_c' } }]])('refuses %j', (change) => {
    expect(() => checkChange(change)).toThrow(expect.objectContaining({ kind: 'invalidConfig' }));
  });
});
