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

/** The servers of a connection, each on its own. */
export function serversOf({ url }: ConnectionConfig): string[] {
  return url
    .split(',')
    .map((server) => server.trim())
    .filter((server) => server !== '');
}
