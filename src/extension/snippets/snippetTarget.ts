import type { ConnectionConfig } from '../../kv/model/connectionConfig';

/** What a snippet is about. Nothing in it is secret. */
export interface SnippetTarget {
  readonly config: ConnectionConfig;
  readonly bucket: string;
  readonly key: string;
  /** The revision that an update replaces, where it is known. */
  readonly revision: number | undefined;
}

/** What the official clients and the `nats` command line take for a key (ADR-6). */
const clientKey = /^[-/_=.a-zA-Z0-9]+$/;

/** Whether other clients can name a key that the server can store. */
export function isClientKey(key: string): boolean {
  return clientKey.test(key);
}

/** The end of a tunnel on this computer, whose port is known to nobody here: a name that leads nowhere (RFC 6761). */
const tunnelEnd = 'your-tunnel.invalid';

/**
 * The servers of a connection, each on its own. Behind a tunnel what is asked must not go by their addresses, by which
 * another server may answer here.
 */
export function serversOf({ url, tunnel }: ConnectionConfig): string[] {
  if (tunnel) {
    const scheme = /^\s*([a-z]+):\/\//i.exec(url)?.[1] ?? 'nats';
    return [`${scheme}://${tunnelEnd}:4222`];
  }
  return url
    .split(',')
    .map((server) => server.trim())
    .filter((server) => server !== '');
}
