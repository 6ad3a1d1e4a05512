import { contextIdOf } from '../../kv/cliContexts/contextId';
import type { AuthMethod, ConnectionConfig } from '../../kv/model/connectionConfig';
import { shellQuote, type Shell } from './shellQuote';
import { isClientKey, serversOf, type SnippetTarget } from './snippetTarget';

export type NatsCommandKind = 'get' | 'update' | 'history' | 'watch';

/**
 * A command line of the `nats` CLI on a key, quoted for a shell. It logs in by the context that the
 * connection was made of, or as far as that goes without a secret. Undefined where the CLI refuses
 * the key; reading goes by its stream then.
 */
export function natsCommand(
  kind: NatsCommandKind,
  target: SnippetTarget,
  shell: Shell,
): string | undefined {
  const rest = isClientKey(target.key) ? kvArguments(kind, target) : streamArguments(kind, target);
  return rest && natsLine(target.config, rest, shell);
}

/** A line of the `nats` CLI that logs in as the connection does, quoted for a shell. */
export function natsLine(config: ConnectionConfig, rest: readonly string[], shell: Shell): string {
  return ['nats', ...connectionArguments(config), ...rest]
    .map((argument) => shellQuote(argument, shell))
    .join(' ');
}

function kvArguments(
  kind: NatsCommandKind,
  { bucket, key, revision = 0 }: SnippetTarget,
): readonly string[] {
  const place = [bucket, key];
  // Without this, what starts with a hyphen is taken for an option.
  const end = place.some((name) => name.startsWith('-')) ? ['--'] : [];
  switch (kind) {
    case 'get':
      return ['kv', 'get', '--raw', ...end, ...place];
    case 'update':
      return ['kv', 'update', ...end, ...place, 'new value', String(revision)];
    case 'history':
      return ['kv', 'history', ...end, ...place];
    case 'watch':
      return ['kv', 'watch', ...end, ...place];
  }
}

function streamArguments(
  kind: NatsCommandKind,
  { bucket, key }: SnippetTarget,
): readonly string[] | undefined {
  return kind === 'get'
    ? ['stream', 'get', `--last-for=$KV.${bucket}.${key}`, '--', `KV_${bucket}`]
    : undefined;
}

function connectionArguments(config: ConnectionConfig): string[] {
  const { name, source, id, tls, proxy, domain, apiPrefix, inboxPrefix } = config;
  if (source === 'context' && id === contextIdOf(name)) {
    return option('context', name);
  }
  return [
    // The selected context would lend its login to another server.
    '--no-context',
    ...option('server', serversOf(config).join(',')),
    ...(config.auth ?? []).flatMap(authArguments),
    ...option('tlsca', tls?.caFile),
    ...option('tlscert', tls?.certFile),
    ...option('tlskey', tls?.keyFile),
    ...(tls?.handshakeFirst ? ['--tlsfirst'] : []),
    ...option('socks-proxy', proxy?.startsWith('socks') ? proxy : undefined),
    ...(domain === undefined ? option('js-api-prefix', apiPrefix) : option('js-domain', domain)),
    ...option('inbox-prefix', inboxPrefix),
  ];
}

/** The password, the token and the seed are for the user to add. */
function authArguments(method: AuthMethod): string[] {
  switch (method.kind) {
    case 'userPassword':
      return option('user', method.user);
    case 'creds':
    case 'nkey':
      return option(method.kind, method.file);
    case 'token':
    case 'jwt':
    case 'header':
    case 'proxy':
      return [];
  }
}

/** An option with its value, also where that looks like an option. */
export function option(name: string, value: string | undefined): string[] {
  if (value === undefined) {
    return [];
  }
  return value.startsWith('-') ? [`--${name}=${value}`] : [`--${name}`, value];
}
