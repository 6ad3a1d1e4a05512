/** A release with the SHA-256 of its archives, by the names that Go gives to platforms. */
export interface PinnedRelease {
  readonly version: string;
  readonly checksums: Readonly<Record<string, string>>;
}

/** One archive of a release: where it is, what must be in it. */
export interface ReleaseArchive {
  readonly version: string;
  readonly url: string;
  /** Of the archive, in lower-case hexadecimal digits. */
  readonly sha256: string;
  readonly format: 'tar.gz' | 'zip';
  /** Path of the server's executable inside the archive. */
  readonly member: string;
  /** Name of the executable once it is unpacked. */
  readonly executable: string;
}

/** The archives of `officialRelease` have between 6 and 8 MB; said before anything is fetched. */
export const archiveMegabytes = 7;

/**
 * The nats-server that is offered where none is installed. Each checksum was found alike in two public
 * places at least (the official Docker image, winget, projects that copied the release's SHA256SUMS);
 * windows-arm64 in winget alone, beside an amd64 that others confirm.
 */
export const officialRelease: PinnedRelease = {
  version: '2.15.0',
  checksums: {
    'linux-amd64': '5d2c51caca950333aba84911df7d377f826f3a59ec36061c6539105084f65c92',
    'linux-arm64': 'cdc208f5a3f42963a52b6ab06ef65626bb870315dc936e26ba571780c6351112',
    'darwin-amd64': '5bd8b59ca5bf93fab3da2c5843cf564cd6e2e291e22ae3b861746e7ebe259b95',
    'darwin-arm64': 'e1c4e22d70bd44abfa0bcb3c16f7cf0c66f648c2e728c58924e8a1ce88913cc8',
    'windows-amd64': '2d0861dc2ca3567d17f7d19611d7b346cc2ccbd7086a0a77cc957a2c71663200',
    'windows-arm64': 'd468fa3f0ac953bed2219e37a2b5977d87cb8d705d5bbdc70b9f960e12fb7c38',
  },
};

const systems: Readonly<Record<string, string>> = {
  linux: 'linux',
  darwin: 'darwin',
  win32: 'windows',
};
const machines: Readonly<Record<string, string>> = { x64: 'amd64', arm64: 'arm64' };

/** The archive of a release for a platform of Node; undefined where no checksum is known. */
export function archiveFor(
  { version, checksums }: PinnedRelease,
  platform: string,
  arch: string,
): ReleaseArchive | undefined {
  const target = `${systems[platform]}-${machines[arch]}`;
  const sha256 = checksums[target];
  if (sha256 === undefined) {
    return undefined;
  }
  const format = platform === 'win32' ? 'zip' : 'tar.gz';
  const folder = `nats-server-v${version}-${target}`;
  const executable = executableName(platform);
  return {
    version,
    url: `https://github.com/nats-io/nats-server/releases/download/v${version}/${folder}.${format}`,
    sha256,
    format,
    member: `${folder}/${executable}`,
    executable,
  };
}

/** What the server's executable is called on a platform of Node. */
export function executableName(platform: string): string {
  return platform === 'win32' ? 'nats-server.exe' : 'nats-server';
}
