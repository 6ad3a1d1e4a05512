/* eslint-disable no-restricted-syntax -- diagnostics are English, whoever copies them: those who help read them. */
import type { AuthMethod, ConnectionConfig } from '../../../kv/model/connectionConfig';
import { isProduction } from '../../../kv/model/connectionConfig';
import type { ConnectionSession } from '../../../kv/session/connectionSession';
import type { Happening } from '../../support/journal';

/** How the manifest declares a setting, as far as it tells what may be shown of it. */
export interface DeclaredSetting {
  readonly type?: unknown;
  readonly enum?: readonly unknown[];
}

/** What is told of this window. All texts in it are VS Code's own, none of the user's. */
export interface WindowFacts {
  readonly vscode: string;
  readonly host: 'desktop' | 'web';
  /** The kind of remote, such as `ssh-remote`, without its name. */
  readonly remote: string | undefined;
  readonly extension: string;
  readonly runsIn: 'workspace' | 'ui';
  readonly node: string;
  readonly platform: string;
  readonly isTrusted: boolean;
  /** How many editors there are of each scheme of ours, and how many of them are unsaved. */
  readonly editors: ReadonlyMap<string, { readonly open: number; readonly unsaved: number }>;
  readonly liveWatches: number;
}

export interface DiagnosticsSource {
  readonly window: WindowFacts;
  readonly settings: Readonly<Record<string, DeclaredSetting>>;
  readonly valueOf: (setting: string) => unknown;
  readonly sessions: readonly Pick<
    ConnectionSession,
    'buckets' | 'config' | 'state' | 'lock' | 'isWatched'
  >[];
  readonly happenings: readonly Happening[];
}

/**
 * What support has to know, as Markdown. It is made of what may be told, and not of what is left when
 * secrets are taken out: no text of it comes from a setting, a server, a key or a message.
 */
export function diagnosticsText(source: DiagnosticsSource): string {
  const { window, settings, valueOf, sessions, happenings } = source;
  return [
    '## NATS KV Explorer: diagnostics',
    '',
    ...windowLines(window),
    '',
    '### Settings',
    '',
    ...Object.entries(settings).map(
      ([id, declared]) => `- \`${id}\`: ${shown(declared, valueOf(id))}`,
    ),
    '',
    `### Connections: ${sessions.length}`,
    '',
    ...sessions.map((session, at) => `- ${at + 1}: ${connectionText(session)}`),
    '',
    '### What happened last (UTC)',
    '',
    ...happenings.map(happeningText),
    ...(happenings.length === 0 ? ['- nothing'] : []),
    '',
  ].join('\n');
}

function happeningText({ at, what, first, times }: Happening): string {
  const often = times > 1 ? ` (${times} times since ${timeText(first)})` : '';
  return `- ${timeText(at)} ${what}${often}`;
}

function timeText(at: number): string {
  return new Date(at).toISOString().slice(11, 23);
}

function windowLines(window: WindowFacts): string[] {
  const { vscode, host, remote, extension, runsIn, node, platform, isTrusted } = window;
  const editors = [...window.editors].map(
    ([scheme, { open, unsaved }]) => `${scheme} ${open} (${unsaved} unsaved)`,
  );
  return [
    `- extension ${extension}, runs in: ${runsIn}`,
    `- VS Code ${vscode}, ${host}, remote: ${remote ?? 'none'}, workspace ${isTrusted ? '' : 'not '}trusted`,
    `- Node ${node}, ${platform}`,
    `- editors: ${editors.join(', ') || 'none'}`,
    `- watches in Live: ${window.liveWatches}`,
  ];
}

/** Switches, numbers and what is one of a list by their values; of all else only whether there is any. */
function shown({ type, enum: choices }: DeclaredSetting, value: unknown): string {
  const isPlain =
    (type === 'boolean' && typeof value === 'boolean') ||
    ((type === 'number' || type === 'integer') && typeof value === 'number') ||
    choices?.includes(value) === true;
  if (isPlain) {
    return String(value);
  }
  if (value === undefined || value === '' || value === null) {
    return 'not set';
  }
  if (Array.isArray(value)) {
    return `${value.length} entries`;
  }
  if (typeof value === 'object') {
    return `${Object.keys(value).length} entries`;
  }
  return type === 'string' && choices === undefined ? 'set' : 'not valid';
}

function connectionText({
  buckets,
  config,
  state,
  lock,
  isWatched,
}: DiagnosticsSource['sessions'][0]): string {
  return [
    stateText(state.current),
    bucketsText(buckets.current),
    ...configFacts(config),
    `writes ${lock.state.current.kind}`,
    ...(isWatched ? ['watched'] : []),
  ].join(', ');
}

function stateText(state: ConnectionSession['state']['current']): string {
  switch (state.kind) {
    case 'connected': {
      const { server, rttMs, silentSince } = state;
      const rtt = rttMs === undefined ? '' : `, ${rttMs.toFixed(1)} ms`;
      const cluster = server.cluster === undefined ? '' : ', of a cluster';
      const silent = silentSince === undefined ? '' : ', not answering';
      return `connected to nats-server ${versionText(server.version)}${cluster}${rtt}${silent}`;
    }
    case 'reconnecting':
      return `reconnecting, attempt ${state.attempt}${state.error ? ` (${state.error.kind})` : ''}`;
    case 'failed':
      return `failed (${state.error.kind})`;
    case 'idle':
    case 'connecting':
      return state.kind;
  }
}

/** The numbers of a version: what stands behind them a server may fill as it likes. */
function versionText(version: string): string {
  return /^\d{1,4}\.\d{1,4}\.\d{1,4}/.exec(version)?.[0] ?? 'of no known version';
}

function bucketsText(buckets: ConnectionSession['buckets']['current']): string {
  switch (buckets.kind) {
    case 'loaded':
      return `${buckets.buckets.length} buckets`;
    case 'failed':
      return `buckets not listed (${buckets.error.kind})`;
    default:
      return 'buckets not listed';
  }
}

const methods: readonly AuthMethod['kind'][] = [
  'userPassword',
  'token',
  'creds',
  'nkey',
  'jwt',
  'header',
  'proxy',
];
const sources: readonly unknown[] = ['user', 'workspace', 'context', 'environment', 'localServer'];

function configFacts(config: ConnectionConfig): string[] {
  const { auth = [], source = 'user', tls, url, proxy, problems = [] } = config;
  const login = methods.filter((kind) => auth.some((each) => each.kind === kind));
  const isSet = (name: 'domain' | 'apiPrefix' | 'inboxPrefix'): string[] =>
    config[name] === undefined ? [] : [`${name} set`];
  return [
    `from ${sources.includes(source) ? source : 'elsewhere'}`,
    `login ${login.join(' + ') || 'none'}`,
    ...(/\bwss?:/i.test(url) ? ['WebSocket'] : []),
    `TLS ${tls || /\b(tls|wss):/i.test(url) ? 'on' : 'as the server wants'}`,
    ...(proxy === undefined
      ? []
      : [`proxy ${/^(socks5h?|https?|direct)\b/.exec(proxy)?.[1] ?? 'set'}`]),
    ...(url.includes(',') ? [`${url.split(',').length} URLs`] : []),
    ...(isProduction(config) ? ['production'] : []),
    ...(config.readOnly ? ['read-only'] : []),
    ...isSet('domain'),
    ...isSet('apiPrefix'),
    ...isSet('inboxPrefix'),
    ...(problems.length > 0 ? [`${problems.length} problems of its settings`] : []),
  ];
}
