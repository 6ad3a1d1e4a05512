import type { Msg, MsgHdrs } from 'nats';

/**
 * A message's headers, or undefined when it has none. 'unreadable' when another client stored what
 * this one cannot decode (a space in a name, a lone line feed): its decoder throws, and where the
 * client itself calls it (`nc.request`) that ends its read loop for good.
 */
export function headersOf(message: Msg): MsgHdrs | undefined | 'unreadable' {
  try {
    return message.headers;
  } catch {
    return 'unreadable';
  }
}

/** The status code of a message that the server made up (404, 503, 100, …); 0 for any other. */
export function statusOf(message: Msg): number {
  const headers = headersOf(message);
  return headers === undefined || headers === 'unreadable' ? 0 : headers.code;
}

/** Headers as name and value pairs. */
export type HeaderPairs = readonly (readonly [name: string, value: string])[];

/** Names in the order of their first use; values of one name stand together, as the client keeps them. */
export function toPairs(headers: MsgHdrs): HeaderPairs {
  return [...headers].flatMap(([name, values]) => values.map((value) => [name, value] as const));
}

/** Bytes of the headers on the wire, which the server counts with the payload. */
export function headerSize(headers: MsgHdrs): number {
  const text = toPairs(headers).map(([name, value]) => `${name}: ${value}\r\n`);
  return Buffer.byteLength(`NATS/1.0\r\n${text.join('')}\r\n`);
}

/** Parses a stored header block (`NATS/1.0`, then a line each), leniently where the client is not. */
export function parseHeaderBlock(block: string): HeaderPairs {
  return block
    .split('\r\n')
    .slice(1)
    .filter((line) => line.includes(':'))
    .map((line) => {
      const colon = line.indexOf(':');
      return [line.slice(0, colon).trim(), line.slice(colon + 1).trim()] as const;
    });
}
