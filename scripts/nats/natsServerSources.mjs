import { copyFileSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { isDebian, unpackDebianPackage } from '../lib/debian.mjs';
import { tempFolder } from '../lib/lifetime.mjs';
import { capture, which } from '../lib/run.mjs';
import { localServerModules } from './localServerModules.mjs';

/** Found alike in the official Docker image and Hermit's packages for linux-amd64, else in one of them. */
const oldestRelease = {
  version: '2.9.22',
  checksums: {
    'linux-amd64': '9550278e34e94aebd410ec401bc145d3538e430ec2a40d5213fffdf9fdd49c27',
    'linux-arm64': '811e5a3c8187d937a753f182bd5ae2035c91604bda11a3b11023e5eea0504c41',
    'darwin-amd64': 'ebba21564727043a51926a9665b1853d59792666ad874e41d7d4c0797b3e4458',
    'darwin-arm64': '7a1c0ddeded08878185321c69feae009d4f3a45f0355315773282b870c41389b',
  },
};

/* Each source puts the server's executable into a folder. `part` says which Debian suite, which release. */

/** Debian's package, unpacked and not installed. */
export const fromDebian = {
  name: 'Debian',
  isPossible: isDebian,
  async fetchInto(folder, { suite }, executable) {
    const unpacked = tempFolder();
    await unpackDebianPackage(suite, 'nats-server', unpacked);
    copyFileSync(join(unpacked, 'usr/sbin/nats-server'), join(folder, executable));
  },
};

/** The official release archive, checked against the SHA-256 that is pinned for this platform. */
export const fromRelease = {
  name: 'its release archive',
  isPossible: () => true,
  async fetchInto(folder, { label }, executable) {
    const { archiveFor, downloadRelease, officialRelease } = await localServerModules();
    const release = label === 'oldest' ? oldestRelease : officialRelease;
    const archive = archiveFor(release, process.platform, process.arch);
    if (archive === undefined) {
      throw new Error(`no checksum is known for ${process.platform} ${process.arch}`);
    }
    const path = await downloadRelease(archive, tempFolder());
    copyFileSync(path, join(folder, executable));
  },
};

/** Built from source through the Go module proxy, which verifies what it serves. */
export const fromGo = {
  name: 'Go modules',
  isPossible: () => which('go') !== undefined,
  async fetchInto(folder, { release }) {
    mkdirSync(folder, { recursive: true });
    const extraEnv = { GOBIN: folder };
    await capture('go', ['install', `github.com/nats-io/nats-server/v2@v${release}`], { extraEnv });
  },
};
