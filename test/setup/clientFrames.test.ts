import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { askedOfLateFollower, ClientFrames, publishedTo } from '../support/clientFrames';

const sent = [
  'CONNECT {"verbose":false}\r\n',
  'SUB _INBOX.a.* 1\r\n',
  'PUB $JS.API.DIRECT.GET.KV_B.$KV.B.k _INBOX.a.1 0\r\n\r\n',
  'HPUB $KV.B.ü _INBOX.a.2 12 19\r\nNATS/1.0\r\n\r\nPUB x 1\r\n',
  'PUB $JS.API.DIRECT.GET.KV_B _INBOX.a.3 9\r\n{"seq":4}\r\n',
  'PING\r\n',
];

describe('ClientFrames', () => {
  it('cuts what a client sends into its operations, however it is sent', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 40 })), (sizes) => {
        const frames = new ClientFrames();
        const found = chunksOf(Buffer.from(sent.join('')), sizes).flatMap((chunk) =>
          frames.push(chunk),
        );
        expect(found.map(({ bytes }) => bytes.toString())).toEqual(sent);
      }),
    );
  });

  it('tells to what is published', () => {
    const subjects = new ClientFrames().push(Buffer.from(sent.join(''))).map(publishedTo);
    expect(subjects.filter(Boolean)).toEqual([
      '$JS.API.DIRECT.GET.KV_B.$KV.B.k',
      '$KV.B.ü',
      '$JS.API.DIRECT.GET.KV_B',
    ]);
  });
});

describe('askedOfLateFollower', () => {
  it('asks for the message that a late follower has as its last, and leaves all else', () => {
    const asked = new ClientFrames()
      .push(Buffer.from(sent.join('')))
      .map((frame) => askedOfLateFollower(frame, 17).toString());
    const [get] = sent.slice(2);
    const direct = 'PUB $JS.API.DIRECT.GET.KV_B _INBOX.a.1 10\r\n{"seq":17}\r\n';
    expect(asked).toEqual(sent.map((each) => (each === get ? direct : each)));
  });
});

/** Cuts bytes at these sizes in turn, the last of them for the rest. */
function chunksOf(bytes: Buffer, sizes: readonly number[]): Buffer[] {
  const chunks: Buffer[] = [];
  for (let at = 0, turn = 0; at < bytes.length; turn++) {
    const size = sizes[turn % Math.max(1, sizes.length)] ?? bytes.length;
    chunks.push(bytes.subarray(at, at + size));
    at += size;
  }
  return chunks;
}
