import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { takenHint } from '../../../../src/extension/commands/keys/takenHint';
import { eventually } from '../../../support/poll';
import { KeyBench } from './keyBench';

let bench: KeyBench;

beforeEach(async () => {
  bench = await KeyBench.start();
  ['a', 'b'].forEach((key) => bench.put('b', key, 'x'));
});

afterEach(() => bench.session.dispose());

const place = () => ({ session: bench.session, bucket: 'b' });
const gets = () => bench.connection.calls.filter((call) => call === 'get').length;

async function list(): Promise<void> {
  const index = bench.session.index('b');
  index?.open();
  await eventually(() => expect(index?.state.current.kind).toBe('ready'));
}

describe('a name that is taken', () => {
  it('is told by one request where the bucket is not listed, and of several keys by none', async () => {
    expect(await takenHint(place(), ['a'])).toMatch(/^a exists already in b/);
    expect(await takenHint(place(), ['c'])).toBeUndefined();
    expect(gets()).toBe(2);
    expect(await takenHint(place(), ['a', 'b'])).toBeUndefined();
    expect(gets()).toBe(2);
  });

  it('is told without a request where the bucket is listed, of several keys with their number', async () => {
    await list();

    expect(await takenHint(place(), ['a'])).toMatch(/^a exists already in b/);
    expect(await takenHint(place(), ['a', 'b', 'c'])).toMatch(/^2 of the keys exist already in b/);
    expect(gets()).toBe(0);
  });

  it('is not the name that the key has itself, nor that of a deleted one', async () => {
    bench.connection.foreignMark('b', 'b', 'DEL');

    expect(await takenHint(place(), ['a'], 'a')).toBeUndefined();
    expect(await takenHint(place(), ['b'])).toBeUndefined();
  });

  it('is nothing to tell where nobody can be asked', async () => {
    bench.connection.goOffline();

    expect(await takenHint(place(), ['a'])).toBeUndefined();
  });
});
