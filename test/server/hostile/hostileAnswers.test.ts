import { once } from 'node:events';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { KvError } from '../../../src/kv/model/errors';
import type { KvConnection } from '../../../src/kv/model/kvConnection';
import { ackOf, consumerOf, deliverTo, directHeaders, honest, kindOf, streamInfo } from './honest';
import { connect } from '../dial';
import { rejection } from '../rejection';
import { isWithinTurn, measureTurns } from '../../support/meters';
import { never } from '../system';
import { type Answering, type Asked, LyingServer, type Script } from './lyingServer';
import { deeds, expectTold, maxBytes, watchMemory } from './trial';

/** Answers one kind of request in its own way, and all others as they should be. */
function when(needs: string, answer: Script): Script {
  return (asked, answering) =>
    kindOf(asked) === needs ? answer(asked, answering) : honest(asked, answering);
}

/** What an honest server would send, changed on its way. */
function changed(
  asked: Asked,
  answering: Answering,
  change: (to: string, payload: string, ...sent: [object?]) => void,
): void {
  honest(asked, { ...toMethods(answering), send: change });
}

function toMethods(answering: Answering): Answering {
  return {
    send: (...sent) => answering.send(...sent),
    raw: (bytes) => answering.raw(bytes),
    end: () => answering.end(),
  };
}

const ways: Readonly<Record<string, Script>> = {
  'never comes': () => undefined,
  'comes late': (asked, answering) => void setTimeout(() => honest(asked, answering), 400),
  'comes twice': (asked, answering) => {
    honest(asked, answering);
    honest(asked, answering);
  },
  'is cut': (asked, answering) =>
    changed(asked, answering, (to, payload, sent) =>
      answering.send(to, payload.slice(0, payload.length / 2), sent),
    ),
  'comes to another inbox': (asked, answering) =>
    changed(asked, answering, (to, payload, sent) => answering.send(`${to}9`, payload, sent)),
  'is that to another request': (asked, answering) =>
    answering.send(asked.reply, JSON.stringify({ success: true, total: 1, seq: 5 })),
  'is of another bucket': (asked, answering) =>
    changed(asked, answering, (to, payload, { headers = '', ...sent }: { headers?: string } = {}) =>
      answering.send(to, payload.replaceAll('KV_b', 'KV_x'), {
        ...sent,
        headers: headers.replaceAll('$KV.b', '$KV.x').replaceAll('KV_b', 'KV_x'),
      }),
    ),
  'is nothing': (asked, answering) => answering.send(asked.reply, ''),
  'is not JSON': (asked, answering) => answering.send(asked.reply, '{"a":'),
  'is not text': (asked, answering) => answering.send(asked.reply, '\u0000\u0001\ufffd'),
  'nests deeply': (asked, answering) => answering.send(asked.reply, '{"a":'.repeat(200_000)),
  'is a long list of nothing': (asked, answering) =>
    answering.send(asked.reply, `{"streams":[${'[],'.repeat(2_000_000)}[]]}`),
  'is a message of 60,000 headers': (asked, answering) => {
    const lines = Array.from({ length: 60_000 }, (_, at) => `${at.toString(36)}:\r\n`).join('');
    const headers = directHeaders('a', 1).replace('\r\n', `\r\n${lines}`);
    answering.send(asked.reply, 'one', { headers });
  },
  'has headers without an end': (asked, answering) =>
    answering.send(asked.reply, '', { headers: 'NATS/1.0 \r\nNats-Subject' }),
  'has a status that nobody knows': (asked, answering) =>
    answering.send(asked.reply, '', { headers: 'NATS/1.0 999 undefined\r\n\r\n' }),
  'ends the connection in the middle': (asked, answering) => {
    answering.raw(`MSG ${asked.reply} 1 5000\r\n{"a"`);
    answering.end();
  },
};

/** A watch goes on trying, and so does a listing once its connection is up again, as `state` tells. */
const goesOn = ['comes late', 'comes to another inbox', 'ends the connection in the middle'];

describe.each(deeds)('$name, when the answer of $needs', (deed) => {
  const isFinite = ([way]: readonly [string, Script]) =>
    deed.needs !== 'CONSUMER.CREATE' || deed.name === 'history' || !goesOn.includes(way);
  const cases = Object.entries(ways)
    .filter(isFinite)
    .map(([name, answer]) => ({ name, answer }));
  it.concurrent.each(cases)('$name', async ({ answer }) => {
    await expectTold(when(deed.needs, answer), deed);
  });
});

/** Repeats what it does each turn until the client has gone. */
function goOn(step: (turn: number) => void): void {
  let turn = 0;
  const timer = setInterval(() => (turn < 5_000 ? step(turn++) : clearInterval(timer)), 1);
  timer.unref();
}

const everLess = (turn: number) => ackOf(turn + 10, turn + 1, 5);

