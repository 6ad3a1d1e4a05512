import { connect } from 'nats';
import { describe, expect, it, onTestFinished } from 'vitest';
import { startNatsServer } from '../support/natsServer';
import { eventually } from '../support/poll';
import { startProxy } from '../support/proxy';

async function setup() {
  const server = await startNatsServer();
  onTestFinished(() => server.stop());
  const proxy = await startProxy(server.port);
  onTestFinished(() => proxy.stop());
  const client = await connect({
    servers: proxy.url,
    reconnectTimeWait: 10,
    maxReconnectAttempts: -1,
  });
  onTestFinished(() => client.close());
  return { server, proxy, client };
}

describe('the proxy in front of a real nats-server', () => {
  it('lists what the client publishes, whatever the payload looks like', async () => {
    const { proxy, client } = await setup();
    client.publish('orders.1', 'PUB not.a.subject 3\r\nabc');
    client.publish('orders.é', new Uint8Array(300_000));
    client.publish('orders.3');
    await client.flush();
    expect(proxy.published).toEqual(['orders.1', 'orders.é', 'orders.3']);
  });

  it('holds everything back while stalled and lets it go after reset', async () => {
    const { proxy, client } = await setup();
    proxy.stall();
    let answered = false;
    const flushed = client.flush().then(() => (answered = true));
    await expect(eventually(() => answered, { timeoutMs: 100 })).rejects.toThrow('not met');
    proxy.reset();
    await flushed;
  });

  it('delivers late under delay, in order', async () => {
    const { proxy, client } = await setup();
    proxy.delay(40);
    const begun = performance.now();
    await client.flush();
    expect(performance.now() - begun).toBeGreaterThanOrEqual(78);
  });

  it('lets the client come back after a cut, but not while it refuses', async () => {
    const { proxy, client } = await setup();
    proxy.refuse();
    proxy.cut();
    await eventually(() => proxy.connections === 0);
    await expect(connect({ servers: proxy.url, reconnect: false })).rejects.toThrow();
    await proxy.accept();
    await eventually(() => proxy.connections === 1);
    await client.flush();
  });
});

describe('the nats-server of the tests', () => {
  it('keeps port and store over a crash and a restart', async () => {
    const { server, client } = await setup();
    const manager = await client.jetstreamManager();
    await manager.streams.add({ name: 'KEPT', subjects: ['kept.>'] });
    const { port, pid } = server;
    await server.kill9();
    await server.restart();
    expect(server.port).toBe(port);
    expect(server.pid).not.toBe(pid);
    const later = await connect({ servers: server.url });
    onTestFinished(() => later.close());
    const info = await (await later.jetstreamManager()).streams.info('KEPT');
    expect(info.config.subjects).toEqual(['kept.>']);
  });

  it('tells what the server printed when it does not start', async () => {
    await expect(startNatsServer({ config: 'nonsense {' })).rejects.toThrow(/ended at its start/);
  });
});
