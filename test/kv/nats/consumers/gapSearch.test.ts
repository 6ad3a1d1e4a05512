import { describe, expect, it, vi } from 'vitest';
import type { KeyInfo, Operation } from '../../../../src/kv/model/entry';
import { KvError } from '../../../../src/kv/model/errors';
import type { StoredMessage } from '../../../../src/kv/nats/entries/storedMessage';
import { GapSearch } from '../../../../src/kv/nats/consumers/gapSearch';

const stored = (seq: number): StoredMessage => ({ subject: '$KV.b.key', seq, time: '' });
const answering = (seq: number | undefined) => ({
  next: vi.fn(() => Promise.resolve(seq === undefined ? undefined : stored(seq))),
});
const denying = () => ({
  next: vi.fn(() => Promise.reject(new KvError('denied', 'this user may not'))),
});

function gapBefore(revision: number, operation: Operation = 'PUT') {
  const change: KeyInfo = { key: 'key', revision, operation, created: 0, size: 0 };
  return { from: 5, to: revision, change };
}

describe('GapSearch', () => {
  it('finds what is stored in the gap, and nothing beyond', async () => {
    const search = new GapSearch();
    const consumer = answering(7);
    expect(await search.find(gapBefore(9), consumer)).toEqual(stored(7));
    expect(consumer.next).toHaveBeenCalledWith(5);
    expect(await search.find(gapBefore(7), consumer)).toBeUndefined();
    expect(await search.find({ from: 5, to: 9, change: undefined }, answering(undefined))).toBe(
      undefined,
    );
  });

  it('cannot tell when the leader does not know what was delivered', async () => {
    const search = new GapSearch();
    const found = search.find(gapBefore(9), answering(undefined));
    await expect(found).rejects.toMatchObject({ kind: 'server' });
  });

  it('passes on why the leader does not answer', async () => {
    const next = () => Promise.reject(new KvError('timeout', 'no answer'));
    const found = new GapSearch().find(gapBefore(9), { next });
    await expect(found).rejects.toMatchObject({ kind: 'timeout' });
  });

  it('asks no more when that is denied, and believes a gap that is no purge', async () => {
    const search = new GapSearch();
    const consumer = denying();
    expect(await search.find(gapBefore(9), consumer)).toBeUndefined();
    expect(await search.find(gapBefore(9), consumer)).toBeUndefined();
    expect(consumer.next).toHaveBeenCalledOnce();
  });

  it('believes a gap before a purge that it may not look into when it is shown again', async () => {
    const search = new GapSearch();
    const gap = gapBefore(9, 'PURGE');
    const later = { ...gapBefore(20, 'PURGE'), from: 15 };
    await expect(search.find(gap, denying())).rejects.toMatchObject({ kind: 'server' });
    await expect(search.find(later, denying())).rejects.toMatchObject({ kind: 'server' });
    expect(await search.find(gap, denying())).toBeUndefined();
    expect(await search.find(later, denying())).toBeUndefined();
    await expect(search.find(gap, denying())).rejects.toMatchObject({ kind: 'server' });
  });
});
