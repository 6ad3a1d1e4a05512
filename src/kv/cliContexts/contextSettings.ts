import { parse, type ParseError, printParseErrorCode } from 'jsonc-parser';
import { t } from '../base/l10n';

const textFields = [
  'description',
  'url',
  'socks_proxy',
  'token',
  'user',
  'password',
  'creds',
  'nkey',
  'cert',
  'key',
  'ca',
  'nsc',
  'jetstream_domain',
  'jetstream_api_prefix',
  'inbox_prefix',
  'user_jwt',
  'user_seed',
  'windows_cert_store',
  'windows_cert_match_by',
  'windows_cert_match',
] as const;

/** A field of a context file whose value is text. */
export type TextField = (typeof textFields)[number];

/**
 * Owns the fields of a context, secrets among them; never changes. Printing or serialising it shows
 * none of them.
 */
export class ContextSettings {
  readonly #texts: ReadonlyMap<TextField, string>;

  constructor(
    texts: Iterable<readonly [TextField, string]>,
    readonly tlsFirst = false,
    readonly hasWindowsAuthorities = false,
  ) {
    this.#texts = new Map([...texts].filter(([, text]) => text !== ''));
  }

  /** The value of a field; the CLI writes `""` for what is absent. */
  text(field: TextField): string | undefined {
    return this.#texts.get(field);
  }

  has(field: TextField): boolean {
    return this.#texts.has(field);
  }

  /** The same with other values where they are given. */
  overriddenBy(texts: Iterable<readonly [TextField, string]>): ContextSettings {
    const given = [...texts].filter(([, text]) => text !== '');
    return new ContextSettings(
      [...this.#texts, ...given],
      this.tlsFirst,
      this.hasWindowsAuthorities,
    );
  }
}

/**
 * Reads the text of a context file. Fields are matched whatever their case and unknown ones ignored,
 * as in the CLI. Where it cannot be read `problem` goes on after the name of the file, and repeats
 * nothing of the text: that may be a secret.
 */
export function parseSettings(
  text: string,
): { readonly settings: ContextSettings } | { readonly problem: string } {
  const parsed = parseJson(text.replace(/^\uFEFF/, ''));
  if ('problem' in parsed) {
    return parsed;
  }
  if (typeof parsed.value !== 'object' || parsed.value === null || Array.isArray(parsed.value)) {
    return { problem: t('must hold a JSON object') };
  }
  const fields = new Map<string, unknown>();
  for (const [name, value] of Object.entries(parsed.value)) {
    if (value !== null) {
      fields.set(name.toLowerCase(), value);
    }
  }
  const problem = typeProblem(fields);
  return problem === undefined ? { settings: settingsOf(fields) } : { problem };
}

function settingsOf(fields: ReadonlyMap<string, unknown>): ContextSettings {
  const texts = textFields.map((field) => [field, (fields.get(field) ?? '') as string] as const);
  const authorities = fields.get('windows_ca_certs_match');
  return new ContextSettings(
    texts,
    fields.get('tls_first') === true,
    Array.isArray(authorities) && authorities.length > 0,
  );
}

/** The CLI refuses a whole file for one value of the wrong type, and so do we. */
function typeProblem(fields: ReadonlyMap<string, unknown>): string | undefined {
  const wrong = textFields.find((field) => fields.has(field) && !isText(fields.get(field)));
  if (wrong !== undefined) {
    return t('must have a text in "{0}"', wrong);
  }
  const first = fields.get('tls_first');
  return first === undefined || typeof first === 'boolean'
    ? undefined
    : t('must have true or false in "tls_first"');
}

function isText(value: unknown): boolean {
  return typeof value === 'string';
}

/** Not `JSON.parse`: what that throws quotes the text around the mistake, and not always the line. */
function parseJson(text: string): { readonly value: unknown } | { readonly problem: string } {
  const errors: ParseError[] = [];
  let value: unknown;
  try {
    value = parse(text, errors, { disallowComments: true });
  } catch (error) {
    if (error instanceof RangeError) {
      return { problem: t('is nested too deeply to be read') };
    }
    throw error;
  }
  const [first] = errors;
  return first === undefined ? { value } : { problem: describe(first, text) };
}

function describe({ error, offset }: ParseError, text: string): string {
  const lines = text.slice(0, offset).split(/\r\n|\r|\n/);
  const what = printParseErrorCode(error)
    .replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`)
    .trim();
  const column = (lines.at(-1)?.length ?? 0) + 1;
  return t('is not JSON at line {0}, column {1} ({2})', lines.length, column, what);
}
