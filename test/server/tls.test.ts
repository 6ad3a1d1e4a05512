import { readFileSync } from 'node:fs';
import tls from 'node:tls';
import { expect, it, onTestFinished } from 'vitest';
import { type Authority, canMakeCertificates, tlsConfig } from '../support/certificates';
import { connect } from './dial';
import { makeAuthority, makeSelfSigned } from './authorities';
import { startNatsServer } from '../support/natsServer';
import { listen, startRecorder } from '../support/recorder';
import { rejection } from './rejection';
import { isServerAtLeast } from './serverVersion';
import { connectTo } from './system';
import { credentials, refusal, secret, startTlsServer, startVerifyingServer } from './tlsServers';
import { describeWhere, describeWithOpenssl } from '../support/where';

describeWithOpenssl('TLS', () => {
  it.each(['localhost', '127.0.0.1'])('connects to %s with its CA alone', async (host) => {
    const { port, ca } = await startTlsServer();
    const url = `tls://${host}:${port}`;
    const connection = await connectTo(url, { tls: { caFile: ca.caFile } });
    expect(await connection.listBuckets()).toEqual([]);
  });

  it('is required by TLS files, whatever the URL says', async () => {
    const { port, ca } = await startTlsServer();
    await connectTo(`nats://localhost:${port}`, { tls: { caFile: ca.caFile } });
    const plain = await startNatsServer();
    onTestFinished(() => plain.stop());
    const error = await refusal(plain.url, { caFile: ca.caFile });
    expect(error.message).toMatch(/does not offer TLS, which this connection requires; use nats/);
  });

  it('is taken by a nats:// URL where the server requires it', async () => {
    const ca = makeAuthority();
    trust(ca);
    for (const [host, names] of [
      ['localhost', 'DNS:localhost'],
      ['127.0.0.1', 'IP:127.0.0.1'],
    ]) {
      const { port } = await startTlsServer({ names }, ca);
      const connection = await connectTo(`nats://${host}:${port}`);
      expect(await connection.listBuckets()).toEqual([]);
    }
    const elsewhere = await startTlsServer({ names: 'DNS:elsewhere.example' }, ca);
    const error = await refusal(`nats://127.0.0.1:${elsewhere.port}`);
    expect(error.message).toMatch(/is for elsewhere\.example, not for 127\.0\.0\.1$/);
  });
});

describeWithOpenssl('what is secret', () => {
  it('is never sent in clear to a server of a tls:// URL that has no TLS', async () => {
    const server = await startNatsServer({ config: `authorization { user: me, password: x }` });
    onTestFinished(() => server.stop());
    const recorder = await startRecorder(server.port);
    const error = await refusal(`tls://127.0.0.1:${recorder.port}`);
    expect(error.message).toMatch(/does not offer TLS/);
    expect(recorder.sent).toBe('');
  });

  it('is never sent in clear to a server that claims to need no TLS', async () => {
    const sent: Buffer[] = [];
    const port = await listen((socket) => {
      socket.on('data', (chunk: Buffer) => sent.push(chunk));
      socket.write('INFO {"server_id":"x","version":"2.10.0","tls_required":false}\r\nPONG\r\n');
    });
    await refusal(`tls://127.0.0.1:${port}`);
    await refusal(`nats://127.0.0.1:${port}`, { handshakeFirst: true });
    const text = Buffer.concat(sent).toString('latin1');
    expect(text).not.toMatch(/CONNECT|never-in-clear/);
  });

  it('is sent encrypted only', async () => {
    const { port, ca } = await startTlsServer({}, undefined, `user: me, password: ${secret}`);
    const recorder = await startRecorder(port);
    const url = `tls://localhost:${recorder.port}`;
    const connection = await connectTo(url, { credentials, tls: { caFile: ca.caFile } });
    expect(await connection.listBuckets()).toEqual([]);
    expect(recorder.sent.length).toBeGreaterThan(500);
    expect(recorder.sent).not.toMatch(/CONNECT|never-in-clear/);
  });

  it('is never sent to a server that cannot be trusted', async () => {
    const { port } = await startTlsServer();
    const recorder = await startRecorder(port);
    await refusal(`tls://localhost:${recorder.port}`, { caFile: makeAuthority('Other').caFile });
    expect(recorder.sent).not.toMatch(/CONNECT|never-in-clear/);
  });
});

