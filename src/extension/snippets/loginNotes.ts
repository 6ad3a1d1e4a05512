import type { ConnectionConfig } from '../../kv/model/connectionConfig';

/** How a snippet logs in: what it can do by itself, and what is left to be added, in words. */
export interface Login {
  readonly user: string | undefined;
  readonly token: boolean;
  readonly credsFile: string | undefined;
  readonly notes: readonly string[];
}

/** What of a connection's login a snippet can repeat without its secrets. */
export function loginOf(config: ConnectionConfig): Login {
  const { auth = [], tls, apiPrefix, domain, inboxPrefix, source } = config;
  const user = auth.find((method) => method.kind === 'userPassword')?.user;
  const token = auth.some(({ kind }) => kind === 'token');
  const credsFile = auth.find((method) => method.kind === 'creds')?.file;
  const isLeft = auth.some(
    (method) =>
      method.kind === 'nkey' || method.kind === 'jwt' || (method.kind === 'creds' && !method.file),
  );
  return {
    user,
    token,
    credsFile,
    notes: [
      ...(source === 'context' ? [`Log in as the nats context "${config.name}" does.`] : []),
      ...(isLeft ? ['Add the login that the connection uses.'] : []),
      ...(tls ? ['Add the TLS files that the connection uses.'] : []),
      ...(apiPrefix !== undefined && domain === undefined
        ? [`Add the JetStream API prefix ${apiPrefix}.`]
        : []),
      ...(inboxPrefix === undefined ? [] : [`Add the inbox prefix ${inboxPrefix}.`]),
    ].map((note) => note.replace(/[\p{C}\p{Zl}\p{Zp}]/gu, ' ')),
  };
}
