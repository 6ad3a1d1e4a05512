import { readFile } from 'node:fs/promises';
import type { AuthKind, AuthMethod, ConnectionConfig } from '../../kv/model/connectionConfig';
import type { Credentials } from '../../kv/model/credentials';
import { KvError, messageOf, throwIfCancelled } from '../../kv/model/errors';
import type { ConnectionSecrets } from './connectionSecrets';

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
 * Owns which connections' secrets were refused, and brings together the credentials of a dial: files
 * are read anew, kept secrets are looked up, and what is missing or was refused is asked for once.
 */
export class CredentialSource {
  /** The connections whose secrets were refused, with the methods asked for since. */
  private readonly refused = new Map<string, Set<AuthKind>>();
  private readonly asking = new Map<string, Promise<Credentials | undefined>>();

  constructor(
    private readonly secrets: Pick<ConnectionSecrets, 'find'>,
    private readonly ask: AskForSecret,
  ) {}

  /** Everything that a connection presents. Throws `authFailed` for what cannot be had. */
  async of(config: ConnectionConfig, signal?: AbortSignal): Promise<readonly Credentials[]> {
    const all: Credentials[] = [];
    for (const method of config.auth ?? []) {
      throwIfCancelled(signal);
      all.push((await fromFile(method)) ?? (await this.secretOf(config, method, signal)));
    }
    this.refused.delete(config.id);
    return all;
  }

  /** The server did not take what was presented: the next dial asks for all of it. */
  markRefused(id: string): void {
    this.refused.set(id, new Set());
  }

  private async secretOf(
    config: ConnectionConfig,
    method: AuthMethod,
    signal?: AbortSignal,
  ): Promise<Credentials> {
    const askedFor = this.refused.get(config.id);
    const wasRefused = askedFor !== undefined && !askedFor.has(method.kind);
    const kept = wasRefused ? undefined : await this.secrets.find(config, method.kind);
    const found = kept ?? (await this.askOnce(config, method, wasRefused, signal));
    throwIfCancelled(signal);
    if (!found) {
      throw new KvError('authFailed', `no ${secretName(method)} was given for ${config.name}`);
    }
    askedFor?.add(method.kind);
    return found;
  }

  /** Two dials at the same time, as of Test Connection and the tree, ask only once. */
  private askOnce(
    config: ConnectionConfig,
    method: AuthMethod,
    wasRefused: boolean,
    signal?: AbortSignal,
  ): Promise<Credentials | undefined> {
    const key = `${config.id}/${method.kind}`;
    const reason = wasRefused ? 'refused' : 'missing';
    const asking =
      this.asking.get(key) ??
      this.ask(config, method, reason, signal).finally(() => this.asking.delete(key));
    this.asking.set(key, asking);
    return asking;
  }
}

/** What a method's secret is called in a sentence. */
export function secretName(method: AuthMethod): string {
  const names = {
    userPassword: 'password',
    token: 'token',
    creds: 'credentials file',
    nkey: 'NKey seed',
    jwt: 'user JWT',
  } as const;
  return names[method.kind];
}

async function fromFile(method: AuthMethod): Promise<Credentials | undefined> {
  switch (method.kind) {
    case 'creds':
      return method.file === undefined
        ? undefined
        : { kind: 'creds', contents: await read(method.file, 'credentials file') };
    case 'nkey':
      return method.file === undefined
        ? undefined
        : { kind: 'nkey', seed: (await read(method.file, 'NKey file')).trim() };
    case 'userPassword':
    case 'token':
    case 'jwt':
      return undefined;
  }
}

async function read(path: string, what: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    const reason = `the ${what} ${path} cannot be read: ${messageOf(error)}`;
    throw new KvError('authFailed', reason, { cause: error });
  }
}
