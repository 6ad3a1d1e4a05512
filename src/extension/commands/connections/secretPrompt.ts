import { readFile } from 'node:fs/promises';
import * as vscode from 'vscode';
import type { AuthMethod, ConnectionConfig } from '../../../kv/model/connectionConfig';
import type { Credentials } from '../../../kv/model/credentials';
import { messageOf } from '../../../kv/model/errors';
import { askChoice, askText, runSteps, type StepPlace, type StepResult } from '../quickSteps';
import type { ConnectionSecrets, SecretPlace } from '../../connections/connectionSecrets';
import type { AskForSecret, AskReason } from '../../connections/credentialSource';
import { plainWindow } from '../../../views/shown/plainWindow';
import { warn } from '../../report';

/** Asks for secrets by quick inputs and keeps what was given where the user says. */
export function secretPrompt(
  secrets: Pick<ConnectionSecrets, 'keep'>,
  log: vscode.LogOutputChannel,
): AskForSecret {
  return async (config, method, reason) => {
    const title = titleOf(config, reason);
    const answers = await runSteps<[Credentials, SecretPlace]>(title, [
      (place) => askCredentials(place, method),
      (place) => askPlace(place),
    ]);
    if (!answers) {
      return undefined;
    }
    const [credentials, place] = answers;
    await keep(secrets, config, credentials, place, log);
    return credentials;
  };
}

/** Keeps credentials; in memory where the secret storage fails, and says so. */
export async function keep(
  secrets: Pick<ConnectionSecrets, 'keep'>,
  config: ConnectionConfig,
  credentials: Credentials,
  place: SecretPlace,
  log: vscode.LogOutputChannel,
): Promise<void> {
  try {
    await secrets.keep(config, credentials, place);
  } catch (error) {
    log.warn(`${config.name}: the secret storage failed: ${messageOf(error)}`);
    await secrets.keep(config, credentials, 'session');
    warn(
      vscode.l10n.t(
        'The secret of {0} is kept only until this window closes: the secret storage cannot be used.',
        config.name,
      ),
    );
  }
}

function titleOf({ name }: ConnectionConfig, reason: AskReason): string {
  return reason === 'refused'
    ? vscode.l10n.t('{0} Refused the Login', name)
    : vscode.l10n.t('Log In to {0}', name);
}

/** Asks for what a method needs besides what the settings say; `before` is what was typed before. */
export async function askCredentials(
  place: StepPlace,
  method: AuthMethod,
  before?: Credentials,
): Promise<StepResult<Credentials>> {
  switch (method.kind) {
    case 'userPassword':
    case 'proxy': {
      const { kind, user } = method;
      const prompt =
        kind === 'proxy'
          ? vscode.l10n.t('Password of {0} for the proxy', user)
          : vscode.l10n.t('Password of {0}', user);
      const value = before?.kind === kind ? before.password : '';
      const answer = await askText(place, { prompt, password: true, value });
      return map(answer, (password) => ({ kind, user, password }));
    }
    case 'token': {
      const answer = await askText(place, {
        prompt: vscode.l10n.t('Token'),
        password: true,
        problem: notEmpty,
      });
      return map(answer, (token) => ({ kind: 'token', token }));
    }
    case 'nkey': {
      const answer = await askText(place, {
        prompt: vscode.l10n.t('Seed of the user NKey'),
        password: true,
        problem: seedProblem,
      });
      return map(answer, (seed) => ({ kind: 'nkey', seed: seed.trim() }));
    }
    case 'creds':
      return askCredsFile();
    case 'jwt':
      return askJwt(place, method.bearer ?? false);
    case 'header': {
      const { name } = method;
      const answer = await askText(place, {
        prompt: vscode.l10n.t('Value of the header {0}', name),
        password: true,
        problem: headerProblem,
      });
      return map(answer, (value) => ({ kind: 'header', name, value: value.trim() }));
    }
  }
}

async function askJwt(place: StepPlace, bearer: boolean): Promise<StepResult<Credentials>> {
  const jwt = await askText(place, {
    prompt: vscode.l10n.t('User JWT'),
    password: true,
    problem: jwtProblem,
  });
  if (typeof jwt === 'string' || bearer) {
    return map(jwt, (text) => ({ kind: 'jwt', jwt: text.trim() }));
  }
  const seed = await askText(place, {
    prompt: vscode.l10n.t("Seed of the user's NKey"),
    password: true,
    problem: seedProblem,
  });
  return map(seed, (text) => ({ kind: 'jwt', jwt: jwt.value.trim(), seed: text.trim() }));
}

/** The contents are kept, not the path: a file that may stay where it is belongs in the settings. */
async function askCredsFile(): Promise<StepResult<Credentials>> {
  const [uri] =
    (await plainWindow.showOpenDialog({
      title: vscode.l10n.t('Credentials File'),
      openLabel: vscode.l10n.t('Use Credentials'),
      filters: {
        [vscode.l10n.t('NATS credentials')]: ['creds'],
        [vscode.l10n.t('All files')]: ['*'],
      },
    })) ?? [];
  return uri
    ? { value: { kind: 'creds', contents: await readFile(uri.fsPath, 'utf8') } }
    : 'cancel';
}

export function askPlace(place: StepPlace): Promise<StepResult<SecretPlace>> {
  return askChoice<SecretPlace>(place, vscode.l10n.t('Where to keep it'), [
    {
      label: vscode.l10n.t('Keep in the Secret Storage'),
      description: vscode.l10n.t("of VS Code, by the system's keyring"),
      value: 'stored',
    },
    {
      label: vscode.l10n.t('Keep for This Session Only'),
      description: vscode.l10n.t('asked for again in the next window'),
      value: 'session',
    },
  ]);
}

function map<T>(result: StepResult<T>, make: (value: T) => Credentials): StepResult<Credentials> {
  return typeof result === 'string' ? result : { value: make(result.value) };
}

function notEmpty(text: string): string | undefined {
  return text === '' ? vscode.l10n.t('Nothing was typed.') : undefined;
}

function headerProblem(text: string): string | undefined {
  return /^[\t\x20-\x7e\x80-\xff]+$/.test(text)
    ? notEmpty(text.trim())
    : vscode.l10n.t('The value of a header has plain characters only, and is not empty.');
}

function seedProblem(text: string): string | undefined {
  return /^SU[A-Z2-7]{56}$/.test(text.trim())
    ? undefined
    : vscode.l10n.t('The seed of a user NKey has 58 characters and starts with SU.');
}

function jwtProblem(text: string): string | undefined {
  return /^[\w-]+\.[\w-]+\.[\w-]+$/.test(text.trim())
    ? undefined
    : vscode.l10n.t('A JWT has three parts with dots between, and starts with eyJ.');
}
