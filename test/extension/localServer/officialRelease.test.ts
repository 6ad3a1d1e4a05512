import { describe, expect, it } from 'vitest';
import { archiveFor, officialRelease } from '../../../src/extension/localServer/officialRelease';

describe('the official release', () => {
  it.each([
    ['linux', 'x64', 'linux-amd64.tar.gz', 'nats-server'],
    ['linux', 'arm64', 'linux-arm64.tar.gz', 'nats-server'],
    ['darwin', 'x64', 'darwin-amd64.tar.gz', 'nats-server'],
    ['darwin', 'arm64', 'darwin-arm64.tar.gz', 'nats-server'],
    ['win32', 'x64', 'windows-amd64.zip', 'nats-server.exe'],
    ['win32', 'arm64', 'windows-arm64.zip', 'nats-server.exe'],
  ])('has an archive for %s %s', (platform, arch, name, executable) => {
    const archive = archiveFor(officialRelease, platform, arch);
    const { version } = officialRelease;
    expect(archive?.url).toBe(
      `https://github.com/nats-io/nats-server/releases/download/v${version}/nats-server-v${version}-${name}`,
    );
    expect(archive?.member).toBe(
      `nats-server-v${version}-${name.replace(/\.(tar\.gz|zip)$/, '')}/${executable}`,
    );
    expect(archive?.url.endsWith(archive.format)).toBe(true);
  });

  it.each([
    ['freebsd', 'x64'],
    ['linux', 's390x'],
    ['win32', 'ia32'],
  ])('has none for %s %s, whose checksum is not known', (platform, arch) => {
    expect(archiveFor(officialRelease, platform, arch)).toBeUndefined();
  });

  it('pins another SHA-256 for each archive', () => {
    const checksums = Object.values(officialRelease.checksums);
    expect(checksums.filter((each) => /^[0-9a-f]{64}$/.test(each))).toEqual(checksums);
    expect(new Set(checksums).size).toBe(checksums.length);
  });
});
