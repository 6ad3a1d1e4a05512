import { describe, expect, it } from 'vitest';
import { overlapOf, parsePair, type SyncPair } from '../../../src/kv/sync/syncPair';

const good = { connection: 'local', bucket: 'flags', folder: 'config' };

describe('an entry of natsKv.sync', () => {
  it('is read with what it leaves out', () => {
    expect(parsePair({ ...good, folder: './config//flags/', prefix: 'web' })).toEqual({
      ...{ connection: 'local', bucket: 'flags', prefix: 'web.', folder: 'config/flags' },
      ...{ compare: 'meaning', ignore: [] },
    });
  });

  it.each([
    [null, undefined],
    [[], undefined],
    [{ ...good, connection: ' ' }, 'connection'],
    [{ ...good, connection: undefined }, 'connection'],
    [{ ...good, bucket: 'a b' }, 'bucket'],
    [{ ...good, bucket: 1 }, 'bucket'],
    [{ ...good, prefix: 'a..b' }, 'prefix'],
    [{ ...good, prefix: '*' }, 'prefix'],
    [{ ...good, folder: '/etc' }, 'folder'],
    [{ ...good, folder: 'C:\\x' }, 'folder'],
    [{ ...good, folder: '../x' }, 'folder'],
    [{ ...good, folder: 'a/../../x' }, 'folder'],
    [{ ...good, folder: '~/x' }, 'folder'],
    [{ ...good, folder: '.' }, 'folder'],
    [{ ...good, compare: 'size' }, 'compare'],
    [{ ...good, ignore: 'x' }, 'ignore'],
    [{ ...good, ignore: ['a.>.b'] }, 'ignore'],
    [{ ...good, flder: 'x' }, 'flder'],
  ])('is refused as %j for its %s', (entry, field) => {
    expect(parsePair(entry)).toMatchObject({ field });
  });

  it.each([
    [{ folder: 'config/web' }, 'folder'],
    [{ folder: 'CONFIG', bucket: 'other' }, 'folder'],
    [{ folder: 'config2' }, 'bucket'],
    [{ folder: 'config2', prefix: 'web' }, 'bucket'],
    [{ folder: 'config2', bucket: 'other' }, undefined],
  ])('overlaps with another one of %j by its %s', (fields, field) => {
    const [pair, other] = [parsePair({ ...good, ...fields }), parsePair(good)] as SyncPair[];
    const place = { isOneRoot: true, isOneConnection: true };
    expect(pair && other && overlapOf(pair, other, place)?.field).toBe(field);
  });
});
