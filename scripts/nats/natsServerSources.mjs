import { copyFileSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { isDebian, unpackDebianPackage } from '../lib/debian.mjs';
import { download, verifySha256 } from '../lib/download.mjs';
import { tempFolder } from '../lib/lifetime.mjs';
import { capture, which } from '../lib/run.mjs';

const releases = 'https://github.com/nats-io/nats-server/releases/download';

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

/** The official release archive, checked against the SHA256SUMS that the same release publishes. */
export const fromRelease = {
  name: 'its release archive',
  isPossible: () => which('tar') !== undefined,
  async fetchInto(folder, { release }, executable) {
    const name = `nats-server-v${release}-${goPlatform()}.tar.gz`;
    const sums = await download(`${releases}/v${release}/SHA256SUMS`, 10_000);
    const archive = await download(`${releases}/v${release}/${name}`, 180_000);
    verifySha256(sums.toString(), name, archive);
    const work = tempFolder();
    writeFileSync(join(work, name), archive);
    await capture('tar', ['-xzf', name, '--strip-components=1'], { cwd: work });
    copyFileSync(join(work, executable), join(folder, executable));
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

/** The names that Go, and so the release archives, give to this platform. */
function goPlatform() {
  const system = process.platform === 'win32' ? 'windows' : process.platform;
  const machine = { x64: 'amd64', arm64: 'arm64', arm: 'arm7', ia32: '386' }[process.arch];
  return `${system}-${machine}`;
}