describeWithOpenssl('a server that cannot be trusted', () => {
  it('tells whose certificate has expired, and when', async () => {
    const { port, ca } = await startTlsServer({ commonName: 'old', days: -1 });
    const yesterday = new Date(Date.now() - 86_400_000).toISOString().slice(0, 10);
    expect((await refusal(`tls://localhost:${port}`, { caFile: ca.caFile })).message).toBe(
      `localhost:${port} cannot be trusted over TLS: its certificate (CN=old, issued by CN=Test Authority) expired on ${yesterday}; the server needs a new one`,
    );
  });

  it('tells what its certificate is for', async () => {
    const names = 'DNS:elsewhere.example,IP:10.0.0.1';
    const { port, ca } = await startTlsServer({ names });
    for (const host of ['localhost', '127.0.0.1']) {
      const error = await refusal(`tls://${host}:${port}`, { caFile: ca.caFile });
      expect(error.message).toBe(
        `${host}:${port} cannot be trusted over TLS: its certificate (CN=test, issued by CN=Test Authority) is for elsewhere.example, 10.0.0.1, not for ${host}`,
      );
    }
  });

  it('tells whose authority is not known, with a CA file and without', async () => {
    const { port } = await startTlsServer();
    const who = 'its certificate (CN=test, issued by CN=Test Authority)';
    const prefix = `localhost:${port} cannot be trusted over TLS: ${who}`;
    for (const scheme of ['nats', 'tls']) {
      expect((await refusal(`${scheme}://localhost:${port}`)).message).toBe(
        `${prefix} comes from an authority that is not trusted; give its CA file`,
      );
    }
    const { caFile } = makeAuthority('Other');
    expect((await refusal(`tls://localhost:${port}`, { caFile })).message).toBe(
      `${prefix} is not vouched for by the given CA file; give the CA file of its issuer`,
    );
  });

  it('tells that its certificate vouches for itself', async () => {
    const certificate = makeSelfSigned();
    const server = await startNatsServer({ config: tlsConfig(certificate) });
    onTestFinished(() => server.stop());
    const url = `tls://localhost:${server.port}`;
    const error = await refusal(url);
    expect(error.message).toMatch(/\(CN=test, issued by CN=test\) is self-signed; if you trust it/);
    await connectTo(url, { tls: { caFile: certificate.certFile } });
  });

  it('is told of beside the other servers of a list', async () => {
    const { port, ca } = await startTlsServer();
    const gone = await listen((socket) => socket.destroy());
    const servers = `tls://localhost:${port},tls://localhost:${gone}`;
    const error = await refusal(servers, { caFile: makeAuthority('Other').caFile });
    expect(error.message).toMatch(/CN=Test Authority.*; localhost:\d+ closed the connection/);
    expect(error.message).not.toContain(ca.caFile);
  });
});

