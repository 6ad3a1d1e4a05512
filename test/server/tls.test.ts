import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { connect } from '../../src/kv/nats/connect';
import { type NatsServer, startNatsServer } from '../support/natsServer';
import { connectTo } from './system';

/** Certificates are made on the spot: none is kept in the repository. */
const canMakeCertificates = spawnSync('openssl', ['version']).status === 0;

interface Certificate {
  readonly certFile: string;
  readonly keyFile: string;
}

describe.runIf(canMakeCertificates)('TLS', () => {
  it('connects to a host whose name is in the certificate', async () => {
    const { server, certificate } = await startTlsServer('DNS:localhost');
    const connection = await connectTo(`tls://localhost:${server.port}`, {
      tls: { caFile: certificate.certFile },
    });
    expect(await connection.listBuckets()).toEqual([]);
  });

  it('connects to an address that is in the certificate', async () => {
    const { server, certificate } = await startTlsServer('IP:127.0.0.1');
    const connection = await connectTo(`tls://127.0.0.1:${server.port}`, {
      tls: { caFile: certificate.certFile },
    });
    expect(await connection.listBuckets()).toEqual([]);
  });

  it('refuses a certificate of another host', async () => {
    const { server, certificate } = await startTlsServer('DNS:elsewhere.example');
    await expectUntrusted(`tls://localhost:${server.port}`, certificate);
    await expectUntrusted(`tls://127.0.0.1:${server.port}`, certificate);
  });

  it('refuses a certificate that nobody vouches for, whatever the URL says', async () => {
    const { server } = await startTlsServer('IP:127.0.0.1,DNS:localhost');
    await expectUntrusted(`tls://127.0.0.1:${server.port}`);
    await expectUntrusted(`nats://localhost:${server.port}`);
  });

  it('shows its own certificate to a server that asks for it', async () => {
    const own = await makeCertificate('DNS:client.example');
    const { server, certificate } = await startTlsServer(
      'DNS:localhost',
      `ca_file: "${own.certFile}", verify: true`,
    );
    const url = `tls://localhost:${server.port}`;
    const tls = { caFile: certificate.certFile, ...own };
    expect((await connectTo(url, { tls })).state.current.kind).toBe('connected');
    const { caFile } = tls;
    await expect(connect({ servers: [url], tls: { caFile } })).rejects.toMatchObject({
      kind: 'disconnected',
    });
  });
});

async function expectUntrusted(url: string, certificate?: Certificate): Promise<void> {
  const tls = certificate && { tls: { caFile: certificate.certFile } };
  await expect(connect({ servers: [url], ...tls })).rejects.toMatchObject({
    kind: 'disconnected',
    message: expect.stringContaining('cannot be trusted over TLS') as string,
  });
}

async function startTlsServer(
  names: string,
  more = '',
): Promise<{ server: NatsServer; certificate: Certificate }> {
  const certificate = await makeCertificate(names);
  const { certFile, keyFile } = certificate;
  const config = `tls { cert_file: "${certFile}", key_file: "${keyFile}", ${more} }`;
  const server = await startNatsServer({ config });
  onTestFinished(() => server.stop());
  return { server, certificate };
}

async function makeCertificate(names: string): Promise<Certificate> {
  const folder = await mkdtemp(join(tmpdir(), 'certificate-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  const certFile = join(folder, 'cert.pem');
  const keyFile = join(folder, 'key.pem');
  const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];
  const subject = ['-subj', '/CN=test', '-addext', `subjectAltName=${names}`, '-days', '2'];
  const files = ['-keyout', keyFile, '-out', certFile];
  execFileSync('openssl', ['req', '-x509', ...key, ...subject, ...files], { stdio: 'ignore' });
  return { certFile, keyFile };
}
