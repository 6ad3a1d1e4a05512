import type { DetailedPeerCertificate } from 'node:tls';
import { describe, expect, it } from 'vitest';
import { tlsReason } from '../../../../src/kv/nats/link/tlsReason';

/** As much of a certificate as is told of it. */
function certificate(fields: object): DetailedPeerCertificate {
  return {
    subject: { CN: 'server' },
    issuer: { CN: 'Authority' },
    valid_from: 'Nov 20 12:00:00 2025 GMT',
    valid_to: 'Nov 20 12:00:00 2099 GMT',
    subjectaltname: 'DNS:a.example, IP Address:10.0.0.1',
    ...fields,
  } as DetailedPeerCertificate;
}

describe('tlsReason', () => {
  it('tells of the certificate in the chain that has expired', () => {
    const expired = { valid_to: 'Nov 20 12:00:00 2020 GMT' };
    const authority = certificate({
      ...expired,
      subject: { CN: 'Authority' },
      issuer: { O: 'Org' },
    });
    const code = 'CERT_HAS_EXPIRED';
    const own = certificate({ ...expired, issuerCertificate: certificate({}) });
    expect(tlsReason({ code, certificate: own })).toBe(
      'cannot be trusted over TLS: its certificate (CN=server, issued by CN=Authority) expired on 2020-11-20; the server needs a new one',
    );
    const issued = certificate({ issuerCertificate: authority });
    expect(tlsReason({ code, certificate: issued })).toBe(
      'cannot be trusted over TLS: the certificate of its authority (CN=Authority, issued by O=Org) expired on 2020-11-20; the server needs a new one',
    );
  });

  it('ends at a certificate that vouches for itself', () => {
    const own = certificate({});
    own.issuerCertificate = own;
    expect(tlsReason({ code: 'CERT_HAS_EXPIRED', certificate: own })).toMatch(/expired on 2099/);
  });

  it('tells whom a certificate is for, by its common name where it has no others', () => {
    const code = 'ERR_TLS_CERT_ALTNAME_INVALID';
    const reason = (fields: object) =>
      tlsReason({ code, host: 'host', certificate: certificate(fields) });
    expect(reason({})).toMatch(/is for a\.example, 10\.0\.0\.1, not for host$/);
    expect(reason({ subjectaltname: undefined })).toMatch(/is for server, not for host$/);
    expect(tlsReason({ code })).toMatch(/is for another host, not for this host$/);
  });

  it.each([
    ['ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED', false, /asks for a client certificate; give/],
    ['ERR_SSL_SSLV3_ALERT_BAD_CERTIFICATE', false, /asks for a client certificate; give/],
    ['ERR_SSL_SSLV3_ALERT_HANDSHAKE_FAILURE', false, /asks for a client certificate; give/],
    ['ERR_SSL_SSLV3_ALERT_BAD_CERTIFICATE', true, /not accept the client certificate; give/],
    ['ERR_SSL_TLSV1_ALERT_UNKNOWN_CA', true, /an authority that the server does not trust; give/],
    ['ERR_SSL_SSL/TLS_ALERT_CERTIFICATE_EXPIRED', true, /certificate: it has expired; give/],
    ['ERR_SSL_TLSV1_ALERT_PROTOCOL_VERSION', true, /could not agree on TLS: words/],
  ])('takes %s, with a client certificate: %s', (code, hasClientCertificate, words) => {
    expect(tlsReason({ code, said: 'words', hasClientCertificate })).toMatch(words);
  });

  it('tells TLS first where there is none from no TLS at all', () => {
    const code = 'ERR_SSL_WRONG_VERSION_NUMBER';
    expect(tlsReason({ code, handshakeFirst: true })).toMatch(/turn off TLS first/);
    expect(tlsReason({ code })).toMatch(/answered to TLS with something else/);
  });

  it.each(['ECONNREFUSED', 'ENOTFOUND', 'undefined', ''])('is none for %j', (code) => {
    expect(tlsReason({ code })).toBeUndefined();
  });
});
