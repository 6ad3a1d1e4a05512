import { createPrivateKey, X509Certificate } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { createSecureContext } from 'node:tls';
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
    throw unusable(`the certificate file ${certFile} is given without its key; give the key file`);
  }
  if (keyFile && !certFile) {
    throw unusable(`the key file ${keyFile} is given without a certificate; give that file too`);
  }
  const ca = caFile ? await readCertificate('CA file', caFile) : undefined;
  const cert = certFile ? await readCertificate('certificate file', certFile) : undefined;
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
    const advice = 'give a file in PEM form, with BEGIN CERTIFICATE in it';
    throw unusable(`the ${what} ${path} holds no certificate that can be read; ${advice}`, error);
  }
}

async function readKey(path: string): Promise<string> {
  const text = await readText('key file', path);
  if (/BEGIN ENCRYPTED PRIVATE KEY|^Proc-Type:.*ENCRYPTED/m.test(text)) {
    const advice = `write a copy without one (openssl pkey -in ${path} -out …) and give that`;
    throw unusable(`the key file ${path} is protected by a passphrase; ${advice}`);
  }
  try {
    createPrivateKey(text);
    return text;
  } catch (error) {
    const advice = 'give a file in PEM form, with BEGIN PRIVATE KEY in it';
    throw unusable(`the key file ${path} holds no key that can be read; ${advice}`, error);
  }
}

async function readText(what: string, path: string): Promise<string> {
  try {
    return await readFile(resolve(path), 'utf8');
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    const reason = reasons[code ?? ''] ?? messageOf(error);
    throw unusable(`the ${what} ${path} cannot be read: ${reason}`, error);
  }
}

const reasons: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such file',
  EACCES: 'you have no permission to',
  EISDIR: 'it is a folder',
};

function checkPair(cert: string, key: string, certFile: string, keyFile: string): void {
  if (!new X509Certificate(cert).checkPrivateKey(createPrivateKey(key))) {
    throw unusable(
      `the key file ${keyFile} does not belong to the certificate file ${certFile}; give its own key`,
    );
  }
}

/** Later certificates of a file, and what the TLS library refuses for its own reasons. */
function checkTogether(material: TlsMaterial): void {
  try {
    createSecureContext(material);
  } catch (error) {
    throw unusable(`the TLS files cannot be used: ${messageOf(error)}`, error);
  }
}

function unusable(message: string, cause?: unknown): DialError {
  return new DialError('invalidConfig', 'tls', message, { cause });
}
