import type { DetailedPeerCertificate, PeerCertificate } from 'node:tls';
import { t } from '../../base/l10n';

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

export function asksForCertificate(): string {
  return t('asks for a client certificate; give a certificate file and its key file');
}

/** What is wrong with TLS and what to do, to stand after `host:port`; undefined for no failure of TLS. */
export function tlsReason(failure: TlsFailure): string | undefined {
  const { code, said = code } = failure;
  if (/ALERT/.test(code)) {
    return alertReason(failure);
  }
  if (/WRONG_VERSION_NUMBER|PACKET_LENGTH_TOO_LONG|UNEXPECTED_MESSAGE/.test(code)) {
    return failure.handshakeFirst
      ? t('does not begin with TLS; turn off TLS first (handshakeFirst)')
      : t('answered to TLS with something else; is it a NATS server?');
  }
  const reason = certificateReason(failure);
  if (reason !== undefined) {
    return t('cannot be trusted over TLS: {0}', reason);
  }
  return /TLS|SSL/.test(code) ? t('could not agree on TLS: {0}', said) : undefined;
}

/** What the server told us: all of it is about the client's certificate, or the lack of one. */
function alertReason({ code, said = code, hasClientCertificate }: TlsFailure): string {
  if (!/CERTIFICATE|UNKNOWN_CA|HANDSHAKE_FAILURE|ACCESS_DENIED/.test(code)) {
    return t('could not agree on TLS: {0}', said);
  }
  if (!hasClientCertificate) {
    return asksForCertificate();
  }
  if (/UNKNOWN_CA/.test(code)) {
    return t(
      'does not accept the client certificate: it comes from an authority that the server does not trust; give another one',
    );
  }
  return /EXPIRED/.test(code)
    ? t('does not accept the client certificate: it has expired; give another one')
    : t('does not accept the client certificate; give another one');
}

/** What is wrong with the server's certificate; undefined for another failure. */
export function certificateReason(failure: TlsFailure): string | undefined {
  const { code, host, certificate, hasCa } = failure;
  const who = t('its certificate{0}', describe(certificate));
  switch (code) {
    case 'CERT_HAS_EXPIRED':
      return expiry(certificate);
    case 'CERT_NOT_YET_VALID':
      return t(
        '{0} is not valid before {1}; is the clock right?',
        who,
        day(certificate?.valid_from),
      );
    case 'ERR_TLS_CERT_ALTNAME_INVALID':
    case 'HOSTNAME_MISMATCH':
      return t('{0} is for {1}, not for {2}', who, namesOf(certificate), host ?? t('this host'));
    case 'DEPTH_ZERO_SELF_SIGNED_CERT':
      return t('{0} is self-signed; if you trust it, give it as the CA file', who);
    case 'CERT_REVOKED':
      return t('{0} was revoked', who);
  }
  if (/UNABLE_TO_(GET|VERIFY)|SELF_SIGNED|CERT_UNTRUSTED|INVALID_CA|CERT_SIGNATURE/.test(code)) {
    return hasCa
      ? t('{0} is not vouched for by the given CA file; give the CA file of its issuer', who)
      : t('{0} comes from an authority that is not trusted; give its CA file', who);
  }
  return /CERT|INVALID_PURPOSE|PATH_LENGTH/.test(code)
    ? t('{0} is refused ({1})', who, code)
    : undefined;
}

/** The certificate itself, or one of those that vouch for it. */
function expiry(certificate: PeerCertificate | DetailedPeerCertificate | undefined): string {
  const chain = chainOf(certificate);
  const expired = chain.find(({ valid_to }) => Date.parse(valid_to) < Date.now()) ?? certificate;
  const what =
    expired === certificate
      ? t('its certificate{0}', describe(expired))
      : t('the certificate of its authority{0}', describe(expired));
  return expired
    ? t('{0} expired on {1}; the server needs a new one', what, day(expired.valid_to))
    : t('{0} expired; the server needs a new one', what);
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
  const parts = [subject, issuer && t('issued by {0}', issuer)].filter(
    (part) => part !== undefined,
  );
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
  return names?.join(', ') ?? commonName ?? t('another host');
}

/** `Nov 20 12:00:00 2026 GMT` as `2026-11-20`. */
function day(date: string | undefined): string {
  const time = Date.parse(date ?? '');
  return Number.isNaN(time) ? t('a later time') : new Date(time).toISOString().slice(0, 10);
}
