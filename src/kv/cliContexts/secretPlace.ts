import { isAbsolute } from 'node:path';
import { t } from '../base/l10n';
import type { TextField } from './contextSettings';
import { expandPath } from './expandPath';
import type { Surroundings } from './surroundings';

/** A program with its arguments, run without a shell. */
export interface CommandLine {
  readonly program: 'op' | 'nsc';
  readonly args: readonly string[];
}

/** Where a value of a context is. Of these only `path`, `name` and `command` may be shown. */
export type SecretPlace =
  | { readonly kind: 'literal'; readonly text: string }
  | { readonly kind: 'data'; readonly uri: string }
  | { readonly kind: 'env'; readonly name: string }
  | { readonly kind: 'file'; readonly path: string; readonly problem?: string }
  | { readonly kind: 'command'; readonly command: CommandLine }
  | { readonly kind: 'nowhere'; readonly problem: string };

/** The fields whose values may stand elsewhere. */
export type PlacedField =
  'creds' | 'nkey' | 'password' | 'token' | 'user_jwt' | 'user_seed' | 'cert' | 'key' | 'ca';

/** Fields whose bare values are paths, and the only ones in which `~` and variables are filled in. */
const pathFields: readonly TextField[] = ['creds', 'nkey', 'cert', 'key', 'ca'];
const tlsFields: readonly TextField[] = ['cert', 'key', 'ca'];
/** Fields that the CLI's help and its code disagree about. */
const keyFields: readonly TextField[] = ['user_jwt', 'user_seed'];

/** What the CLI takes a value for. Problems are sentences that do not repeat the value. */
export function placeOf(
  field: PlacedField,
  value: string,
  surroundings: Surroundings,
): SecretPlace {
  const isPath = pathFields.includes(field);
  const { text, unset } = isPath ? expandPath(value, surroundings) : { text: value, unset: [] };
  const scheme = schemeOf(text);
  if (tlsFields.includes(field) && scheme !== undefined && scheme !== 'file') {
    return nowhere(
      t('"{0}" must be the path of a file; "{1}:" is not supported there.', field, scheme),
    );
  }
  switch (scheme) {
    case 'data':
      return { kind: 'data', uri: text };
    case 'env':
      return { kind: 'env', name: afterScheme(text) };
    case 'op':
      return { kind: 'command', command: { program: 'op', args: ['read', text] } };
    case 'nsc':
      // nsc itself insists on the prefix, which also keeps the value from being taken for an option.
      return {
        kind: 'command',
        command: { program: 'nsc', args: ['generate', 'profile', text] },
      };
    case 'file':
      return filePlace(field, afterScheme(text), surroundings, unset);
    case undefined:
      return bareValue(field, text, surroundings, unset);
    default:
      return isPath ? nowhere(unknownScheme(field, scheme)) : { kind: 'literal', text };
  }
}

function bareValue(
  field: PlacedField,
  text: string,
  surroundings: Surroundings,
  unset: readonly string[],
): SecretPlace {
  // `--jwt` and `--seed` take a path, says the CLI's help, and write it as it is.
  const isFile = pathFields.includes(field) || (keyFields.includes(field) && isAbsolute(text));
  if (!isFile) {
    return { kind: 'literal', text };
  }
  return looksSecret(text)
    ? nowhere(
        t(
          '"{0}" holds the secret itself; it must be the path of a file or "data:;base64,…".',
          field,
        ),
      )
    : filePlace(field, text, surroundings, unset);
}

function filePlace(
  field: PlacedField,
  text: string,
  surroundings: Surroundings,
  unset: readonly string[],
): SecretPlace {
  const expanded = expandPath(text, surroundings);
  const path = expanded.text;
  const [missing] = [...unset, ...expanded.unset];
  if (missing !== undefined) {
    const problem = t(
      'The variable {0} in "{1}" is not set here; write the path in full.',
      missing,
      field,
    );
    return { kind: 'file', path, problem };
  }
  if (!isAbsolute(path)) {
    const problem = t(
      '"{0}" is a relative path, which depends on where the CLI runs; write it in full.',
      field,
    );
    return { kind: 'file', path, problem };
  }
  return { kind: 'file', path };
}

/** The scheme of a reference, in lower case; a single letter is a drive of Windows. */
function schemeOf(text: string): string | undefined {
  const [, scheme] = /^(data(?=:)|[a-z][a-z0-9+.-]+(?=:\/\/))/i.exec(text) ?? [];
  return scheme?.toLowerCase();
}

function afterScheme(text: string): string {
  return text.slice(text.indexOf('://') + 3);
}

/** Whether a key, a certificate or a JWT stands where a path should. */
function looksSecret(text: string): boolean {
  return /[\r\n]|-----BEGIN|^\s*(S[A-Z][A-Z2-7]{40,}|eyJ[\w-]+\.)/.test(text);
}

function unknownScheme(field: PlacedField, scheme: string): string {
  return t(
    '"{0}" is a "{1}://" reference, which is not supported; use a file, env://, op:// or nsc://.',
    field,
    scheme,
  );
}

function nowhere(problem: string): SecretPlace {
  return { kind: 'nowhere', problem };
}
