import { describe, expect, it } from 'vitest';
import { RowModel } from '../../../media/live/rowModel';
import type { ChangeView, RowsMessage } from '../../../src/views/live/liveProtocol';

function message(first: number, count: number, passed: number): RowsMessage {
  const counts = { received: passed, kept: count, held: 0, fellOff: 0, cleared: 0 };
  return { kind: 'rows', first, count, rows: [], counts, passed };
}

describe('RowModel', () => {
  it('lists what there is while it follows', () => {
    const model = new RowModel();
    model.take(message(0, 3, 3));
    expect(model.ids).toEqual([0, 1, 2]);
    model.take(message(1, 3, 4));
    expect(model.ids).toEqual([1, 2, 3]);
  });

  it('gives the same array for the same list, so that nothing is laid out anew', () => {
    const model = new RowModel();
    model.take(message(0, 3, 3));
    const before = model.ids;
    model.take(message(0, 3, 5));
    expect(model.ids).toBe(before);
  });

  it('stays as it was while it is frozen, and counts what is new', () => {
    const model = new RowModel();
    model.take(message(0, 3, 3));
    model.freeze();
    model.take(message(2, 5, 90));
    expect(model.ids).toEqual([0, 1, 2]);
    expect(model.newChanges).toBe(87);
    expect(model.isGone(1)).toBe(true);
    model.follow();
    expect(model.ids).toEqual([2, 3, 4, 5, 6]);
    expect(model.newChanges).toBe(0);
  });

  it('follows again when another filter gives other rows', () => {
    const model = new RowModel();
    model.take(message(0, 3, 3));
    model.freeze();
    model.take(message(3, 1, 1));
    expect(model.isFollowing).toBe(true);
    expect(model.ids).toEqual([3]);
  });

  it('tells where a row is from only where rows differ in that', () => {
    const model = new RowModel();
    const row = (id: number, connection: string, bucket: string) =>
      ({ kind: 'change', id, connection, bucket }) as ChangeView;
    const first = row(0, 'local', 'orders');
    model.take({ ...message(0, 1, 1), rows: [first] });
    expect(model.sourceOf(first)).toBe('');
    model.take({ ...message(0, 2, 2), rows: [row(1, 'local', 'flags')] });
    expect(model.sourceOf(first)).toBe('orders');
    model.take({ ...message(0, 3, 3), rows: [row(2, 'staging', 'flags')] });
    expect(model.sourceOf(first)).toBe('local › orders');
    model.take(message(3, 0, 3));
    expect(model.sourceOf(first)).toBe('');
  });
});
