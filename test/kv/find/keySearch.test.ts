import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { KeyCorpus } from '../../../src/kv/find/keyCorpus';
import { KeySearch, type KeysFound } from '../../../src/kv/find/keySearch';
import { Pace } from '../../../src/kv/base/pace';
import { naturalOrder } from '../../../src/kv/base/naturalOrder';
import { referenceScore } from './referenceScore';

const never = new AbortController().signal;

function corpusOf(keys: readonly string[], perBlock = 7): KeyCorpus {
  const corpus = new KeyCorpus();
  for (let at = 0; at < keys.length; at += perBlock) {
    corpus.add(0, keys.slice(at, at + perBlock));
  }
  return corpus;
}

/** What a search tells at its end. */
async function finish(search: KeySearch, signal = never): Promise<KeysFound> {
  let last: KeysFound | undefined;
  await search.proceed(signal, (found) => (last = found));
  if (!last) {
    throw new Error('nothing was told');
  }
  return last;
}

async function find(keys: readonly string[], typed: string): Promise<string[]> {
  const search = new KeySearch(corpusOf(keys));
  search.start(typed);
  return (await finish(search)).best.map(({ key }) => key);
}

/** What a plain search finds: every key scored on its own, all sorted. */
function reference(keys: readonly string[], typed: string, limit: number) {
  const compare = naturalOrder();
  const words = typed.split(' ').filter((word) => word !== '');
  const scored = keys.flatMap((key, id) => {
    const scores = words.map((word) => referenceScore(word, key));
    const isFound = scores.every((score) => score !== undefined);
    return isFound ? [{ key, id, score: scores.reduce((a, b) => a + (b ?? 0), 0) }] : [];
  });
  const rank = (a: (typeof scored)[0], b: (typeof scored)[0]) =>
    b.score - a.score || a.key.length - b.key.length;
  const best = scored.sort((a, b) => rank(a, b) || a.id - b.id).slice(0, limit);
  best.sort((a, b) => rank(a, b) || compare(a.key, b.key));
  return { total: scored.length, best: best.map(({ key, score }) => ({ key, score })) };
}

const letter = fc.constantFrom(...'aAbB1.-é');
const keys = fc.uniqueArray(fc.string({ unit: letter, minLength: 1, maxLength: 12 }), {
  maxLength: 40,
});
const typed = fc.string({ unit: fc.constantFrom(...'aAbB1.é '), maxLength: 5 });

