import { onTestFinished } from 'vitest';
import type { TlsOptions } from '../../src/kv/model/connectionConfig';
import type { KvErrorKind } from '../../src/kv/model/errors';
import { type CertificateOptions, tlsConfig } from '../support/certificates';
import { connect } from './dial';
import { makeAuthority } from './authorities';
import { startNatsServer } from '../support/natsServer';
import { rejection } from './rejection';

export const secret = 'never-in-clear';
export const credentials = () =>
  Promise.resolve([{ kind: 'userPassword', user: 'me', password: secret }] as const);

/** The failure of a connection that has a password to lose. */
export function refusal(url: string, tls?: TlsOptions, kind: KvErrorKind = 'disconnected') {
  return rejection(kind, connect({ servers: [url], timeoutMs: 30_000, credentials, tls }));
}

export async function startTlsServer(
  options: CertificateOptions = {},
  ca = makeAuthority(),
  authorization = '',
  more = '',
) {
  const config = `${tlsConfig(ca.issue(options), more)}\nauthorization { ${authorization} }`;
  const server = await startNatsServer({ config: authorization ? config : config.split('\n')[0] });
  onTestFinished(() => server.stop());
  return { server, port: server.port, ca };
}

/** A server whose own certificate is of another authority than those of its clients. */
export async function startVerifyingServer(more: string, verify = 'verify: true') {
  const [own, ca] = [makeAuthority('Servers'), makeAuthority('Clients')];
  const config = tlsConfig(own.issue(), `ca_file: "${ca.caFile}", ${verify}`);
  const server = await startNatsServer({ config: `${config}\n${more}` });
  onTestFinished(() => server.stop());
  return { url: `tls://localhost:${server.port}`, ca, caFile: own.caFile };
}
