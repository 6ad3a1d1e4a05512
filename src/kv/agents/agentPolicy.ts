import { isProduction, type ConnectionConfig } from '../model/connectionConfig';
import type { ConnectionSession } from '../session/connectionSession';
import { AgentRefusal } from './agentRefusal';
import { parseRedactRules, type RedactRules } from './redactRules';

/** The settings as they stand, unchecked; `isOn`: agents may see anything at all. */
export interface AgentSettings {
  readonly isOn: boolean;
  readonly connections: unknown;
  readonly redact: unknown;
  readonly allowWrites: unknown;
}

/** What the settings allow. A setting that cannot be read allows nothing. */
export interface AgentPolicy {
  readonly rules: RedactRules;
  readonly sees: (config: ConnectionConfig) => boolean;
  readonly writes: (config: ConnectionConfig) => boolean;
}

/** Reads the settings anew for each call, so that a change counts at once. Throws an `AgentRefusal`. */
export function agentPolicy(settings: AgentSettings): AgentPolicy {
  if (!settings.isOn) {
    throw new AgentRefusal(
      'the tools of NATS KV are switched off (natsKv.agents.enabled, or the workspace is not trusted)',
    );
  }
  const rules = parseRedactRules(settings.redact);
  if ('problem' in rules) {
    throw new AgentRefusal(`natsKv.agents.redact has to be corrected first: ${rules.problem}`);
  }
  const patterns = namesOf(settings.connections, 'natsKv.agents.connections');
  const included = patterns.filter((pattern) => !pattern.startsWith('!'));
  const excluded = patterns.filter((each) => each.startsWith('!')).map((each) => each.slice(1));
  const writable = namesOf(settings.allowWrites, 'natsKv.agents.allowWrites');
  const sees = (config: ConnectionConfig): boolean =>
    isNamed(config, included) && !isNamed(config, excluded);
  return {
    rules,
    sees,
    writes: (config) =>
      sees(config) && !isProtected(config) && writable.some((name) => name === config.name),
  };
}

/** Connections that agents never write to, whatever the settings say. */
export function isProtected(config: ConnectionConfig): boolean {
  const isNamedSo = /(?:^|[^a-z])(?:prod|prd|production|live)(?:[^a-z]|$)/i;
  return (
    config.readOnly === true || isProduction(config) || isNamedSo.test(config.environment ?? '')
  );
}

function namesOf(setting: unknown, name: string): string[] {
  const list: readonly unknown[] | undefined = Array.isArray(setting) ? setting : undefined;
  if (!list?.every((each) => typeof each === 'string')) {
    throw new AgentRefusal(`${name} has to be corrected first: it is no list of names`);
  }
  return [...list] as string[];
}

function isNamed({ name, id }: ConnectionConfig, patterns: readonly string[]): boolean {
  return patterns.some((pattern) => {
    const source = pattern
      .trim()
      .split('*')
      .map((part) => part.replace(/[\\^$.+?()[\]{}|]/g, '\\$&'))
      .join('.*');
    const regex = new RegExp(`^${source}$`, 'isu');
    return regex.test(name) || regex.test(id);
  });
}

/** The connections that are connected and not excluded, in their order. */
export function visibleSessions(
  sessions: readonly ConnectionSession[],
  policy: AgentPolicy,
): ConnectionSession[] {
  return sessions.filter((session) => session.linkIfUp && policy.sees(session.config));
}

/** The connection that is asked for; the only one where none is named. Throws an `AgentRefusal`. */
export function visibleSession(
  sessions: readonly ConnectionSession[],
  policy: AgentPolicy,
  name: string | undefined,
): ConnectionSession {
  const visible = visibleSessions(sessions, policy);
  const named = visible.filter(
    (each) => name === undefined || each.name === name || each.id === name,
  );
  const [first] = named;
  if (first && (named.length === 1 || named.find(({ id }) => id === name))) {
    return named.find(({ id }) => id === name) ?? first;
  }
  const names = visible.map((each) => JSON.stringify(each.name)).join(', ');
  if (visible.length === 0) {
    throw new AgentRefusal(
      'no connection is available: the user has to connect one in the NATS KV view, and not to exclude it',
    );
  }
  throw new AgentRefusal(
    name === undefined || named.length > 1
      ? `say which connection: ${names}`
      : `there is no such connection among those that are available: ${names}`,
  );
}
