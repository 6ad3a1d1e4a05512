import { t } from '../base/l10n';
import type { ConnectionConfig, TlsOptions } from '../model/connectionConfig';
import { authProblems, authSourcesOf, methodOf } from './authSources';
import { proxyOf } from './contextProxy';
import { ContextSettings, parseSettings } from './contextSettings';
import { placeOf, type PlacedField, type SecretPlace } from './secretPlace';
import { splitUrls } from './serverUrls';
import type { Surroundings } from './surroundings';

/** A context of the CLI, or its environment, as a connection. */
export interface CliContext {
  readonly config: ConnectionConfig;
  /** What `credentialsOf` reads; shows nothing when it is printed or serialised. */
  readonly secrets: ContextSettings;
}

/** Which context it is, whatever stands in it. */
export type ContextIdentity = Pick<
  ConnectionConfig,
  'id' | 'name' | 'source' | 'description' | 'selected'
>;

/** What `nats` connects to when a context names no server. */
const defaultUrl = 'nats://127.0.0.1:4222';

/**
 * The connection that a context file describes. One that cannot be read still is a connection, so
 * that its problem has a node to stand on and open editors keep their id: its `url` is empty.
 */
export function parseContext(
  text: string,
  path: string,
  identity: ContextIdentity,
  surroundings: Surroundings,
): CliContext {
  const parsed = parseSettings(text);
  return 'problem' in parsed
    ? brokenContext(
        identity,
        t('{0} {1}. Correct the file, or remove the context.', path, parsed.problem),
      )
    : contextOf(parsed.settings, identity, surroundings);
}

/** A context of which only the name is known. */
export function brokenContext(identity: ContextIdentity, problem: string): CliContext {
  const config = withoutUndefined({ ...identity, url: '', problems: [problem] });
  return { config, secrets: new ContextSettings([]) };
}

/** The connection of settings that were read already. */
export function contextOf(
  settings: ContextSettings,
  identity: ContextIdentity,
  surroundings: Surroundings,
): CliContext {
  const { url, problems: urlProblems } = splitUrls(settings.text('url') ?? defaultUrl);
  const auth = authSourcesOf(settings, surroundings);
  const { tls, problems: tlsProblems } = tlsOf(settings, surroundings);
  const problems = [
    ...urlProblems,
    ...authProblems(settings, auth),
    ...tlsProblems,
    ...unsupported(settings),
  ];
  const config: ConnectionConfig = withoutUndefined({
    ...identity,
    description: identity.description ?? settings.text('description'),
    url,
    auth: auth.length > 0 ? auth.map(methodOf) : undefined,
    tls: Object.keys(tls).length > 0 ? tls : undefined,
    proxy: proxyOf(settings)?.url,
    domain: settings.text('jetstream_domain'),
    apiPrefix: settings.text('jetstream_api_prefix'),
    inboxPrefix: settings.text('inbox_prefix'),
    problems: problems.length > 0 ? problems : undefined,
  });
  return { config, secrets: settings };
}

/** A client certificate needs its key and the other way round; an authority stands alone. */
function tlsOf(
  settings: ContextSettings,
  surroundings: Surroundings,
): { readonly tls: TlsOptions; readonly problems: readonly string[] } {
  const place = (field: PlacedField): SecretPlace | undefined =>
    settings.has(field) ? placeOf(field, settings.text(field) ?? '', surroundings) : undefined;
  const [ca, cert, key] = [place('ca'), place('cert'), place('key')];
  const problems = [ca, cert, key].flatMap((each) =>
    each && 'problem' in each && each.problem !== undefined ? [each.problem] : [],
  );
  if ((cert === undefined) !== (key === undefined)) {
    const [given, missing] = cert ? ['cert', 'key'] : ['key', 'cert'];
    problems.push(t('"{0}" is not used without "{1}"; set both.', given, missing));
  }
  const [caFile, certFile, keyFile] = [pathOf(ca), pathOf(cert), pathOf(key)];
  return {
    tls: {
      ...(caFile !== undefined && { caFile }),
      ...(certFile !== undefined && keyFile !== undefined && { certFile, keyFile }),
      ...(settings.tlsFirst && { handshakeFirst: true }),
    },
    problems,
  };
}

function pathOf(place: SecretPlace | undefined): string | undefined {
  return place?.kind === 'file' ? place.path : undefined;
}

function unsupported(settings: ContextSettings): string[] {
  const problems: string[] = [];
  if (settings.has('socks_proxy') && !proxyOf(settings)) {
    problems.push(t('"socks_proxy" is not used: write it as socks5://host:port.'));
  }
  const hasStore =
    settings.hasWindowsAuthorities ||
    settings.has('windows_cert_store') ||
    settings.has('windows_cert_match') ||
    settings.has('windows_cert_match_by');
  if (hasStore) {
    problems.push(
      t(
        'The Windows certificate store ("windows_…") is not supported; set "cert", "key" and "ca" to files.',
      ),
    );
  }
  if (settings.has('nsc')) {
    problems.push(
      t('"nsc" is deprecated and not used; set "creds" to "nsc://operator/account/user".'),
    );
  }
  return problems;
}

function withoutUndefined<T extends object>(fields: T): T {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as T;
}
