import { describe, expect, it } from 'vitest';
import { eventually } from '../../support/poll';
import { isWell, shows, startFaultySystem, type FaultySystem } from './faultySystem';

const info = (more: object): string =>
  `INFO ${JSON.stringify({ server_id: 'N', version: '2.15.1', max_payload: 1048576, ...more })}\r\n`;

/** What no server that is well says, and the client's read loop ends at in silence. */
const unreadable: readonly (readonly [name: string, text: string])[] = [
  ['bytes that are no command', 'GARBAGE\r\n'],
  ['a message whose size is no number', 'MSG a 1 x\r\n'],
  ['half a command and another', 'MSPING\r\n'],
  ['an INFO that is not JSON', 'INFO {nonsense}\r\n'],
  ['an INFO that is a list', 'INFO []\r\n'],
  ['an INFO that is null', 'INFO null\r\n'],
  ['an INFO without a limit', `INFO {"version":"2.15.1"}\r\n`],
  ['an INFO whose limit is a text', info({ max_payload: 'much' })],
  ['an INFO whose limit is negative', info({ max_payload: -1 })],
  ['an INFO whose version is a number', info({ version: 2 })],
  ['an INFO whose addresses are a text', info({ connect_urls: 'nats://a' })],
  ['an INFO whose addresses are objects', info({ connect_urls: [{}] })],
  ['an INFO whose flag is a text', info({ ldm: 'yes' })],
  ['an INFO without an end', `INFO {"version":"${'2'.repeat(2_000_000)}`],
  ['a subject without an end', `MSG ${'a'.repeat(2_000_000)}`],
  ['a message of a terabyte', `MSG a 1 1099511627776\r\n${'a'.repeat(1_000)}`],
];

async function connected(): Promise<FaultySystem> {
  const system = await startFaultySystem();
  await system.session.loadBuckets();
  await shows(system.session, 5_000, isWell);
  return system;
}

describe('a connection on which the server says', () => {
  it.each(unreadable)('%s, is broken off and made again at once', async (_, text) => {
    const { session, proxy } = await connected();
    const told: string[] = [];
    session.state.onDidChange(({ kind }) => told.push(kind));
    const before = proxy.accepted;
    proxy.inject(text);
    await eventually(() => expect(proxy.accepted).toBeGreaterThan(before), { timeoutMs: 3_000 });
    await shows(session, 3_000, isWell);
    expect(told).toContain('reconnecting');
  });
});

describe('a server that introduces itself', () => {
  it.each<[string, (text: string) => string, RegExp]>([
    [
      'without a limit',
      (text) => text.replace(/"max_payload":\d+,?/, ''),
      /max_payload is missing/,
    ],
    [
      'with a limit that is a text',
      (text) => text.replace(/("max_payload"):(\d+)/, '$1:"$2"'),
      /its field max_payload/,
    ],
    [
      'with a flag that is a number',
      (text) => text.replace('"headers":true', '"headers":1'),
      /its field headers/,
    ],
    [
      'with a version that is none',
      (text) => text.replace(/"version":"[^"]*"/, '"version":"x"'),
      /its field version/,
    ],
  ])('%s is refused with the reason, and taken when it is well', async (_, change, reason) => {
    const system = await connected();
    const { session, proxy } = system;
    proxy.rewrite(change);
    session.reconnectNow();
    await shows(session, 15_000, ({ state }) => {
      expect(state).toMatchObject({ kind: 'reconnecting', error: { kind: 'disconnected' } });
      expect(state.kind === 'reconnecting' && state.error?.message).toMatch(reason);
    });
    proxy.rewrite(undefined);
    await shows(session, 20_000, isWell);
  });
});

describe('a limit of the server', () => {
  const big = new Uint8Array(5000);

  it('that is lowered is told by the first value that it is too small for, and followed', async () => {
    const { session, reload } = await startFaultySystem({ config: 'max_payload: 100000' });
    await session.loadBuckets();
    await reload('max_payload: 1000');
    const put = async () => {
      const connection = await session.connect();
      return connection.put('B', 'k', big, { expected: 'any' });
    };
    await eventually(() => expect(put()).rejects.toMatchObject({ kind: 'tooLarge' }));
    await shows(session, 5_000, ({ state }) => {
      expect(state).toMatchObject({ kind: 'connected', server: { maxPayload: 1000 } });
    });
    await expect(put()).rejects.toMatchObject({ kind: 'tooLarge' });
  });

  it('is the one of its latest INFO', async () => {
    const { session, proxy } = await connected();
    const before = proxy.accepted;
    proxy.inject(info({ max_payload: 2000 }));
    await shows(session, 3_000, ({ state }) => {
      expect(state).toMatchObject({ kind: 'connected', server: { maxPayload: 2000 } });
    });
    expect(proxy.accepted).toBe(before);
  });
});
