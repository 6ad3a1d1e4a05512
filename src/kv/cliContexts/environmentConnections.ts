import { t } from '../base/l10n';
import { ContextSettings, type TextField } from './contextSettings';
import { type CliContext, contextOf } from './parseContext';
import type { Surroundings } from './surroundings';

/** The variables that the CLI reads, and the fields of a context that they override. */
const variables: readonly (readonly [string, TextField])[] = [
  ['NATS_URL', 'url'],
  ['NATS_TOKEN', 'token'],
  ['NATS_USER', 'user'],
  ['NATS_PASSWORD', 'password'],
  ['NATS_CREDS', 'creds'],
  ['NATS_NKEY', 'nkey'],
  ['NATS_JWT', 'user_jwt'],
  ['NATS_SEED', 'user_seed'],
  ['NATS_CERT', 'cert'],
  ['NATS_KEY', 'key'],
  ['NATS_CA', 'ca'],
  ['NATS_SOCKS_PROXY', 'socks_proxy'],
];

/** The id of the one connection that the environment gives; no id of the settings has `--`. */
const environmentId = 'environment--nats-url';

/**
 * The connection of NATS_URL and the variables beside it; undefined without NATS_URL. With
 * NATS_CONTEXT they override the fields of that context, `base`, one by one, as in the CLI.
 */
export function environmentConnection(
  surroundings: Surroundings,
  base?: CliContext,
): CliContext | undefined {
  const { env } = surroundings;
  if (!env['NATS_URL']) {
    return undefined;
  }
  const context = env['NATS_CONTEXT'] ? base : undefined;
  const settings = (context?.secrets ?? new ContextSettings([])).overriddenBy(fieldsOf(env));
  const description = context
    ? t('From the environment, over the context {0}', context.config.name)
    : t('From the environment');
  const identity = { id: environmentId, name: 'NATS_URL', source: 'environment' } as const;
  return contextOf(settings, { ...identity, description }, surroundings);
}

function fieldsOf(env: Surroundings['env']): (readonly [TextField, string])[] {
  const fields = variables.map(([name, field]) => [field, env[name] ?? ''] as const);
  const user = env['NATS_USER'] ?? '';
  // A user without a password is a token to the CLI.
  return user !== '' && !env['NATS_PASSWORD']
    ? [...fields.filter(([field]) => field !== 'user'), ['token', user]]
    : fields;
}
