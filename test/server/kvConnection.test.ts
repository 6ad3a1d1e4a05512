import { expect } from 'vitest';
import { describeKvConnection } from '../kv/contract/kvConnectionContract';
import { eventually } from '../support/poll';
import { startProxy } from '../support/proxy';
import { connect } from './dial';
import { connectForeign } from './foreignNats';
import { startServerFor, throughProxy, transports } from './system';

// A server for each test: nats-server 2.15.1 may bring old messages back when a stream is created
// within milliseconds of the deletion of one with the same name.
transports.forEach((transport) =>
  describeKvConnection(`the NATS adapter on a real server over ${transport}`, async (writeLock) => {
    const { server, port } = await startServerFor(transport);
    const foreign = await connectForeign(server.url);
    const proxy = await startProxy(port, { blind: transport === 'webSocket' });
    const connection = await connect({ servers: [throughProxy(proxy, transport)], writeLock });
    return {
      connection,
      foreign,
      async cutLink() {
        proxy.refuse();
        proxy.cut();
        await eventually(() => expect(connection.state.current.kind).toBe('reconnecting'), {
          intervalMs: 2,
        });
      },
      async restoreLink() {
        await proxy.accept();
        connection.reconnectNow();
        await eventually(() => connection.state.current.kind === 'connected');
      },
      async dispose() {
        await connection.close();
        proxy.stop();
        await foreign.close();
        await server.stop();
      },
    };
  }),
);
