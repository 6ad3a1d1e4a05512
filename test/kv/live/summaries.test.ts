import { describe, expect, it } from 'vitest';
import { changeDetail } from '../../../src/kv/live/changeDetail';
import { summarize } from '../../../src/kv/live/changeSummary';
import { displayText } from '../../../src/kv/values/displayText';
import { changeToJson } from '../../../src/kv/live/ndjson';
import { PreviousValues } from '../../../src/kv/live/previousValues';
import { RateCounter } from '../../../src/kv/live/rateCounter';
import { change, entry } from './liveChanges';

describe('summarize', () => {
  it('tells the changed paths of JSON', () => {
    const summary = summarize(
      entry('k', '{"status":"new","n":1}'),
      entry('k', '{"status":"paid","n":1}'),
    );
    expect(summary).toEqual({
      kind: 'json',
      changes: [{ path: 'status', before: '"new"', after: '"paid"' }],
      more: 0,
    });
  });

  it('tells few paths and how many more there are', () => {
    const object = (value: number) =>
      JSON.stringify(Object.fromEntries(Array.from({ length: 50 }, (_, at) => [`k${at}`, value])));
    expect(summarize(entry('k', object(1)), entry('k', object(2)))).toMatchObject({ more: 46 });
  });

  it('tells a short difference of text, and the size of what is binary', () => {
    expect(summarize(entry('k', 'off'), entry('k', 'on'))).toEqual({
      kind: 'text',
      segments: [
        { kind: 'removed', text: 'off' },
        { kind: 'same', text: ' -> ' },
        { kind: 'added', text: 'on' },
      ],
    });
    const long = (word: string) => entry('k', `the colour of the door is ${word} as it was`);
    expect(summarize(long('red'), long('blue'))).toMatchObject({
      segments: [
        { kind: 'same', text: '…the door is ' },
        { kind: 'removed', text: 'red' },
        { kind: 'added', text: 'blue' },
        { kind: 'same' },
      ],
    });
    expect(summarize(entry('k', 'ab'), entry('k', new Uint8Array([0, 1, 2])))).toEqual({
      kind: 'binary',
      before: 2,
      after: 3,
    });
  });

  it('tells the value where nothing is known of the one before, and the last one at the end', () => {
    expect(summarize(undefined, entry('k', '{"a":1}'))).toEqual({ kind: 'value', text: '{"a":1}' });
    const deleted = entry('k', '', { operation: 'DEL' });
    expect(summarize(entry('k', 'last'), deleted)).toEqual({ kind: 'ended', text: 'last' });
    expect(summarize(deleted, entry('k', 'new'))).toEqual({ kind: 'value', text: 'new' });
  });

  it('tells that nothing changed, and what changed in white space only', () => {
    expect(summarize(entry('k', '{}'), entry('k', '{}'))).toEqual({ kind: 'same' });
    expect(summarize(entry('k', '{"a":1}'), entry('k', '{"a": 1}'))).toMatchObject({
      kind: 'text',
    });
  });

  it('stays short whatever the value is', () => {
    const line = 'x'.repeat(1_048_576);
    const summary = summarize(entry('k', `${line}a`), entry('k', `${line}b`));
    expect(JSON.stringify(summary).length).toBeLessThan(400);
  });
});

describe('changeDetail', () => {
  it('shows the difference line by line, without what is far from it', async () => {
    const value = (n: number) => JSON.stringify({ a: [1, 2, 3, 4, 5, 6, 7, 8, 9], n });
    const detail = await changeDetail(entry('k', value(1), { revision: 7 }), entry('k', value(2)));
    expect(detail.previous).toMatchObject({ revision: 7 });
    expect(detail.lines.map(({ kind, text }) => `${kind} ${text}`)).toEqual([
      'same …',
      'same     8,',
      'same     9',
      'same   ],',
      'removed   "n": 1',
      'added   "n": 2',
      'same }',
    ]);
  });

  it('bounds lines and their length, and counts what is left out', async () => {
    const detail = await changeDetail(undefined, entry('k', 'y\n'.repeat(1_000)));
    expect(detail.lines).toHaveLength(400);
    expect(detail.moreLines).toBe(601);
    const long = await changeDetail(undefined, entry('k', 'x'.repeat(1_048_576)));
    expect(long.lines[0]?.text).toHaveLength(1_001);
  });
});

