import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Uri, window } from 'vscode';
import { backUpBuckets, folderName } from '../../../../src/extension/commands/backup/backUpBuckets';
import { KvError } from '../../../../src/kv/model/errors';
import { FakeKvConnection } from '../../../kv/fakeKvConnection';

let root: string;
beforeEach(async () => void (root = await mkdtemp(join(tmpdir(), 'nats-kv-backups-'))));
afterEach(async () => {
  vi.restoreAllMocks();
  await rm(root, { recursive: true });
});

/** A bucket of a connection of its own. */
function place(bucket: string) {
  const connection = new FakeKvConnection();
  connection.foreignCreateBucket({ name: bucket });
  connection.foreignPut(bucket, 'key', 'value');
  const session = { name: bucket, config: {}, connect: () => Promise.resolve(connection) };
  return { connection, place: { session: session as never, bucket } };
}

function choosing(path: string) {
  Object.assign(window, { showOpenDialog: () => Promise.resolve([Uri.file(path)]) });
  return vi.spyOn(window, 'showInformationMessage');
}

describe('backing buckets up', () => {
  it('tells of those that are on disk when a later one fails', async () => {
    const told = choosing(root);
    const [one, two] = [place('ONE'), place('TWO')];
    two.connection.failNext('snapshot', new KvError('disconnected', 'the connection was lost'));
    await expect(backUpBuckets([one.place, two.place])).rejects.toThrow(/connection was lost/);
    expect(told.mock.calls.map(([message]) => message)).toEqual([
      expect.stringMatching(/^Backed up ONE: 1 message, \d+ B on disk\.$/),
    ]);
    expect(await readdir(root)).toEqual([expect.stringMatching(/^KV_ONE-\d{8}-\d{6}$/)]);
  });

  it('keeps buckets of one name apart, from whatever connections', async () => {
    const told = choosing(root);
    await backUpBuckets([place('SHOP').place, place('SHOP').place]);
    expect(told.mock.calls[0]?.[0]).toMatch(/^Backed up SHOP, SHOP: \d+ B on disk\.$/);
    expect(await readdir(root)).toHaveLength(2);
  });

  it('names folders by time, and those of one second apart', () => {
    const at = new Date(2026, 2, 1, 8, 5, 9);
    expect(folderName('SHOP', at, [])).toBe('KV_SHOP-20260301-080509');
    const taken = ['/b/KV_SHOP-20260301-080509', '/b/KV_OTHER-20260301-080509'];
    expect(folderName('SHOP', at, taken)).toBe('KV_SHOP-20260301-080509-2');
  });
});
