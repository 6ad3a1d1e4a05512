import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { codecOfText } from '../../../src/kv/values/codecOfText';
import { AgentBench } from './agentBench';

/** Bytes of a codec that look like a text: `A` and the text of a field whose name is not stored. */
const codec = codecOfText({
  label: 'Protobuf shop.Login',
  decode: (bytes) => {
    const stored = Buffer.from(bytes).toString();
    return stored.startsWith('A')
      ? { kind: 'text', text: `{"user":"bob","password":"${stored.slice(1)}"}` }
      : { kind: 'undecodable', reason: 'no message' };
  },
  encode: (text) => ({ kind: 'bytes', bytes: Buffer.from(text) }),
});

let bench: AgentBench;

beforeEach(async () => {
  bench = await AgentBench.start();
  bench.settings = { ...bench.settings, allowWrites: ['local'] };
  bench.answer = () => Promise.resolve(true);
  bench.codecOf = ({ key }) => (key.startsWith('login.') ? codec : undefined);
  bench.server.foreignPut('B', 'login.a', 'Amellon77');
  bench.server.foreignPut('B', 'login.b', 'mellon77');
});

afterEach(() => bench.stop());

describe('agents and values of a codec', () => {
  it('read what the codec makes of them, of which secrets are withheld by their names', async () => {
    const told = await bench.told('readKey', { bucket: 'B', key: 'login.a' });
    expect(told).toContain('bob');
    expect(told).not.toContain('mellon77');
  });

  it('are shown nothing of bytes that the codec cannot read, in any tool', async () => {
    for (const [tool, input] of Object.entries({
      readKey: { key: 'login.b' },
      readMany: { keys: ['login.a', 'login.b'] },
      searchValues: { text: 'mellon' },
      keyHistory: { key: 'login.b' },
    })) {
      expect(await bench.told(tool, { bucket: 'B', ...input })).not.toContain('mellon7');
    }
  });

  it.each(['login.a', 'login.b', 'login.new'])('propose and store no text for %s', async (key) => {
    bench.settings = { ...bench.settings, redact: [] };
    const { version = '0@0' } = await bench.call('readKey', { bucket: 'B', key });
    const input = { bucket: 'B', changes: [{ key, text: '{}' }] };
    const why = key === 'login.b' ? 'only the user can change it' : 'Protobuf shop.Login';
    expect(await bench.told('proposeValue', input)).toContain(why);
    expect(await bench.told('putKey', { bucket: 'B', key, text: '{}', version })).toContain(why);
    expect([bench.proposed, bench.questions]).toEqual([[], []]);
  });
});