const endless: Readonly<Record<string, readonly [needs: string, script: Script, run: string]>> = {
  'a list of streams without an end': [
    'STREAM.LIST',
    ({ reply, payload }, answering) => {
      const { offset } = JSON.parse(payload) as { offset: number };
      const name = `KV_b${offset}`;
      const stream = {
        ...streamInfo,
        config: { ...streamInfo.config, name, subjects: [`$KV.b${offset}.>`] },
      };
      answering.send(reply, JSON.stringify({ total: 1e15, streams: [stream] }));
    },
    'listBuckets',
  ],
  'the same page of streams again and again': [
    'STREAM.LIST',
    ({ reply }, answering) =>
      answering.send(reply, JSON.stringify({ total: 1e15, streams: [streamInfo] })),
    'listBuckets',
  ],
  'streams that are promised and not listed': [
    'STREAM.LIST',
    ({ reply }, answering) => answering.send(reply, JSON.stringify({ total: 5, streams: null })),
    'listBuckets',
  ],
  'a batch without an end': [
    'DIRECT.GET',
    ({ reply }, answering) =>
      goOn(() => answering.send(reply, 'one', { headers: directHeaders('a', 1) })),
    'getMany',
  ],
  'a batch of keys that nobody asked for': [
    'DIRECT.GET',
    ({ reply }, answering) =>
      goOn((turn) => answering.send(reply, 'one', { headers: directHeaders(`x${turn}`, 1) })),
    'getMany',
  ],
  'keys that come again and again': [
    'CONSUMER.CREATE',
    (asked, answering) => {
      const { inbox } = consumerOf(asked);
      answering.send(
        asked.reply,
        JSON.stringify({ num_pending: 2, delivered: { consumer_seq: 0 } }),
      );
      goOn((turn) => deliverTo(answering, inbox, ['a', 3], ackOf(1, turn + 1, 5)));
    },
    'list',
  ],
  'a history without an end': [
    'CONSUMER.CREATE',
    (asked, answering) => {
      const { inbox } = consumerOf(asked);
      const info = { num_pending: 2 ** 52, delivered: { consumer_seq: 0 } };
      answering.send(asked.reply, JSON.stringify(info));
      goOn((turn) => {
        for (let each = 0; each < 200; each++) {
          deliverTo(answering, inbox, ['a', 3], everLess(turn * 200 + each));
        }
      });
    },
    'history',
  ],
  'flow control without a message': [
    'CONSUMER.CREATE',
    (asked, answering) => {
      const { inbox } = consumerOf(asked);
      answering.send(
        asked.reply,
        JSON.stringify({ num_pending: 2, delivered: { consumer_seq: 0 } }),
      );
      const headers = 'NATS/1.0 100 FlowControl Request\r\n\r\n';
      goOn(() => answering.send(inbox, '', { headers, reply: '$JS.FC.KV_b.kv.x' }));
    },
    'list',
  ],
};

describe('a server that does not come to an end', () => {
  it.concurrent.each(Object.entries(endless))('%s', async (_, [needs, script, name]) => {
    const deed = deeds.find((each) => each.name === name && each.needs === needs);
    expect(deed).toBeDefined();
    await expectTold(when(needs, script), deed ?? { run: () => Promise.resolve() });
  });
});

describe('a server whose introduction the client waits at in silence', () => {
  it.each([
    [{ version: 'x' }, 'version'],
    [{ connect_urls: [{}] }, 'connect_urls'],
    [{ connect_urls: 'nats://a' }, 'connect_urls'],
  ])('%j is told before the time for the dial is over', async (info, field) => {
    const server = await LyingServer.start(honest, info);
    onTestFinished(() => server.stop());
    const dial = connect({ servers: [server.url], timeoutMs: never });
    const { message } = await rejection('disconnected', dial);
    expect(message).toContain(`its field ${field}`);
  });
});

describe('a server that does not come to the end of its introduction', () => {
  it('is told, and fills neither the memory nor the time of others', async () => {
    const sockets: Socket[] = [];
    const server = createServer((socket) => {
      sockets.push(socket);
      const more = Buffer.alloc(64 * 1024, 'a');
      const goOn = (): void => {
        while (socket.writable && socket.write(more));
      };
      socket.on('drain', goOn).on('error', () => socket.destroy());
      socket.write('INFO {"version":"');
      goOn();
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    onTestFinished(() => {
      server.close();
      sockets.forEach((socket) => socket.destroy());
    });
    const { port } = server.address() as AddressInfo;
    const most = watchMemory();
    const turns = measureTurns();
    const dial = connect({ servers: [`nats://127.0.0.1:${port}`], timeoutMs: 10_000 });
    const { message } = await rejection('disconnected', dial);
    expect(message).toContain('does not come to an end');
    expect(isWithinTurn(turns())).toBe(true);
    expect(most()).toBeLessThan(maxBytes);
  });
});

describe('a server that answers one key of many with what cannot be read', () => {
  it('has the others read, and that one told', async () => {
    const answer: Script = (asked, answering) =>
      changed(asked, answering, (to, payload, sent: { headers?: string } = {}) => {
        const { headers = '' } = sent;
        const isBad = headers.includes('$KV.b.a\r\n');
        const torn = headers.replace(/Nats-Sequence: \d+/, 'Nats-Sequence: many');
        answering.send(to, payload, { ...sent, headers: isBad ? torn : headers });
      });
    const server = await LyingServer.start(when('DIRECT.GET', answer));
    onTestFinished(() => server.stop());
    const connection = await connect({ servers: [server.url] });
    onTestFinished(() => connection.close());
    const told: string[] = [];
    const onUnreadable = (key: string, error: KvError) => told.push(`${key}: ${error.kind}`);
    const entries = await connection.getMany('b', ['a', 'b'], { onUnreadable });
    expect(entries).toMatchObject([undefined, { key: 'b' }]);
    expect(told).toEqual(['a: server']);
    await rejection('server', connection.getMany('b', ['a', 'b']));
  });
});

describe('a server that lies about itself', () => {
  const info: readonly object[] = [
    { max_payload: undefined },
    { max_payload: null },
    { max_payload: 'much' },
    { max_payload: -1 },
    { headers: 'yes' },
    { server_name: null },
    { domain: { a: 1 } },
  ];
  const put = (connection: KvConnection) =>
    connection.put('b', 'a', new Uint8Array(5), { expected: 'any' });
  it.concurrent.each(info)('%j', async (about) => {
    await expectTold(honest, { run: put }, about);
  });
});
