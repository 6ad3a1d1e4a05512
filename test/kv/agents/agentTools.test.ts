import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { limits } from '../../../src/kv/agents/limits';
import { AgentBench } from './agentBench';

let bench: AgentBench;

beforeEach(async () => {
  bench = await AgentBench.start();
});

afterEach(() => bench.stop());

const put = (key: string, value: unknown): number =>
  bench.server.foreignPut('B', key, typeof value === 'string' ? value : JSON.stringify(value));

describe('the tools of agents', () => {
  it('list buckets with their connections', async () => {
    put('a', '1');
    expect(await bench.call('listBuckets', {})).toMatchObject({
      connections: [{ name: 'local', writes: 'only by proposeValue' }],
      total: 1,
      buckets: [{ connection: 'local', bucket: 'B', keys: 1 }],
    });
  });

  it('find keys by patterns and words, page by page', async () => {
    for (let number = 0; number < 25; number++) {
      put(`orders.eu.${String(number).padStart(2, '0')}`, '1');
    }
    put('users.bob', '1');
    bench.server.foreignMark('B', 'users.bob', 'DEL');
    const first = await bench.call('findKeys', { bucket: 'B', pattern: 'orders.>', limit: 10 });
    expect(first).toMatchObject({ total: 25, next: 'orders.eu.09' });
    const input = { bucket: 'B', words: 'EU orders', limit: 20, after: 'orders.eu.09' };
    const second = await bench.call('findKeys', input);
    expect(second.keys).toHaveLength(15);
    expect(second).not.toHaveProperty('next');
    expect(await bench.call('findKeys', { bucket: 'B', pattern: 'users.*' })).toMatchObject({
      total: 0,
    });
  });

  it('read a value as an editor shows it, with what a proposal needs', async () => {
    put('a', { id: 1, items: [{ sku: 'x' }] });
    expect(await bench.call('readKey', { bucket: 'B', key: 'a' })).toMatchObject({
      key: 'a',
      exists: true,
      revision: 1,
      value: '{\n  "id": 1,\n  "items": [\n    {\n      "sku": "x"\n    }\n  ]\n}',
      version: expect.stringMatching(/^1@/) as string,
    });
    const atPath = { bucket: 'B', key: 'a', path: '$.items[*].sku' };
    expect(await bench.call('readKey', atPath)).toMatchObject({ value: '"x"' });
    expect(await bench.call('readKey', { bucket: 'B', key: 'none' })).toMatchObject({
      exists: false,
      version: expect.stringMatching(/^0@/) as string,
    });
  });

  it('read a large value piece by piece, whole characters each', async () => {
    const text = 'ä😀'.repeat(3_000);
    put('a', text);
    let read = '';
    for (let offset: unknown = 0; offset !== undefined;) {
      const piece = await bench.call('readKey', { bucket: 'B', key: 'a', offset, length: 1_000 });
      read += String(piece.value);
      offset = piece.next;
    }
    expect(read).toBe(text);
  });

  it('read several keys', async () => {
    put('a', { n: 1 });
    put('b', 'x'.repeat(5_000));
    const { values } = await bench.call('readMany', { bucket: 'B', keys: ['a', 'none', 'b'] });
    expect(values).toMatchObject([
      { key: 'a', value: '{\n  "n": 1\n}' },
      { key: 'none', exists: false },
      { key: 'b', value: expect.stringMatching(/…$/) as string },
    ]);
  });

  it('search values by text, expression and path', async () => {
    put('a', { status: 'stuck', n: 1 });
    put('b', { status: 'done', n: 2 });
    for (const query of [{ text: 'STUCK' }, { regex: 'st.ck' }, { path: '$.status == "stuck"' }]) {
      const { found } = await bench.call('searchValues', { bucket: 'B', ...query });
      expect(found).toMatchObject([{ key: 'a', matches: 1 }]);
    }
  });

  it('go on with a search after the last key', async () => {
    for (let number = 0; number < 30; number++) {
      put(`k.${String(number).padStart(2, '0')}`, 'same');
    }
    const first = await bench.call('searchValues', { bucket: 'B', text: 'same', limit: 12 });
    expect(first).toMatchObject({ next: 'k.11' });
    const input = { bucket: 'B', text: 'same', limit: 100, after: 'k.11' };
    expect((await bench.call('searchValues', input)).found).toHaveLength(18);
  });

  it('go on after what was looked at last, not after what was found last', async () => {
    put('k.000', 'same');
    const large = new Uint8Array(limits.searchedBytes);
    const many = Math.ceil(limits.readBytes / large.length) + 10;
    for (let number = 1; number < many; number++) {
      bench.server.foreignPut('B', `k.${String(number).padStart(3, '0')}`, large);
    }
    const { found, next, searched } = await bench.call('searchValues', {
      bucket: 'B',
      text: 'same',
    });
    expect(found).toMatchObject([{ key: 'k.000' }]);
    expect(next).toBe(`k.${String(Number(searched) - 1).padStart(3, '0')}`);
    expect(Number(searched)).toBeLessThan(many);
  });

  it('end a search before its call has to, and go on with it', async () => {
    for (let number = 0; number < 60; number++) {
      put(`k.${number}`, 'same');
    }
    let seconds = 0;
    bench.now = () => 1_000 * seconds++;
    const found: unknown[] = [];
    let calls = 0;
    for (let after: unknown = undefined; calls === 0 || after !== undefined; calls++) {
      const input = {
        bucket: 'B',
        text: 'same',
        limit: 100,
        ...(after !== undefined && { after }),
      };
      const answer = await bench.call('searchValues', input);
      found.push(...(answer.found as unknown[]));
      after = answer.next;
    }
    expect(calls).toBeGreaterThan(2);
    expect(found).toHaveLength(60);
  });

  it('read no more of a history than one call may', async () => {
    bench.server.foreignCreateBucket({ name: 'long', history: 20 });
    const large = new Uint8Array(limits.valueBytes);
    for (let revision = 1; revision <= 18; revision++) {
      bench.server.foreignPut('long', 'a', large);
    }
    const { revisions } = await bench.call('keyHistory', { bucket: 'long', key: 'a', limit: 20 });
    const unread = (revisions as { readonly why?: string }[]).filter(({ why }) => why);
    expect(unread).toHaveLength(18 - limits.readBytes / limits.valueBytes);
  });

  it('read no more of several keys than one call may, and tell of those that are missing', async () => {
    const keys = Array.from({ length: 50 }, (_, at) => `large.${String(at).padStart(2, '0')}`);
    const large = new Uint8Array(limits.valueBytes / 2);
    keys.forEach((key) => bench.server.foreignPut('B', key, large));
    let read = 0;
    const getMany = bench.server.getMany.bind(bench.server);
    bench.server.getMany = async (...asked) => {
      const entries = await getMany(...asked);
      read += entries.reduce((sum, entry) => sum + (entry?.size ?? 0), 0);
      return entries;
    };
    const { values, leftOut } = await bench.call('readMany', { bucket: 'B', keys });
    const most = limits.readBytes + 16 * large.length;
    expect(read).toBeLessThanOrEqual(most);
    expect(leftOut).toBe(50 - (values as unknown[]).length);
    expect(leftOut).toBeGreaterThan(0);

    read = 0;
    await bench.call('inferShape', { bucket: 'B' });
    expect(read).toBeLessThanOrEqual(most);
  });

  it('read no value to look into whose listed size is too large for that', async () => {
    const asked: string[] = [];
    const getMany = bench.server.getMany.bind(bench.server);
    bench.server.getMany = (bucket, keys, options) => {
      asked.push(...keys);
      return getMany(bucket, keys, options);
    };
    put('a', { n: 1 });
    put('b', 'x'.repeat(limits.valueBytes + 1));
    expect(await bench.call('inferShape', { bucket: 'B' })).toMatchObject({
      sampled: 2,
      notJson: 1,
      shape: '{ n: number }',
    });
    expect(await bench.call('searchValues', { bucket: 'B', text: '1' })).toMatchObject({
      found: [{ key: 'a' }],
      notSearched: { tooLarge: 1 },
    });
    expect(asked).toEqual(['a', 'a']);
  });

  it('tell how to go on also where one row alone is too large', async () => {
    const name = '\u202e'.repeat(8_500);
    for (const value of ['1', '2', '3']) {
      bench.server.foreignWrite('B', {
        key: 'a',
        operation: 'PUT',
        value: Buffer.from(value),
        headers: [[name, '1']],
      });
    }
    const first = await bench.call('keyHistory', { bucket: 'B', key: 'a', limit: 1 });
    expect(first).toMatchObject({
      revisions: [{ revision: 3 }],
      hint: expect.any(String) as string,
    });
    expect(String(first.hint)).toContain('before = 3');
    const long = 'k'.repeat(4_000);
    const keys = ['1', '2', '3'].map((end) => `${long}${end}`);
    keys.forEach((key) => bench.server.foreignPut('B', key, 'same'));
    const { next } = await bench.call('findKeys', { bucket: 'B', pattern: '*', limit: 2 });
    expect(next).toBe(keys[0]);
    const rest = await bench.call('findKeys', { bucket: 'B', pattern: '*', after: next });
    expect(rest.keys).toMatchObject([{ key: keys[1] }, { key: keys[2] }]);
  });

  it('leave in the log where a fault of theirs was thrown, and nothing of what it says', async () => {
    bench.server.historyInfo = () => Promise.reject(new SyntaxError('in "hunter2"'));
    const refusal = await bench.told('keyHistory', { bucket: 'B', key: 'a' });
    expect(refusal).toBe('refused: the call failed unexpectedly');
    const [call] = bench.logged;
    expect(call?.fault).toMatch(/^SyntaxError at .*agentTools\.test\.ts:\d+/);
    expect(JSON.stringify(call)).not.toContain('hunter2');
  });

  it('list the history of a key and tell what differs', async () => {
    put('a', { n: 1 });
    put('a', { n: 2, x: true });
    bench.server.foreignMark('B', 'a', 'DEL');
    const { revisions } = await bench.call('keyHistory', { bucket: 'B', key: 'a' });
    expect(revisions).toMatchObject([
      { revision: 3, operation: 'DEL' },
      { revision: 2, preview: '{\n  "n": 2,\n  "x": true\n}' },
      { revision: 1 },
    ]);
    const input = { bucket: 'B', key: 'a', from: 1, to: 2 };
    expect((await bench.call('diffRevisions', input)).changes).toEqual([
      { path: 'n', before: '1', after: '2' },
      { path: 'x', after: 'true' },
    ]);
  });

  it('wait for changes that a condition is true of', async () => {
    const input = { bucket: 'B', pattern: 'a.*', condition: 'value.n > 1', seconds: 60 };
    const watching = bench.call('watchFor', input);
    await expect.poll(() => bench.server.openWatches).toBe(1);
    put('b', { n: 5 });
    put('a.1', { n: 1 });
    put('a.2', { n: 2 });
    expect(await watching).toMatchObject({ changes: [{ key: 'a.2' }], ended: 'enough matched' });
    expect(bench.server.openWatches).toBe(0);
  });

  it('tell of a bucket, and the shape of its values without any', async () => {
    put('a', { id: 1, status: 'stuck', tags: ['x'] });
    put('b', { id: 2 });
    put('c', 'no JSON');
    expect(await bench.call('bucketInfo', { bucket: 'B' })).toMatchObject({ history: 10 });
    expect(await bench.call('inferShape', { bucket: 'B' })).toMatchObject({
      sampled: 3,
      notJson: 1,
      shape: '{ id: number; status?: string; tags?: string[] }',
    });
  });

  it('hand proposals over without writing', async () => {
    put('a', { n: 1 });
    const { version } = await bench.call('readKey', { bucket: 'B', key: 'a' });
    const changes = [{ key: 'a', text: '{"n":2}', version }];
    expect(await bench.call('proposeValue', { bucket: 'B', changes })).toMatchObject({
      written: 0,
    });
    expect(bench.proposed).toMatchObject([{ key: 'a', text: '{"n":2}', entry: { revision: 1 } }]);
    expect(bench.server.foreignGet('B', 'a')).toBe('{"n":1}');
  });

  it('refuse a proposal for a version that is not the last', async () => {
    put('a', { n: 1 });
    const { version } = await bench.call('readKey', { bucket: 'B', key: 'a' });
    put('a', { n: 3 });
    const changes = [{ key: 'a', text: '{"n":2}', version }];
    expect(await bench.told('proposeValue', { bucket: 'B', changes })).toContain('has changed');
    expect(bench.proposed).toEqual([]);
  });

  it('write where it is allowed and agreed to, in the form that is stored', async () => {
    bench.settings = { ...bench.settings, allowWrites: ['local'] };
    bench.answer = () => Promise.resolve(true);
    put('a', { n: 1 });
    const { version } = await bench.call('readKey', { bucket: 'B', key: 'a' });
    // The question shows both as an editor does, however the text was given.
    const input = { bucket: 'B', key: 'a', text: '{"n":   2}', version };
    expect(await bench.call('putKey', input)).toMatchObject({ saved: true, revision: 2 });
    expect(bench.server.foreignGet('B', 'a')).toBe('{"n":2}');
    expect(bench.questions).toMatchObject([
      { kind: 'put', key: 'a', before: '{\n  "n": 1\n}', after: '{\n  "n": 2\n}' },
    ]);
    const after = await bench.call('readKey', { bucket: 'B', key: 'a' });
    const gone = { bucket: 'B', key: 'a', version: after.version };
    expect(await bench.call('deleteKey', gone)).toMatchObject({ saved: true });
    expect(bench.server.foreignGet('B', 'a')).toBeUndefined();
  });

  it('write nothing that changed while the user was asked', async () => {
    bench.settings = { ...bench.settings, allowWrites: ['local'] };
    put('a', '1');
    bench.answer = () => {
      put('a', '3');
      return Promise.resolve(true);
    };
    const { version } = await bench.call('readKey', { bucket: 'B', key: 'a' });
    const told = await bench.told('putKey', { bucket: 'B', key: 'a', text: '2', version });
    expect(told).toContain('has changed meanwhile');
    expect(bench.server.foreignGet('B', 'a')).toBe('3');
  });

  it('tell a log what was asked and how much was returned, without values', async () => {
    put('a', 'topsecretvalue');
    await bench.call('readKey', { bucket: 'B', key: 'a' });
    await bench.told('proposeValue', { bucket: 'B', changes: [{ key: 'a', text: 'newvalue' }] });
    await bench.told('readKey', { bucket: 'B' });
    expect(bench.logged).toMatchObject([
      { tool: 'readKey', input: '{"bucket":"B","key":"a"}' },
      { tool: 'proposeValue', input: expect.stringContaining('8 characters') as string },
      { tool: 'readKey', characters: 0, failed: expect.stringContaining('key') as string },
    ]);
    expect(JSON.stringify(bench.logged)).not.toMatch(/topsecretvalue|newvalue/);
  });

  it('bound how many calls run, wait and are made in a minute', async () => {
    const told = await Promise.all(
      Array.from({ length: 30 }, () => bench.told('watchFor', { bucket: 'B', seconds: 1 })),
    );
    const refused = told.filter((each) => each.includes('too many calls at once'));
    expect(refused).toHaveLength(30 - limits.running - limits.waiting);
    const more = await Promise.all(
      Array.from({ length: 4 }, async () => {
        let last = '';
        for (let call = 0; call < 40; call++) {
          last = await bench.told('listBuckets', {});
        }
        return last;
      }),
    );
    expect(more.every((each) => each.includes('calls in a minute'))).toBe(true);
  });
});