describe('a search for keys', () => {
  it.each([
    ['oe42', 'orders.eu.42', 'orders.eu.420', 'noise.42'],
    ['cart', 'shop.cart.1', 'catalog.accounts.regions.teams'],
    ['orders', 'orders.1', 'archive.orders.1', 'o.r.d.e.r.s'],
    ['eu ord', 'orders.eu.1', 'orders.aeu.1', 'orders.ae-u.1', 'old.r-d.e.u'],
    ['oid', 'orderId', 'orderid'],
  ])('ranks what was meant by %s first', async (typed, ...ranked) => {
    const found = await find([...ranked].reverse(), typed);
    expect(found).toEqual(ranked.filter((key) => found.includes(key)));
    expect(found[0]).toBe(ranked[0]);
  });

  it('finds only keys that have every word', async () => {
    expect(await find(['a.b', 'a.c', 'b.c'], 'a c')).toEqual(['a.c']);
  });

  it('finds what the reference finds, scored and ranked alike', async () => {
    await fc.assert(
      fc.asyncProperty(keys, typed, fc.integer({ min: 1, max: 6 }), async (all, text, limit) => {
        const search = new KeySearch(corpusOf(all), limit);
        search.start(text);
        const { best, total } = await finish(search);
        const told = { total, best: best.map(({ key, score }) => ({ key, score })) };
        expect(told).toEqual(reference(all, text, limit));
      }),
      { numRuns: 500 },
    );
  });

  it('finds the same when it narrows another one, however far that one came', async () => {
    const step = fc.record({ text: typed, turns: fc.integer({ min: 0, max: 3 }) });
    await fc.assert(
      fc.asyncProperty(
        keys,
        keys,
        fc.array(step, { maxLength: 5 }),
        typed,
        async (all, more, steps, last) => {
          const corpus = corpusOf(all);
          // Every turn looks at one block only.
          const search = new KeySearch(corpus, 5, new Pace(-1));
          for (const { text, turns } of steps) {
            search.start(text);
            await proceed(search, turns);
          }
          corpus.add(1, more);
          search.start(last);
          const fresh = new KeySearch(corpus, 5);
          fresh.start(last);
          const sameRank = ({ best, total }: KeysFound) => ({
            total,
            scores: best.map(({ score, key }) => [score, key.length]),
          });
          expect(sameRank(await finish(search))).toEqual(sameRank(await finish(fresh)));
        },
      ),
      { numRuns: 500 },
    );
  });

  it('goes on with keys that came after it had ended', async () => {
    const corpus = corpusOf(['orders.1']);
    const search = new KeySearch(corpus);
    search.start('ord');
    expect((await finish(search)).total).toBe(1);

    corpus.add(3, ['orders.2', 'flags']);

    const { best, total } = await finish(search);
    expect(total).toBe(2);
    expect(best.map(({ key, source }) => [key, source])).toEqual([
      ['orders.1', 0],
      ['orders.2', 3],
    ]);
  });

  it('stops without a word when another one takes its place', async () => {
    const search = new KeySearch(corpusOf(['a', 'ab']), 10, new Pace(-1));
    search.start('a');
    const abort = new AbortController();
    const told: KeysFound[] = [];
    const running = search.proceed(abort.signal, (found) => told.push(found));
    abort.abort();
    await running;
    expect(told).toEqual([]);
  });

  it('tells of the first finds before it has looked at all', async () => {
    const search = new KeySearch(corpusOf(['a1', 'a2', 'a3'], 1), 10, new Pace(-1));
    search.start('a');
    const told: KeysFound[] = [];
    await search.proceed(never, (found) => told.push(found));
    expect(told[0]).toMatchObject({ total: 1, complete: false });
    expect(told.at(-1)).toMatchObject({ total: 3, complete: true });
  });
});

/** Lets a search run for some turns of the event loop, then stops it. */
async function proceed(search: KeySearch, turns: number): Promise<void> {
  const abort = new AbortController();
  const running = search.proceed(abort.signal, () => undefined);
  const pace = new Pace();
  for (let turn = 0; turn < turns; turn++) {
    await pace.rest();
  }
  abort.abort();
  await running;
}

describe('words that name where a key is', () => {
  const places = [
    ['flags', 'production'],
    ['flags', 'local'],
    ['ORDERS', 'local'],
  ];

  async function findIn(typed: string, ...before: string[]): Promise<string[]> {
    const corpus = new KeyCorpus();
    places.forEach((_, source) => corpus.add(source, ['ui.dark', 'ui.light', 'flags.old']));
    const search = new KeySearch(corpus, 200, new Pace(), (source) => places[source] ?? []);
    for (const each of before) {
      search.start(each);
      await finish(search);
    }
    search.start(typed);
    const { best } = await finish(search);
    return best.map(({ key, source }) => `${places[source]?.join('@') ?? ''} ${key}`);
  }

  it('find a key by its bucket and a word of its own', async () => {
    expect(await findIn('orders dark')).toEqual(['ORDERS@local ui.dark']);
  });

  it('tell connections apart', async () => {
    expect(await findIn('prod flags light')).toEqual(['flags@production ui.light']);
  });

  it('find what a search for the first word alone did not', async () => {
    expect(await findIn('orders dark', 'o', 'orders')).toEqual(['ORDERS@local ui.dark']);
  });

  it('match a name from the start of a part of it', async () => {
    expect(await findIn('rders dark')).toEqual([]);
  });

  it('leave a single word to the keys', async () => {
    expect(await findIn('flags')).toEqual([
      'flags@production flags.old',
      'flags@local flags.old',
      'ORDERS@local flags.old',
    ]);
  });
});
