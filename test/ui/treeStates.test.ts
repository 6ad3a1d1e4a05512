import { connect, type NatsConnection } from 'nats';
import { afterAll, afterEach, beforeAll, describe, it } from 'vitest';
import { startNatsServer, type NatsServer } from '../support/natsServer';
import { openWorkbench } from './openWorkbench';
import type { Workbench } from './workbench';

const narrow = `
no_auth_user: narrow
authorization {
  users: [
    { user: owner, password: owner }
    {
      user: narrow, password: narrow
      permissions: { publish: [ "$JS.API.STREAM.INFO.>" ], subscribe: [ "_INBOX.>" ] }
    }
  ]
}`;

let servers: Record<'shop' | 'empty' | 'plain' | 'narrow' | 'locked' | 'ill', NatsServer>;
let other: NatsConnection;
let workbench: Workbench | undefined;

beforeAll(async () => {
  servers = {
    shop: await startNatsServer(),
    empty: await startNatsServer(),
    plain: await startNatsServer({ jetstream: false }),
    narrow: await startNatsServer({ config: narrow }),
    ill: await startNatsServer(),
    locked: await startNatsServer({ config: 'authorization { user: me, password: secret }' }),
  };
  other = await connect({ servers: servers.shop.url });
  await other.jetstream().views.kv('orders');
  const ill = await connect({ servers: servers.ill.url });
  await fill(ill, 'full', 16);
  await fill(ill, 'nearly', 15);
  await fill(ill, 'well', 1);
  await ill.close();
});

/** Makes a bucket that has room for sixteen values, and puts some into it. */
async function fill(connection: NatsConnection, name: string, values: number): Promise<void> {
  const jetStream = connection.jetstream();
  const bucket = await jetStream.views.kv(name, { max_bytes: 16 * 1_100 });
  for (let at = 0; at < values; at++) {
    await bucket.put(`key${at}`, new Uint8Array(1_050));
  }
}

afterAll(async () => {
  await other?.close();
  await Promise.all(Object.values(servers ?? {}).map((server) => server.stop()));
});

afterEach(async ({ task }) => {
  if (task.result?.state === 'fail') {
    await workbench?.shot(`failed: ${task.name}`);
  }
  await workbench?.close();
  workbench = undefined;
});

describe('what stands in the place of keys', () => {
  it('says what to do where there is no connection', async () => {
    workbench = await openWorkbench();
    await workbench.openContainer('NATS KV');
    await workbench.sideBar.getByText('Connect to a NATS server').waitFor();
    await workbench.shotInThemes('76-tree-welcome');
  });

  it('says why there are no buckets, and what to do', async () => {
    const url = (server: NatsServer) => server.url.replace('127.0.0.1', 'localhost');
    workbench = await openWorkbench({
      connections: [
        { name: 'unreachable', url: 'nats://localhost:9' },
        { name: 'refused', url: url(servers.locked) },
        { name: 'no buckets', url: url(servers.empty) },
        { name: 'JetStream off', url: url(servers.plain) },
        { name: 'narrow', url: url(servers.narrow) },
        { name: 'shop', url: url(servers.shop) },
      ],
    });
    await workbench.openContainer('NATS KV');
    await workbench.collapseView('History');
    // Bottom up, each when the one before is done: rows move while they connect.
    for (const [row, below] of [
      ['shop', 'orders'],
      ['narrow', 'This user may not list buckets.'],
      ['JetStream off', 'JetStream is off for this account.'],
      ['no buckets', 'No buckets yet on no buckets.'],
      ['refused', 'refused refused the login.'],
      ['unreachable', 'unreachable cannot be reached.'],
    ] as const) {
      await workbench.expand(row, below);
    }
    await workbench.expand('orders', 'No keys in orders.');
    await workbench.shotInThemes('76-tree-states');
  });

  it('says in the row of a bucket what is unhealthy about it', async () => {
    const connections = [{ name: 'shop', url: servers.ill.url }];
    workbench = await openWorkbench({ connections });
    await workbench.openContainer('NATS KV');
    await workbench.row('full').filter({ hasText: 'full · up to 16 keys' }).waitFor();
    await workbench.row('nearly').filter({ hasText: '% full · up to 15 keys' }).waitFor();
    await workbench.row('well').filter({ hasText: 'up to 1 key' }).waitFor();
    await workbench.tooltip(workbench.row('full'), 'It is full');
    await workbench.shotInThemes('78-tree-unhealthy');
  });
});
