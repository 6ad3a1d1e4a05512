import { readFile } from 'node:fs/promises';
import { t } from '../../kv/base/l10n';
import type { AuthMethod, ConnectionConfig } from '../../kv/model/connectionConfig';
import type { Credentials } from '../../kv/model/credentials';
import { KvError, messageOf, throwIfCancelled } from '../../kv/model/errors';
import type { DialReason } from '../../kv/model/kvConnection';
import type { LoginOwner } from '../../kv/nats/link/dialError';
import { type ConnectionSecrets, type SecretSlot, slotOf } from './connectionSecrets';
import type { CredentialsOfDial } from './openConnection';
import { RefusedLogins } from './refusedLogins';

/** Why a secret is asked for: it was never given, or the server did not take it. */
export type AskReason = 'missing' | 'refused';

/** Asks the user for a secret and keeps it; undefined when the user gave up. */
export type AskForSecret = (
  config: ConnectionConfig,
  method: AuthMethod,
  reason: AskReason,
  signal: AbortSignal | undefined,
) => Promise<Credentials | undefined>;

/**
 * Owns what was asked for of secrets, and brings together the credentials of a dial: files are read anew,
 * kept secrets are looked up, and what is missing or was refused for good (`RefusedLogins`) is asked
 * for once, in dials that somebody asked for.
 */
export class CredentialSource implements CredentialsOfDial {
  /** The methods asked for since what was presented was refused, by connection and who takes it. */
  private readonly asked = new Map<string, Set<SecretSlot>>();
  /** The connections, with who takes it, that presented a secret that can be asked for. */
  private readonly askable = new Set<string>();
  private readonly asking = new Map<string, Promise<Credentials | undefined>>();
  /** What was presented last, by connection and what it is for: another window may have kept another since. */
  private readonly presented = new Map<string, string>();

  constructor(
    private readonly secrets: Pick<ConnectionSecrets, 'find'>,
    private readonly ask: AskForSecret,
    private readonly logins = new RefusedLogins(),
  ) {}

  /** Everything that a connection presents. Throws `authFailed` or `noSecret` for what cannot be had. */
  async of(
    config: ConnectionConfig,
    signal?: AbortSignal,
    reason: DialReason = 'askedFor',
  ): Promise<readonly Credentials[]> {
    const all: Credentials[] = [];
    for (const method of config.auth ?? []) {
      throwIfCancelled(signal);
      all.push((await fromFile(method)) ?? (await this.secretOf(config, method, reason, signal)));
    }
    return all;
  }

  accepted(id: string): void {
    for (const owner of owners) {
      const key = keyOf(id, owner);
      this.logins.accepted(key);
      this.asked.delete(key);
    }
  }

  refused(id: string, reason: DialReason, owner: LoginOwner = 'server'): boolean {
    const key = keyOf(id, owner);
    this.logins.refused(key, reason);
    this.asked.delete(key);
    return reason === 'askedFor' && this.logins.isBelieved(key) && this.askable.has(key);
  }

  private async secretOf(
    config: ConnectionConfig,
    method: AuthMethod,
    reason: DialReason,
    signal?: AbortSignal,
  ): Promise<Credentials> {
    const { name } = config;
    const key = keyOf(config.id, ownerOf(method));
    const asked = this.asked.get(key) ?? new Set();
    const slot = slotOf(method);
    const kept = await this.secrets.find(config, slot);
    const last = this.presented.get(`${config.id}/${slot}`);
    const isNew = kept && last !== undefined && last !== JSON.stringify(kept);
    const isRefused = this.logins.isBelieved(key) && !asked.has(slot) && !isNew;
    this.askable.add(key);
    if (kept && (!isRefused || reason === 'byItself')) {
      this.presented.set(`${config.id}/${slot}`, JSON.stringify(kept));
      return kept;
    }
    if (reason === 'byItself') {
      throw new KvError('noSecret', t('the {0} for {1} is not known', secretName(method), name));
    }
    const found = await this.askOnce(config, method, kept !== undefined, signal);
    throwIfCancelled(signal);
    if (!found) {
      throw kept
        ? new KvError(
            'authFailed',
            t('the server refused the {0} for {1}', secretName(method), name),
          )
        : new KvError('noSecret', t('no {0} was given for {1}', secretName(method), name));
    }
    this.asked.set(key, asked.add(slot));
    this.presented.set(`${config.id}/${slot}`, JSON.stringify(found));
    return found;
  }

  /** Two dials at the same time, as of Test Connection and the tree, ask only once. */
  private askOnce(
    config: ConnectionConfig,
    method: AuthMethod,
    wasRefused: boolean,
    signal?: AbortSignal,
  ): Promise<Credentials | undefined> {
    const key = `${config.id}/${slotOf(method)}`;
    const reason = wasRefused ? 'refused' : 'missing';
    const asking =
      this.asking.get(key) ??
      this.ask(config, method, reason, signal).finally(() => this.asking.delete(key));
    this.asking.set(key, asking);
    return asking;
  }
}

const owners: readonly LoginOwner[] = ['server', 'header', 'proxy'];

function ownerOf({ kind }: AuthMethod): LoginOwner {
  return kind === 'header' || kind === 'proxy' ? kind : 'server';
}

function keyOf(id: string, owner: LoginOwner): string {
  return `${owner}/${id}`;
}

/** What a method's secret is called in a sentence. */
function secretName(method: AuthMethod): string {
  const names = {
    userPassword: t('password'),
    token: t('token'),
    creds: t('credentials file'),
    nkey: t('NKey seed'),
    jwt: t('user JWT'),
    header: t('value of the header'),
    proxy: t('password of the proxy'),
  } as const;
  return names[method.kind];
}

async function fromFile(method: AuthMethod): Promise<Credentials | undefined> {
  switch (method.kind) {
    case 'creds':
      return method.file === undefined
        ? undefined
        : { kind: 'creds', contents: await read(method.file, t('credentials file')) };
    case 'nkey':
      return method.file === undefined
        ? undefined
        : { kind: 'nkey', seed: (await read(method.file, t('NKey file'))).trim() };
    case 'userPassword':
    case 'token':
    case 'jwt':
    case 'header':
    case 'proxy':
      return undefined;
  }
}

async function read(path: string, what: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    const reason = t('the {0} {1} cannot be read: {2}', what, path, messageOf(error));
    throw new KvError('authFailed', reason, { cause: error });
  }
}
