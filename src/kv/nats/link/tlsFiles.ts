import { createPrivateKey, X509Certificate } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { createSecureContext } from 'node:tls';
import { t } from '../../base/l10n';
import type { TlsOptions } from '../../model/connectionConfig';
import { messageOf } from '../../model/errors';
import { DialError } from './dialError';

/** What TLS files hold, in PEM form. */
export interface TlsMaterial {
  readonly ca?: string;
  readonly cert?: string;
  readonly key?: string;
}

/**
 * Reads the files of a TLS configuration and checks that they can be used together. Throws
 * `invalidConfig`, which names the file, what is wrong with it and what to do.
 */
export async function readTlsFiles(tls: TlsOptions): Promise<TlsMaterial> {
  const { caFile, certFile, keyFile } = tls;
  if (certFile && !keyFile) {
    throw unusable(
      t('the certificate file {0} is given without its key; give the key file', certFile),
    );
  }
  if (keyFile && !certFile) {
    throw unusable(
      t('the key file {0} is given without a certificate; give that file too', keyFile),
    );
  }
  const ca = caFile ? await readCertificate(t('CA file'), caFile) : undefined;
  const cert = certFile ? await readCertificate(t('certificate file'), certFile) : undefined;
  const key = keyFile ? await readKey(keyFile) : undefined;
  if (cert !== undefined && key !== undefined) {
    checkPair(cert, key, `${certFile}`, `${keyFile}`);
  }
  checkTogether({ ca, cert, key });
  return { ca, cert, key };
}

async function readCertificate(what: string, path: string): Promise<string> {
  const text = await readText(what, path);
  try {
    new X509Certificate(text);
    return text;
  } catch (error) {
    const advice = t('give a file in PEM form, with BEGIN CERTIFICATE in it');
    throw unusable(
      t('the {0} {1} holds no certificate that can be read; {2}', what, path, advice),
      error,
    );
  }
}

async function readKey(path: string): Promise<string> {
  const text = await readText(t('key file'), path);
  if (/BEGIN ENCRYPTED PRIVATE KEY|^Proc-Type:.*ENCRYPTED/m.test(text)) {
    const advice = t('write a copy without one (openssl pkey -in {0} -out …) and give that', path);
    throw unusable(t('the key file {0} is protected by a passphrase; {1}', path, advice));
  }
  try {
    createPrivateKey(text);
    return text;
  } catch (error) {
    const advice = t('give a file in PEM form, with BEGIN PRIVATE KEY in it');
    throw unusable(t('the key file {0} holds no key that can be read; {1}', path, advice), error);
  }
}

async function readText(what: string, path: string): Promise<string> {
  try {
    return await readFile(resolve(path), 'utf8');
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    const reason = reasons[code ?? '']?.() ?? messageOf(error);
    throw unusable(t('the {0} {1} cannot be read: {2}', what, path, reason), error);
  }
}

const reasons: Readonly<Record<string, () => string>> = {
  ENOENT: () => t('there is no such file'),
  EACCES: () => t('you have no permission to'),
  EISDIR: () => t('it is a folder'),
};

function checkPair(cert: string, key: string, certFile: string, keyFile: string): void {
  if (!new X509Certificate(cert).checkPrivateKey(createPrivateKey(key))) {
    throw unusable(
      t(
        'the key file {0} does not belong to the certificate file {1}; give its own key',
        keyFile,
        certFile,
      ),
    );
  }
}

/** Later certificates of a file, and what the TLS library refuses for its own reasons. */
function checkTogether(material: TlsMaterial): void {
  try {
    createSecureContext(material);
  } catch (error) {
    throw unusable(t('the TLS files cannot be used: {0}', messageOf(error)), error);
  }
}

function unusable(message: string, cause?: unknown): DialError {
  return new DialError('invalidConfig', 'tls', message, { cause });
}
