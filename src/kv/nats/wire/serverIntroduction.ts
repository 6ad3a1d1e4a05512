import { t } from '../../base/l10n';

/** What is used of the `INFO` of a server that has passed `infoProblem`. */
export interface ServerIntroduction {
  readonly version: string;
  readonly max_payload: number;
  readonly server_id?: string;
  readonly server_name?: string;
  readonly cluster?: string;
  readonly domain?: string;
  readonly jetstream?: boolean;
  readonly tls_required?: boolean;
  readonly tls_available?: boolean;
}

type Check = (value: unknown) => boolean;

/** The server's own limit is 64 MiB; what others send beyond 2 GiB no client could hold. */
const largestPayload = 2 ** 31;
/** Names are short and lists of addresses are not endless. */
const longestText = 1024;
const mostUrls = 10_000;

const isText: Check = (value) => typeof value === 'string' && value.length <= longestText;
const isFlag: Check = (value) => typeof value === 'boolean';
const isSize: Check = (value) =>
  Number.isSafeInteger(value) && Number(value) > 0 && Number(value) <= largestPayload;

const required: Readonly<Record<string, Check>> = {
  version: (value) => isText(value) && /^\D*\d+\.\d+\.\d+/.test(String(value)),
  max_payload: isSize,
};

const optional: Readonly<Record<string, Check>> = {
  server_id: isText,
  server_name: isText,
  cluster: isText,
  domain: isText,
  nonce: isText,
  client_ip: isText,
  headers: isFlag,
  jetstream: isFlag,
  auth_required: isFlag,
  tls_required: isFlag,
  tls_available: isFlag,
  tls_verify: isFlag,
  ldm: isFlag,
  connect_urls: (value) => Array.isArray(value) && value.length <= mostUrls && value.every(isText),
};

/**
 * Names the field of a server's `INFO` that it cannot be used with, or undefined when all is well: the
 * client takes whatever comes, and ends its read loop in silence when it cannot go on with it.
 */
export function infoProblem(info: unknown): string | undefined {
  if (typeof info !== 'object' || info === null || Array.isArray(info)) {
    return t('it is not a JSON object');
  }
  const told = info as Readonly<Record<string, unknown>>;
  const missing = Object.keys(required).find((field) => told[field] === undefined);
  if (missing !== undefined) {
    return t('its field {0} is missing', missing);
  }
  const wrong = Object.entries({ ...optional, ...required }).find(
    ([field, isRight]) => told[field] !== undefined && !isRight(told[field]),
  );
  return wrong && t('its field {0} has a value that cannot be', wrong[0]);
}