describe('a large value', () => {
  const items = Array.from({ length: 9_000 }, (_, id) => ({ id, status: 'new', price: 9.99 }));
  const large = (id: number) =>
    JSON.stringify({
      items: items.map((each) => (each.id === id ? { id, status: 'paid' } : each)),
    });

  it('is compared by the paths of its JSON up to 1 MiB', () => {
    const summary = summarize(entry('k', large(-1)), entry('k', large(8_500)));
    expect(summary).toMatchObject({
      kind: 'json',
      changes: [
        { path: 'items[8500].status', before: '"new"', after: '"paid"' },
        { path: 'items[8500].price', after: undefined },
      ],
    });
  });

  it('is compared as text where only digits tell its numbers', () => {
    const exact = (n: number) => `{"pad":"${'x'.repeat(300_000)}","n":1234567890123456789${n}}`;
    expect(summarize(entry('k', exact(1)), entry('k', exact(2)))).toMatchObject({ kind: 'text' });
  });

  it('says that it is not compared above 1 MiB', () => {
    const text = (end: string) => `"${'x'.repeat(1024 * 1024)}${end}"`;
    expect(summarize(entry('k', text('a')), entry('k', text('b')))).toMatchObject({
      kind: 'value',
      isTooLarge: true,
    });
  });

  it('shows what changed far behind its beginning', async () => {
    const detail = await changeDetail(entry('k', large(-1)), entry('k', large(8_500)));
    expect(detail.isCut).toBe(false);
    expect(detail.lines).toContainEqual({ kind: 'added', text: '      "status": "paid"' });
  });

  it('says when only its beginning was compared', async () => {
    const text = `${'x'.repeat(1_000)}\n`.repeat(5_000);
    const detail = await changeDetail(entry('k', text), entry('k', `${text}y`));
    expect(detail.isCut).toBe(true);
  });
});

describe('displayText', () => {
  it('shows what would not be seen or would turn the text around', () => {
    expect(displayText('a\u0000b\u202ec\u200d\n\t<b>')).toBe('a\\u0000b\\u202ec\\u200d\\n\\t<b>');
  });
});

describe('changeToJson', () => {
  it('gives the bytes of every value back', () => {
    const values = ['text', '', 'NUL \u0000 \u202e </script>', '\ufeffmark'].map((text) =>
      new TextEncoder().encode(text),
    );
    values.push(new Uint8Array([255, 0, 128]));
    for (const value of values) {
      const line = changeToJson(change('k', '', { entry: entry('k', value) }), 'local');
      const parsed = JSON.parse(line) as { value?: string; valueBase64?: string };
      const bytes =
        parsed.valueBase64 === undefined
          ? Buffer.from(parsed.value ?? '', 'utf8')
          : Buffer.from(parsed.valueBase64, 'base64');
      expect(line).not.toContain('\n');
      expect(new Uint8Array(bytes)).toEqual(value);
    }
  });

  it('tells markers without a value, and what was not live', () => {
    const marker = entry('k', '', { operation: 'PURGE', revision: 9 });
    const line = changeToJson(change('k', '', { entry: marker, origin: 'caughtUp' }), 'local');
    expect(JSON.parse(line)).toEqual({
      time: '1970-01-01T00:00:00.000Z',
      connection: 'local',
      bucket: 'b',
      key: 'k',
      operation: 'purge',
      revision: 9,
      size: 0,
      origin: 'caughtUp',
    });
  });
});

describe('RateCounter', () => {
  it('counts by second and forgets after five minutes', () => {
    const rates = new RateCounter();
    rates.add(3, 1_000_000_500);
    rates.add(2, 1_000_000_900);
    rates.add(7, 1_000_002_000);
    expect(rates.series(1_000_002_100).slice(-3)).toEqual([5, 0, 7]);
    expect(rates.rate(1_000_001_100)).toBe(5);
    expect(rates.rate(1_000_003_100)).toBe(7);
    expect(rates.series(1_000_301_000).reduce((sum, count) => sum + count)).toBe(7);
    expect(rates.series(1_000_900_000).every((count) => count === 0)).toBe(true);
  });
});

describe('PreviousValues', () => {
  it('forgets the keys that were not used for longest when it is full', () => {
    const previous = new PreviousValues(2_000);
    previous.replace(entry('a', 'x'.repeat(400), { revision: 1 }));
    previous.replace(entry('b', 'x'.repeat(400), { revision: 2 }));
    expect(previous.replace(entry('a', 'x'.repeat(400), { revision: 3 }))?.revision).toBe(1);
    previous.replace(entry('c', 'x'.repeat(400), { revision: 4 }));
    expect(previous.replace(entry('a', '', { revision: 5 }))?.revision).toBe(3);
    expect(previous.replace(entry('b', '', { revision: 6 }))).toBeUndefined();
  });
});
