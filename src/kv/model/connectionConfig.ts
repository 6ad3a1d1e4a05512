/** Where a connection was configured. */
type ConnectionSource = 'user' | 'workspace' | 'context' | 'environment' | 'localServer';

/**
 * A way to prove who we are, without the secret itself. Files are paths whose contents are read at
 * each dial; where none is named the contents are a secret that is kept elsewhere.
 */
export type AuthMethod =
  | { readonly kind: 'userPassword'; readonly user: string }
  | { readonly kind: 'token' }
  | { readonly kind: 'creds'; readonly file?: string }
  | { readonly kind: 'nkey'; readonly file?: string }
  /** A user JWT with the seed of its key; `bearer`: the JWT alone is enough. */
  | { readonly kind: 'jwt'; readonly bearer?: boolean }
  /** A header that an ingress before a `ws://` or `wss://` server wants; its value is secret. */
  | { readonly kind: 'header'; readonly name: string }
  /** A user of the proxy of the connection, with a password. */
  | { readonly kind: 'proxy'; readonly user: string };

export type AuthKind = AuthMethod['kind'];

/** TLS files by path. Giving any of them requires TLS, as a `tls://` URL does. */
export interface TlsOptions {
  readonly caFile?: string;
  readonly certFile?: string;
  readonly keyFile?: string;
  /** TLS before the first byte of the NATS protocol (`tls_first`, server 2.10). */
  readonly handshakeFirst?: boolean;
}

/** A forward of ports by a program of the user's, through which a connection goes. */
export type TunnelConfig =
  | {
      readonly kind: 'ssh';
      /** `user@host`, a host of the ssh configuration, or `ssh://user@host:port`. */
      readonly destination: string;
      /** `host:port` of the server as seen from there; that of the connection's URL when omitted. */
      readonly remote?: string;
    }
  | {
      readonly kind: 'kubectl';
      readonly context?: string;
      readonly namespace?: string;
      /** `type/name`, or the name of a pod. */
      readonly resource: string;
      /** Of the resource; that of the connection's URL when omitted. */
      readonly port?: number;
    };

/** Where a connection leads and how. Nothing in it is secret. */
export interface ConnectionConfig {
  /** Unique and stable: it stands in every URI of the connection's keys. */
  readonly id: string;
  readonly name: string;
  /** URL of one server, or of several of one cluster with commas between. */
  readonly url: string;
  /** 'user' when omitted. */
  readonly source?: ConnectionSource;
  readonly description?: string;
  /** Label of the folder that it stands in; at the top of the tree when omitted. */
  readonly folder?: string;
  /** A label such as `production` that is repeated wherever something could be destroyed. */
  readonly environment?: string;
  /** Writes are refused until they are unlocked for a while. */
  readonly readOnly?: boolean;
  /** All of them are presented, as for a server that wants a token besides the credentials. */
  readonly auth?: readonly AuthMethod[];
  readonly tls?: TlsOptions;
  /** URL of the proxy through which it connects, without a login; `direct` for none at all. */
  readonly proxy?: string;
  /** Instead of a proxy. */
  readonly tunnel?: TunnelConfig;
  /** The JetStream domain (ADR-19); it comes before `apiPrefix`, as in the `nats` CLI. */
  readonly domain?: string;
  /** Prefix of the JetStream API, such as another account exports; `$JS.API` when omitted. */
  readonly apiPrefix?: string;
  /** Prefix of reply subjects, for accounts that may not subscribe to `_INBOX.>`. */
  readonly inboxPrefix?: string;
  /** True for the `nats` CLI's selected context. */
  readonly selected?: boolean;
  /** What of its configuration cannot be used, each a sentence with what to do. */
  readonly problems?: readonly string[];
}

/** Whether destructive prompts ask for the bucket's name to be typed. */
export function isProduction({ environment }: ConnectionConfig): boolean {
  return /^prod(uction)?$/i.test(environment ?? '');
}
