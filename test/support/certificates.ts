import { execFileSync, spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Certificates are made on the spot with openssl: none is kept in the repository. */
export const canMakeCertificates = spawnSync('openssl', ['version']).status === 0;

export interface Certificate {
  readonly certFile: string;
  readonly keyFile: string;
}

export interface CertificateOptions {
  /** What it is for, such as `DNS:localhost,IP:127.0.0.1`; both of these when omitted. */
  readonly names?: string;
  readonly commonName?: string;
  /** From now; negative for a certificate that has expired. */
  readonly days?: number;
}

/** A certificate authority. */
export interface Authority {
  readonly caFile: string;
  readonly folder: string;
  issue(options?: CertificateOptions): Certificate;
}

const ecKey = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];

/** Makes an authority whose files, and those of what it issues, stand in a folder. */
export function makeAuthorityIn(folder: string, commonName = 'Test Authority'): Authority {
  const caFile = join(folder, 'ca.pem');
  const caKey = join(folder, 'ca-key.pem');
  const subject = ['-subj', `/CN=${commonName}`, '-days', '2'];
  openssl('req', '-x509', ...ecKey, ...subject, '-keyout', caKey, '-out', caFile);
  let serial = 0;
  return {
    caFile,
    folder,
    issue({ names = 'DNS:localhost,IP:127.0.0.1', commonName = 'test', days = 2 } = {}) {
      const path = (end: string) => join(folder, `${serial}-${end}`);
      serial++;
      const [keyFile, certFile] = [path('key.pem'), path('cert.pem')];
      const [request, extensions] = [path('request.pem'), path('extensions')];
      writeFileSync(extensions, `subjectAltName=${names}\n`);
      openssl(
        'req',
        '-new',
        ...ecKey,
        '-subj',
        `/CN=${commonName}`,
        '-keyout',
        keyFile,
        '-out',
        request,
      );
      const signer = ['-CA', caFile, '-CAkey', caKey, '-set_serial', String(serial)];
      const more = ['-days', String(days), '-extfile', extensions];
      openssl('x509', '-req', '-in', request, ...signer, ...more, '-out', certFile);
      return { certFile, keyFile };
    },
  };
}

/** A certificate that vouches for itself. */
export function makeSelfSignedIn(
  folder: string,
  names = 'DNS:localhost,IP:127.0.0.1',
): Certificate {
  const [certFile, keyFile] = [join(folder, 'cert.pem'), join(folder, 'key.pem')];
  const subject = ['-subj', '/CN=test', '-addext', `subjectAltName=${names}`, '-days', '2'];
  openssl('req', '-x509', ...ecKey, ...subject, '-keyout', keyFile, '-out', certFile);
  return { certFile, keyFile };
}

/** Writes a copy of a key that a passphrase protects. Returns its path. */
export function protectKey(keyFile: string, passphrase: string): string {
  const copy = `${keyFile}.protected`;
  openssl('pkcs8', '-topk8', '-in', keyFile, '-passout', `pass:${passphrase}`, '-out', copy);
  return copy;
}

/** The part of a server's configuration that makes it speak TLS. */
export function tlsConfig({ certFile, keyFile }: Certificate, more = ''): string {
  return `tls { cert_file: "${certFile}", key_file: "${keyFile}", ${more} }`;
}

function openssl(...args: string[]): void {
  execFileSync('openssl', args, { stdio: 'ignore' });
}
