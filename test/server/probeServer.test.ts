import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { createServer } from 'node:https';
import { describe, expect, it, onTestFinished } from 'vitest';
import { tlsConfig } from '../support/certificates';
import { connect, probeServer } from './dial';
import { makeAuthority } from './authorities';
import { makeKey } from '../support/natsJwts';
import { startNatsServer } from '../support/natsServer';
import { listen, startRecorder } from '../support/recorder';
import { rejection } from './rejection';
import { isServerAtLeast } from './serverVersion';
import { describeWithOpenssl, itWhere } from '../support/where';

async function start(config: string) {
  const server = await startNatsServer({ config });
  onTestFinished(() => server.stop());
  return server;
}

const itWithTlsFirst = itWhere(isServerAtLeast('2.10'), 'this server cannot speak TLS first');

const nothing = {
  authRequired: false,
  tlsRequired: false,
  tlsAvailable: false,
  tlsVerify: false,
  handshakeFirst: false,
  nonce: false,
};

describe('probeServer', () => {
  it('tells of a server that demands nothing, and sends it nothing', async () => {
    const server = await start('server_name: shop-1');
    const recorder = await startRecorder(server.port);
    const demands = await probeServer(`nats://127.0.0.1:${recorder.port}`);
    expect(demands).toEqual({
      ...nothing,
      name: 'shop-1',
      version: expect.stringMatching(/^2\./) as string,
    });
    expect(recorder.sent).toBe('');
  });

  it('tells that a server demands a login', async () => {
    const server = await start('authorization { token: secret }');
    expect(await probeServer(server.url)).toMatchObject({ ...nothing, authRequired: true });
  });

  it('tells that a server takes nkeys', async () => {
    const server = await start(`authorization { users: [ { nkey: ${makeKey().publicKey} } ] }`);
    expect(await probeServer(server.url)).toMatchObject({ authRequired: true, nonce: true });
  });

  it('asks the first of a list that answers', async () => {
    const gone = await start('');
    await gone.stop();
    const server = await start('server_name: shop-2');
    const strange = await listen((socket) => socket.end('SSH-2.0-x\r\n'));
    const url = `${gone.url}, nats://127.0.0.1:${strange},127.0.0.1:${server.port}`;
    expect(await probeServer(url)).toMatchObject({ name: 'shop-2' });
  });

  it('throws what is wrong with all of them', async () => {
    const gone = await start('');
    await gone.stop();
    const strange = await listen((socket) => socket.end('SSH-2.0-x\r\n'));
    const url = `${gone.url},nats://127.0.0.1:${strange}`;
    const error = await rejection('disconnected', probeServer(url));
    expect(error.message).toMatch(
      /refused the connection.*; .*is not a NATS server: it speaks SSH$/,
    );
    await rejection('invalidUrl', probeServer('http://a'));
  });

  it('gives up on a server that says nothing', async () => {
    const port = await listen(() => undefined);
    const url = `127.0.0.1:${port}`;
    const error = await rejection('disconnected', probeServer(url, undefined, undefined, 1_000));
    expect(error.message).toMatch(/does not introduce itself as a NATS server does/);
  });

  it('stops when it is aborted', async () => {
    const port = await listen(() => undefined);
    const abort = new AbortController();
    const probing = probeServer(`127.0.0.1:${port}`, undefined, abort.signal);
    abort.abort();
    await rejection('cancelled', probing);
    await rejection('cancelled', probeServer(`127.0.0.1:${port}`, undefined, abort.signal));
  });
});

describeWithOpenssl('probeServer over TLS', () => {
  const withTls = { ...nothing, tlsRequired: true, tlsAvailable: true };

  it('tells that a server demands TLS, whether or not it can be trusted', async () => {
    const server = await start(tlsConfig(makeAuthority().issue({ days: -1 })));
    expect(await probeServer(server.url)).toMatchObject(withTls);
  });

  it('tells that a server offers TLS only', async () => {
    const server = await start(`${tlsConfig(makeAuthority().issue())}\nallow_non_tls: true`);
    expect(await probeServer(server.url)).toMatchObject({ ...withTls, tlsRequired: false });
  });

  it('tells that a server demands a client certificate', async () => {
    const ca = makeAuthority();
    const verify = `ca_file: "${ca.caFile}", verify: true`;
    const server = await start(tlsConfig(ca.issue(), verify));
    expect(await probeServer(server.url)).toMatchObject({ ...withTls, tlsVerify: true });
  });

  itWithTlsFirst('finds out that a server demands TLS first', async () => {
    const ca = makeAuthority();
    const server = await start(tlsConfig(ca.issue(), 'handshake_first: true'));
    const found = { ...withTls, handshakeFirst: true };
    expect(await probeServer(server.url)).toMatchObject(found);
    expect(await probeServer(server.url, { handshakeFirst: true })).toMatchObject(found);
    const verify = `ca_file: "${ca.caFile}", verify: true, handshake_first: true`;
    const strict = await start(tlsConfig(ca.issue(), verify));
    expect(await probeServer(strict.url)).toMatchObject({
      tlsRequired: true,
      handshakeFirst: true,
      authRequired: undefined,
      tlsVerify: undefined,
    });
  });

  it('does not take another server that speaks TLS for a NATS server', async () => {
    const { certFile, keyFile } = makeAuthority().issue();
    const files = { cert: readFileSync(certFile), key: readFileSync(keyFile) };
    const server = createServer(files, () => undefined).listen(0, '127.0.0.1');
    onTestFinished(() => void server.close());
    await once(server, 'listening');
    const url = `127.0.0.1:${(server.address() as AddressInfo).port}`;
    const probing = rejection('disconnected', probeServer(url, undefined, undefined, 1_000));
    expect((await probing).message).toMatch(/does not introduce itself as a NATS server does/);
    const dialling = rejection('timeout', connect({ servers: [url], timeoutMs: 1_000 }));
    expect((await dialling).message).toMatch(/does not introduce itself as a NATS server does/);
  });

  it('asks a server without TLS that was said to begin with it', async () => {
    const server = await start('');
    expect(await probeServer(server.url, { handshakeFirst: true })).toMatchObject(nothing);
  });
});
