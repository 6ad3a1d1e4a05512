import { describe, expect, it } from 'vitest';
import { expectKind } from '../kv/contract/harness';
import { startSystem } from './system';

const value = new TextEncoder().encode('value');
/** What is left of the 4096 bytes that a server takes for one command, with subject and inbox. */
const mayFit = 4096;

describe('a long key', () => {
  it('can be read, listed and looked back on wherever it can be written', async () => {
    const system = await startSystem();
    await system.foreign.createBucket({ name: 'b', history: 5 });
    const connection = await system.connect();
    const key = await longest((each) => connection.put('b', each, value, { expected: 'any' }));
    expect(key.length).toBeGreaterThan(3900);
    expect(await connection.get('b', key)).toMatchObject({ key, value });
    expect(await connection.get('b', key, { consistent: true })).toMatchObject({ key });
    const history = await connection.history('b', key);
    expect(history.length).toBeGreaterThan(0);
    const keys = await connection.getMany('b', ['none', key, 'none2']);
    expect(keys.map((entry) => entry?.key)).toEqual([undefined, key, undefined]);
    expect(await connection.listNames('b')).toContain(key);
    expect(await connection.delete('b', key, { expected: 'any' })).toMatchObject({ kind: 'saved' });
    await expectKind('tooLarge', connection.put('b', `${key}1`, value, { expected: 'any' }));
    await expectKind('tooLarge', connection.delete('b', `${key}1`, { expected: 'any' }));
    expect(await connection.get('b', `${key}1`)).toBeUndefined();
  });
});

/** The longest key that `put` takes, found by halving. */
async function longest(put: (key: string) => Promise<unknown>): Promise<string> {
  let fits = 1;
  let tooLong = mayFit;
  while (tooLong - fits > 1) {
    const length = Math.floor((fits + tooLong) / 2);
    const isTaken = await put('k'.repeat(length)).then(
      () => true,
      () => false,
    );
    fits = isTaken ? length : fits;
    tooLong = isTaken ? tooLong : length;
  }
  return 'k'.repeat(fits);
}
