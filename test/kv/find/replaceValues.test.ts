import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  planReplace,
  replaceAct,
  type LeaveReason,
  type ReplaceTarget,
} from '../../../src/kv/find/replaceValues';
import type { ValueQuery } from '../../../src/kv/find/valueQuery';
import { valueReplacer } from '../../../src/kv/find/valueReplace';
import { runBulk } from '../../../src/kv/operations/bulk';
import { ConnectionSession } from '../../../src/kv/session/connectionSession';
import { codecOfText } from '../../../src/kv/values/codecOfText';
import { closeValue, openValue } from '../../../src/kv/values/valueForm';
import { text } from '../contract/harness';
import { FakeKvConnection } from '../fakeKvConnection';

let connection: FakeKvConnection;
let session: ConnectionSession;

beforeEach(() => {
  connection = new FakeKvConnection();
  connection.foreignCreateBucket({ name: 'B' });
  const config = { id: 'local', name: 'local', url: 'nats://127.0.0.1:4222' };
  session = new ConnectionSession(config, () => Promise.resolve(connection));
});

afterEach(() => session.dispose());

const { signal } = new AbortController();

const forms = {
  open: (stored: Uint8Array) => openValue(stored),
  close: (content: Uint8Array, opened: ReturnType<typeof openValue>) =>
    closeValue(content, opened, { saveParticipants: 'keep' }),
};

function put(key: string, value: string): ReplaceTarget {
  return { session, bucket: 'B', key, revision: connection.foreignPut('B', key, value) };
}

function options(query: ValueQuery, replacement: string) {
  const replacer = valueReplacer(query, replacement);
  if (typeof replacer !== 'function') {
    throw new Error(replacer.reason);
  }
  return { replacer, forms, signal };
}

const paid = (): ReturnType<typeof options> =>
  options({ kind: 'text', text: 'new', matchCase: true }, 'paid');

async function value(key: string): Promise<string> {
  return text((await connection.get('B', key))?.value);
}

describe('planning to replace in values', () => {
  it('tells how each value reads now and would read, and writes nothing', async () => {
    const targets = [put('a', '{"status":"new","n":1}'), put('b', 'new and new')];
    const { changes, left } = await planReplace(targets, paid());
    expect(changes.map(({ key, count, before, after }) => [key, count, before, after])).toEqual([
      ['a', 1, '{\n  "status": "new",\n  "n": 1\n}', '{\n  "status": "paid",\n  "n": 1\n}'],
      ['b', 2, 'new and new', 'paid and paid'],
    ]);
    expect(left).toEqual([]);
    expect(await value('a')).toBe('{"status":"new","n":1}');
  });

  it('stores a value in the form that it had: in one line, with its line ends', async () => {
    const targets = [put('a', '{"status":"new","n":1}'), put('b', '\ufeffnew\r\nline\n')];
    const { changes } = await planReplace(targets, paid());

    await runBulk(changes, {
      act: (entry, change) => replaceAct(entry, change, paid(), String),
      signal,
    });

    expect(await value('a')).toBe('{"status":"paid","n":1}');
    const stored = (await connection.get('B', 'b'))?.value;
    expect(Buffer.from(stored ?? []).toString()).toBe('\ufeffpaid\r\nline\n');
  });

  it('leaves alone what has changed, is gone, is no text, or would be no JSON any more', async () => {
    const targets = [put('changed', 'new'), put('gone', 'new'), put('binary', '\0new')];
    targets.push(put('json', '{"status":"new"}'), put('same', 'old'));
    connection.foreignPut('B', 'changed', 'new again');
    connection.foreignMark('B', 'gone', 'DEL');
    const query = { kind: 'text', text: '"new"', matchCase: true } as const;

    const { changes, left } = await planReplace(targets, options(query, 'new'));

    expect(changes).toEqual([]);
    expect(left.map(({ key, reason }) => [key, reason])).toEqual([
      ['changed', 'changed'],
      ['gone', 'gone'],
      ['binary', 'binary'],
      ['json', { text: expect.any(String) as string }],
      ['same', 'same'],
    ]);
  });

  it('replaces only the matches that were chosen', async () => {
    const target = { ...put('a', 'new new new'), ordinals: [0, 2] };
    const { changes } = await planReplace([target], paid());
    expect(changes.map(({ after, count }) => [after, count])).toEqual([['paid new paid', 2]]);
  });

  it('leaves alone the bytes of what could not be decoded, but not JSON there', async () => {
    const codec = codecOfText({
      label: 'Order',
      decode: () => ({ kind: 'undecodable', reason: 'field 9 is a number' }),
      encode: () => ({ kind: 'bytes', bytes: new Uint8Array() }),
    });
    const decoding = { ...forms, open: (stored: Uint8Array) => openValue(stored, { codec }) };
    const targets = [
      put('order', 'J\u0003new'),
      put('json', '{"a":"new"}'),
      put('text', 'new\r\n\t'),
    ];

    const { changes, left } = await planReplace(targets, { ...paid(), forms: decoding });

    expect(changes.map(({ key }) => key)).toEqual(['json', 'text']);
    const text = 'not decoded as Order: field 9 is a number';
    expect(left.map(({ key, reason }) => [key, reason])).toEqual([['order', { text }]]);
  });

  it('writes nothing but what was shown: a value that is shown otherwise by now is left alone', async () => {
    const target = put('a', '{"status":"new"}');
    const { changes } = await planReplace([target], paid());
    const raw = { ...forms, open: (stored: Uint8Array) => openValue(stored, { raw: true }) };
    const reasons: LeaveReason[] = [];

    await runBulk(changes, {
      act: (entry, change) =>
        replaceAct(entry, change, { ...paid(), forms: raw }, (reason) => {
          reasons.push(reason);
          return 'left';
        }),
      signal,
    });

    expect(reasons).toEqual(['changed']);
    expect(await value('a')).toBe('{"status":"new"}');
  });
});
