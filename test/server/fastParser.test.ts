import { connect, type NatsConnection, StringCodec } from 'nats';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { type ClientParser, parseFast } from '../../src/kv/nats/link/fastParser';
import { startNatsServer, type NatsServer } from '../support/natsServer';

const codec = StringCodec();

let server: NatsServer;
let client: NatsConnection & { protocol?: { parser?: ClientParser } };

beforeAll(async () => {
  server = await startNatsServer();
  client = await connect({ servers: server.url });
});

afterAll(async () => {
  await client?.close();
  await server?.stop();
});

it('takes the messages of a real connection before the parser of the client', async () => {
  const parser = client.protocol?.parser;
  const rest = vi.spyOn(parser ?? fail(), 'parse');
  parseFast(client);
  const values: string[] = [];
  client.subscribe('a.*', { callback: (_, { data }) => values.push(codec.decode(data)) });
  const sent = Array.from({ length: 100 }, (_, n) => `value ${n}`);
  sent.forEach((value, n) => client.publish(`a.${n}`, codec.encode(value)));
  await client.flush();
  expect(values).toEqual(sent);
  const left = rest.mock.calls.map(([bytes]) => Buffer.from(bytes).toString());
  // The PONG, and perhaps a message that came in two pieces.
  expect(left.length).toBeLessThan(10);
});

function fail(): never {
  throw new Error('The client has no parser.');
}