describeWithOpenssl('a server that asks for a client certificate', () => {
  it('lets in who has one, alone and with a user and password', async () => {
    const { url, ca, caFile } = await startVerifyingServer('');
    await connectTo(url, { tls: { caFile, ...ca.issue() } });
    const both = await startVerifyingServer(`authorization { user: me, password: ${secret} }`);
    await connectTo(both.url, { credentials, tls: { caFile: both.caFile, ...both.ca.issue() } });
  });

  it('lets in the user whom the certificate is for', async () => {
    const { url, ca, caFile } = await startVerifyingServer(
      'authorization { users: [ { user: "me.example" } ] }',
      'verify_and_map: true',
    );
    const tls = { caFile, ...ca.issue({ names: 'DNS:me.example' }) };
    expect((await connectTo(url, { tls })).state.current.kind).toBe('connected');
    const other = { caFile, ...ca.issue({ names: 'DNS:you.example' }) };
    const error = await rejection('authFailed', connect({ servers: [url], tls: other }));
    expect(error.message).toMatch(/rejected the credentials \(client certificate\)$/);
  });

  it('asks for it', async () => {
    const { url, caFile } = await startVerifyingServer('');
    const error = await refusal(url, { caFile });
    expect(error.message).toMatch(
      /asks for a client certificate; give a certificate file and its key file$/,
    );
  });

  it('does not take one of another authority, nor one that has expired', async () => {
    const { url, ca, caFile } = await startVerifyingServer('');
    const stranger = await refusal(url, { caFile, ...makeAuthority('Other').issue() });
    expect(stranger.message).toMatch(/does not accept the client certificate.*; give another one$/);
    const expired = await refusal(url, { caFile, ...ca.issue({ days: -1 }) });
    expect(expired.message).toMatch(/does not accept the client certificate.*; give another one$/);
  });
});

const canBeFirst = isServerAtLeast('2.10');
const missing = canBeFirst ? 'openssl is not here' : 'this server cannot speak TLS first';

describeWhere(canBeFirst && canMakeCertificates, missing)('TLS first', () => {
  const first = 'handshake_first: true';

  it('connects, with a client certificate too', async () => {
    const { port, ca } = await startTlsServer({}, undefined, '', first);
    const tls = { caFile: ca.caFile, handshakeFirst: true };
    await connectTo(`tls://localhost:${port}`, { tls });
    await connectTo(`nats://127.0.0.1:${port}`, { tls });
    const verifying = await startVerifyingServer('', `verify: true, ${first}`);
    const files = { caFile: verifying.caFile, handshakeFirst: true };
    await connectTo(verifying.url, { tls: { ...files, ...verifying.ca.issue() } });
    const error = await refusal(verifying.url, files);
    expect(error.message).toMatch(/asks for a client certificate/);
  });

  it('tells what its certificate is for', async () => {
    const names = { names: 'DNS:elsewhere.example' };
    const { port, ca } = await startTlsServer(names, undefined, '', first);
    const tls = { caFile: ca.caFile, handshakeFirst: true };
    const error = await refusal(`tls://localhost:${port}`, tls);
    expect(error.message).toMatch(/is for elsewhere\.example, not for localhost$/);
    const other = { caFile: makeAuthority('Other').caFile, handshakeFirst: true };
    const unknown = await refusal(`tls://localhost:${port}`, other);
    expect(unknown.message).toMatch(/\(CN=test, issued by CN=Test Authority\) is not vouched for/);
  });

  it('is called for by a server that expects it', async () => {
    const { port, ca } = await startTlsServer({}, undefined, '', first);
    const error = await refusal(`tls://localhost:${port}`, { caFile: ca.caFile });
    expect(error.message).toMatch(/expects TLS first; turn it on \(handshakeFirst\)$/);
    await refusal(`nats://localhost:${port}`);
  });

  it('is not for a server that does not expect it', async () => {
    const { port, ca } = await startTlsServer();
    const tls = { caFile: ca.caFile, handshakeFirst: true };
    const error = await refusal(`tls://localhost:${port}`, tls);
    expect(error.message).toMatch(
      /does not begin with TLS; turn off TLS first \(handshakeFirst\)$/,
    );
  });
});

/** Makes an authority one of those that Node trusts, until the test ends. */
function trust({ caFile }: Authority): void {
  const before = tls.getCACertificates('default');
  onTestFinished(() => tls.setDefaultCACertificates(before));
  tls.setDefaultCACertificates([...before, readFileSync(caFile, 'utf8')]);
}
