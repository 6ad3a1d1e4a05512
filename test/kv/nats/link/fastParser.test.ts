import fc from 'fast-check';
import type { NatsConnection } from 'nats';
import { Parser } from 'nats/lib/nats-base-client/parser';
import { describe, expect, it, vi } from 'vitest';
import { type ClientParser, parseFast } from '../../../../src/kv/nats/link/fastParser';

const encoder = new TextEncoder();

/** The client's own parser, and what it has handed on, with its bytes as text. */
function startParser() {
  const events: unknown[] = [];
  const push = (event: object) => void events.push(copied(event));
  const parser = new Parser({ push }) as ClientParser;
  return { parser, events };
}

function startFastParser() {
  const started = startParser();
  const parseRest = vi.spyOn(started.parser, 'parse');
  parseFast(holding(started.parser));
  return { ...started, parseRest };
}

function holding(parser: object | undefined): NatsConnection {
  return { protocol: { parser } } as unknown as NatsConnection;
}

function copied(event: object): unknown {
  const text = JSON.stringify(event, (_, value: unknown) =>
    value instanceof Uint8Array ? Buffer.from(value).toString('latin1') : value,
  );
  return JSON.parse(text);
}

/** Feeds the bytes in pieces; the error, if there is one, without the bytes that it cites. */
function feed(parser: ClientParser, bytes: Uint8Array, cuts: readonly number[]) {
  const ends = [...cuts.map((cut) => cut % (bytes.length + 1)).sort((a, b) => a - b), bytes.length];
  try {
    ends.forEach((end, at) => parser.parse(bytes.subarray(ends[at - 1] ?? 0, end)));
    return undefined;
  } catch (error) {
    return (error as Error).message.split(':', 1)[0];
  }
}

function joined(frames: readonly Uint8Array[]): Uint8Array {
  return new Uint8Array(Buffer.concat(frames));
}

const token = fc.stringMatching(/^[!-~äß€\u{1f600}]{1,12}$/u);
const payload = fc.oneof(
  fc.uint8Array({ maxLength: 60 }),
  fc.constantFrom('', '\r\n', 'MSG a 1 0\r\n\r\n', 'HMSG').map((text) => encoder.encode(text)),
);

const message = fc
  .record({
    op: fc.constantFrom('MSG', 'HMSG', 'msg', 'hMsg'),
    gap: fc.constantFrom(' ', ' ', ' ', '  ', '\t'),
    subject: token,
    sid: fc.nat(),
    reply: fc.option(token, { nil: undefined }),
    payload,
    headers: fc.nat(),
  })
  .map(({ op, gap, subject, sid, reply, payload, headers }) => {
    const isHeaded = op.length === 4;
    const sizes = [...(isHeaded ? [headers % (payload.length + 1)] : []), payload.length];
    const fields = [op, subject, sid, ...(reply === undefined ? [] : [reply]), ...sizes];
    return joined([encoder.encode(`${fields.join(gap)}\r\n`), payload, encoder.encode('\r\n')]);
  });

const other = fc
  .constantFrom('PING\r\n', 'PONG\r\n', '+OK\r\n', "-ERR 'Slow Consumer'\r\n", 'INFO {"a":1}\r\n')
  .map((text) => encoder.encode(text));

/** What no server sends: the parser of the client takes some of it, and fails at the rest. */
const odd = fc
  .constantFrom(
    'MSG a 1 1\nx\n',
    'MSG a 1 1\r\nxy\r\n',
    'MSG a 1 1\r\nx\ry\r\n',
    'MSG a 1 1\r\nxy\n',
    'MSG a\r1 1\r\nx\r\n',
    'MSG a 1 1\rx\r\n',
    'MSG  a 1 1\r\nx\r\n',
    'MSG a 1  1\r\nx\r\n',
    'MSG a 1  r 1\r\nx\r\n',
    'HMSG a 1  1 1\r\nx\r\n',
    'XSG a 1 1\r\nx\r\n',
    'MXG a 1 1\r\nx\r\n',
    'MSX a 1 1\r\nx\r\n',
    'MSGX a 1 1\r\nx\r\n',
    'MSG  1 1\r\nx\r\n',
    'MSG a 1\r\nx\r\n',
    'MSG a x 1\r\nx\r\n',
    'MSG a 1 \r\n\r\n',
    'MSG a 1 :\r\nx\r\n',
    'MSG a 1 /1\r\nx\r\n',
    'MSG a 1 1/\r\n123456789\r\n',
    'MSG a 1 1\rxyz\n',
    'MSG a 1 x\r\n\n',
    'MSG a 1 1\r\nx\n\n',
    'MSG a 1 b c 1\r\nx\r\n',
    'HMSG a 1 1\r\nx\r\n',
    'HMSG a 1 9 1\r\nx\r\n',
    'HMSG a 1 -1 1\r\nx\r\n',
    'HMSG a 1 b 1 2 3\r\nxyz\r\n',
    'HMSG a 1 b 1 2 3 4\r\nxyzu\r\n',
    'HELLO\r\n',
    '\r\n',
  )
  .map((text) => encoder.encode(text));

const cuts = fc.array(fc.nat(), { maxLength: 6 });
const some = fc.oneof({ weight: 4, arbitrary: message }, other);
const frames = fc.array(some, { maxLength: 12 });

describe('the fast parser', () => {
  it('hands on what the parser of the client does, however the bytes are cut', () => {
    fc.assert(
      fc.property(frames, cuts, (frames, cuts) => {
        const bytes = joined(frames);
        const client = startParser();
        const fast = startFastParser();
        expect(feed(client.parser, bytes, [])).toBeUndefined();
        expect(feed(fast.parser, bytes, cuts)).toBeUndefined();
        expect(fast.events).toEqual(client.events);
      }),
      { numRuns: 3000 },
    );
  });

  it('takes and refuses what no server sends as the parser of the client does', () => {
    fc.assert(
      fc.property(frames, odd, frames, cuts, (before, odd, after, cuts) => {
        const bytes = joined([...before, odd, ...after]);
        const client = startParser();
        const fast = startFastParser();
        const error = feed(client.parser, bytes, cuts);
        expect(feed(fast.parser, bytes, cuts)).toBe(error);
        expect(fast.events).toEqual(client.events);
      }),
      { numRuns: 3000 },
    );
  });

  it('leaves to the parser of the client only what comes in pieces or is no message', () => {
    const { parser, events, parseRest } = startFastParser();
    const text = 'MSG a 1 2\r\nhi\r\nHMSG b 2 _R 3 5\r\nabchi\r\n';
    parser.parse(encoder.encode(text));
    expect(parseRest).not.toHaveBeenCalled();
    parser.parse(encoder.encode(`PING\r\n${text}MSG c 1 2\r\nh`));
    parser.parse(encoder.encode(`i\r\n${text}`));
    const texts = parseRest.mock.calls.map(([bytes]) => Buffer.from(bytes).toString());
    expect(texts).toEqual(['PING\r\n', 'MSG c 1 2\r\n', 'h', 'i\r\n']);
    expect(events).toHaveLength(8);
  });

  it('lets a client alone that keeps its parser elsewhere, or another one', () => {
    const parse = vi.fn();
    parseFast({} as NatsConnection);
    parseFast(holding(undefined));
    const others = [
      { parse },
      { parse, state: 0 },
      { parse, state: 4, dispatcher: { push: parse } },
    ];
    others.forEach((other) => parseFast(holding(other)));
    expect(others.map((other) => other.parse)).toEqual([parse, parse, parse]);
  });
});
