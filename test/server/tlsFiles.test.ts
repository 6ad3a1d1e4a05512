import { chmodSync, copyFileSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import type { TlsOptions } from '../../src/kv/model/connectionConfig';
import { Dialer } from '../../src/kv/nats/link/dialer';
import { protectKey } from '../support/certificates';
import { makeAuthority } from './authorities';
import { rejection } from './rejection';
import { refusal, startTlsServer } from './tlsServers';
import { describeWithOpenssl, itWhere } from '../support/where';

const brokenCertificate = `-----BEGIN CERTIFICATE-----
bm9uc2Vuc2U=
-----END CERTIFICATE-----
`;

describeWithOpenssl('TLS files that cannot be used', () => {
  it('are named with what is wrong, before anything is dialled', async () => {
    const ca = makeAuthority();
    const own = ca.issue();
    const folder = ca.folder;
    const nonsense = join(folder, 'nonsense.pem');
    writeFileSync(nonsense, 'nothing of use');
    const missing = join(folder, 'missing.pem');
    const chain = join(folder, 'chain.pem');
    writeFileSync(chain, `${readFileSync(own.certFile, 'utf8')}${brokenCertificate}`);
    const { certFile, keyFile } = own;
    const cases: [TlsOptions, RegExp][] = [
      [{ caFile: missing }, /^the CA file \S+missing.pem cannot be read: there is no such file$/],
      [{ caFile: folder }, /^the CA file \S+ cannot be read: it is a folder$/],
      [{ caFile: nonsense }, /^the CA file \S+nonsense.pem holds no certificate that can be read/],
      [{ certFile }, /^the certificate file \S+ is given without its key; give the key file$/],
      [{ keyFile }, /^the key file \S+ is given without a certificate; give that file too$/],
      [{ certFile: missing, keyFile }, /^the certificate file \S+ cannot be read: there is no/],
      [{ certFile: nonsense, keyFile }, /^the certificate file \S+ holds no certificate/],
      [{ certFile, keyFile: missing }, /^the key file \S+ cannot be read: there is no such file$/],
      [{ certFile, keyFile: nonsense }, /^the key file \S+ holds no key that can be read; give/],
      [
        { certFile, keyFile: protectKey(keyFile, 'secret-phrase') },
        /^the key file (\S+) is protected by a passphrase; write a copy without one \(openssl pkey -in \1 -out …\)/,
      ],
      [
        { certFile, keyFile: ca.issue().keyFile },
        /^the key file \S+ does not belong to the certificate file \S+; give its own key$/,
      ],
      [{ certFile: chain, keyFile }, /^the TLS files cannot be used: /],
    ];
    for (const [tls, words] of cases) {
      const error = await refusal('tls://127.0.0.1:1', tls, 'invalidConfig');
      expect(error.message).toMatch(words);
      expect(error.message).not.toMatch(/nothing of use|secret-phrase|BEGIN RSA/);
    }
  });

  itWhere(process.getuid?.() !== 0, 'root may read every file')(
    'tell that they may not be read',
    async () => {
      const { keyFile, certFile } = makeAuthority().issue();
      chmodSync(keyFile, 0);
      const error = await refusal('tls://127.0.0.1:1', { certFile, keyFile }, 'invalidConfig');
      expect(error.message).toMatch(/cannot be read: you have no permission to$/);
    },
  );

  it('are read anew for every dial', async () => {
    const { port, ca } = await startTlsServer();
    const caFile = join(ca.folder, 'copy.pem');
    writeFileSync(caFile, 'not yet');
    const dialer = new Dialer({ servers: [`tls://localhost:${port}`], tls: { caFile } });
    await rejection('invalidConfig', dialer.dial());
    copyFileSync(ca.caFile, caFile);
    const channel = await dialer.dial();
    await channel.close();
  });
});
