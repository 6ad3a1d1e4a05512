import type { DetailedPeerCertificate, PeerCertificate } from 'node:tls';

/** A failure of TLS, with what is known of its circumstances. */
export interface TlsFailure {
  /** Of Node's error, such as `CERT_HAS_EXPIRED`. */
  readonly code: string;
  /** What the TLS library said, where it said more than the code. */
  readonly said?: string;
  /** The name or address that the server's certificate should be for. */
  readonly host?: string;
  readonly certificate?: PeerCertificate | DetailedPeerCertificate;
  readonly hasCa?: boolean;
  readonly hasClientCertificate?: boolean;
  readonly handshakeFirst?: boolean;
}

export const asksForCertificate =
  'asks for a client certificate; give a certificate file and its key file';

/** What is wrong with TLS and what to do, to stand after `host:port`; undefined for no failure of TLS. */
export function tlsReason(failure: TlsFailure): string | undefined {
  const { code, said = code } = failure;
  if (/ALERT/.test(code)) {
    return alertReason(failure);
  }
  if (/WRONG_VERSION_NUMBER|PACKET_LENGTH_TOO_LONG|UNEXPECTED_MESSAGE/.test(code)) {
    return failure.handshakeFirst
      ? 'does not begin with TLS; turn off TLS first (handshakeFirst)'
      : 'answered to TLS with something else; is it a NATS server?';
  }
  const reason = certificateReason(failure);
  if (reason !== undefined) {
    return `cannot be trusted over TLS: ${reason}`;
  }
  return /TLS|SSL/.test(code) ? `could not agree on TLS: ${said}` : undefined;
}

/** What the server told us: all of it is about the client's certificate, or the lack of one. */
function alertReason({ code, said = code, hasClientCertificate }: TlsFailure): string {
  if (!/CERTIFICATE|UNKNOWN_CA|HANDSHAKE_FAILURE|ACCESS_DENIED/.test(code)) {
    return `could not agree on TLS: ${said}`;
  }
  if (!hasClientCertificate) {
    return asksForCertificate;
  }
  const why = /UNKNOWN_CA/.test(code)
    ? ': it comes from an authority that the server does not trust'
    : /EXPIRED/.test(code)
      ? ': it has expired'
      : '';
  return `does not accept the client certificate${why}; give another one`;
}

function certificateReason(failure: TlsFailure): string | undefined {
  const { code, host, certificate, hasCa } = failure;
  const who = `its certificate${describe(certificate)}`;
  switch (code) {
    case 'CERT_HAS_EXPIRED':
      return expiry(certificate);
    case 'CERT_NOT_YET_VALID':
      return `${who} is not valid before ${day(certificate?.valid_from)}; is the clock right?`;
    case 'ERR_TLS_CERT_ALTNAME_INVALID':
    case 'HOSTNAME_MISMATCH':
      return `${who} is for ${namesOf(certificate)}, not for ${host ?? 'this host'}`;
    case 'DEPTH_ZERO_SELF_SIGNED_CERT':
      return `${who} is self-signed; if you trust it, give it as the CA file`;
    case 'CERT_REVOKED':
      return `${who} was revoked`;
  }
  if (/UNABLE_TO_(GET|VERIFY)|SELF_SIGNED|CERT_UNTRUSTED|INVALID_CA|CERT_SIGNATURE/.test(code)) {
    return hasCa
      ? `${who} is not vouched for by the given CA file; give the CA file of its issuer`
      : `${who} comes from an authority that is not trusted; give its CA file`;
  }
  return /CERT|INVALID_PURPOSE|PATH_LENGTH/.test(code) ? `${who} is refused (${code})` : undefined;
}

/** The certificate itself, or one of those that vouch for it. */
function expiry(certificate: PeerCertificate | DetailedPeerCertificate | undefined): string {
  const chain = chainOf(certificate);
  const expired = chain.find(({ valid_to }) => Date.parse(valid_to) < Date.now()) ?? certificate;
  const what = expired === certificate ? 'its certificate' : 'the certificate of its authority';
  const when = expired ? ` on ${day(expired.valid_to)}` : '';
  return `${what}${describe(expired)} expired${when}; the server needs a new one`;
}

function chainOf(
  certificate: PeerCertificate | DetailedPeerCertificate | undefined,
): PeerCertificate[] {
  const chain: PeerCertificate[] = [];
  let next = certificate as Partial<DetailedPeerCertificate> | undefined;
  // A certificate that vouches for itself is its own issuer.
  while (next?.valid_to !== undefined && !chain.includes(next as PeerCertificate)) {
    chain.push(next as PeerCertificate);
    next = next.issuerCertificate;
  }
  return chain;
}

function describe(certificate: PeerCertificate | undefined): string {
  const subject = nameOf(certificate?.subject);
  const issuer = nameOf(certificate?.issuer);
  const parts = [subject, issuer && `issued by ${issuer}`].filter((part) => part !== undefined);
  return parts.length > 0 ? ` (${parts.join(', ')})` : '';
}

/** `CN=…`, or the organization of a certificate without a common name. */
function nameOf(fields: PeerCertificate['subject'] | undefined): string | undefined {
  const { CN, O } = (fields ?? {}) as Partial<Record<string, string | string[]>>;
  const [name, value] = CN === undefined ? ['O', O] : ['CN', CN];
  return value === undefined ? undefined : `${name}=${[value].flat().join('/')}`;
}

function namesOf(certificate: PeerCertificate | undefined): string {
  const names = certificate?.subjectaltname
    ?.split(', ')
    .map((name) => name.replace(/^(DNS|IP Address|URI):/, ''));
  const commonName = nameOf(certificate?.subject)?.replace(/^\w+=/, '');
  return names?.join(', ') ?? commonName ?? 'another host';
}

/** `Nov 20 12:00:00 2026 GMT` as `2026-11-20`. */
function day(date: string | undefined): string {
  const time = Date.parse(date ?? '');
  return Number.isNaN(time) ? 'a later time' : new Date(time).toISOString().slice(0, 10);
}
