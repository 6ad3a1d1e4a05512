/** How the server packs a stream: as a tar, or from 2.15 on in a form of its own. Both in S2 frames. */
export type ArchiveLayout = 'arc' | 'tar';

/** The first server that reads and writes the newer layout. It reads the older one too. */
export const arcSince = '2.15.0';

/** As many bytes of an archive as `layoutOf` has to see, or all of a smaller one. */
export const headBytes = 64;

/** The chunk that every S2 stream begins with. */
const s2Start = Uint8Array.from([0xff, 0x06, 0x00, 0x00, ...ascii('S2sTwO')]);
const arcMark = Buffer.from('NATSARC1');

/** The layout of an archive by how it begins; undefined for what is none. */
export function layoutOf(head: Uint8Array): ArchiveLayout | undefined {
  const start = Buffer.from(head.buffer, head.byteOffset, Math.min(head.length, headBytes));
  if (!start.subarray(0, s2Start.length).equals(s2Start)) {
    return undefined;
  }
  return start.includes(arcMark) ? 'arc' : 'tar';
}

/** The name that the `nats` CLI gives a file of this layout. */
export function archiveName(layout: ArchiveLayout): string {
  return `stream.${layout}.s2`;
}

function ascii(text: string): number[] {
  return [...text].map((letter) => letter.charCodeAt(0));
}
