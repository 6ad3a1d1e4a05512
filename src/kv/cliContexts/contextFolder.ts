import { readdir, readFile } from 'node:fs/promises';
import { basename, isAbsolute, join } from 'node:path';
import type { Surroundings } from './surroundings';

/** Where the CLI keeps its contexts, on every operating system. */
export interface ContextPaths {
  /** `<root>/nats`, which holds the two below. */
  readonly folder: string;
  /** One `<name>.json` for each context. */
  readonly contexts: string;
  /** The name of the selected context. */
  readonly selected: string;
}

/** The paths of these surroundings, whether anything stands there or not. */
export function contextPathsOf({ env, home }: Surroundings): ContextPaths {
  const folder = join(env['XDG_CONFIG_HOME'] || join(home, '.config'), 'nats');
  return { folder, contexts: join(folder, 'context'), selected: join(folder, 'context.txt') };
}

/** A file of a context with its text, or why that cannot be read. */
export type ContextFile = { readonly name: string; readonly path: string } & (
  { readonly text: string } | { readonly problem: string }
);

/** All that a folder holds; the problems are those of the folder itself. */
export interface ContextFiles {
  readonly files: readonly ContextFile[];
  readonly problems: readonly string[];
}

/** The selected context: its name, or a file that stands elsewhere. */
export type Selection =
  | { readonly kind: 'none' }
  | { readonly kind: 'name'; readonly name: string; readonly from: string }
  | { readonly kind: 'file'; readonly path: string };

/** Older versions of the CLI allow more than newer ones; what cannot leave the folder is listed. */
export function isContextName(name: string): boolean {
  return name !== '' && !/\.\.|[/\\]/.test(name);
}

/** The name of a context that is a file. */
export function contextNameOf(path: string): string {
  return basename(path, '.json');
}

/** Reads every context of a folder. A folder that is not there holds none. */
export async function readContextFiles(folder: string): Promise<ContextFiles> {
  let names: string[];
  try {
    const entries = await readdir(folder, { withFileTypes: true });
    names = entries
      .filter((entry) => (entry.isFile() || entry.isSymbolicLink()) && entry.name.endsWith('.json'))
      .map((entry) => contextNameOf(entry.name))
      .filter(isContextName);
  } catch (error) {
    const missing = codeOf(error) === 'ENOENT';
    return { files: [], problems: missing ? [] : [unreadable(folder, error)] };
  }
  const files = await Promise.all(
    names.map((name) => readContextFile(join(folder, `${name}.json`))),
  );
  return { files: files.filter((file) => file !== undefined), problems: [] };
}

/** Undefined for an empty file, for a link to a folder, and for one that went away meanwhile. */
export async function readContextFile(path: string): Promise<ContextFile | undefined> {
  const name = contextNameOf(path);
  try {
    const text = await readFile(path, 'utf8');
    return text === '' ? undefined : { name, path, text };
  } catch (error) {
    const isNone = ['ENOENT', 'EISDIR'].includes(codeOf(error));
    return isNone ? undefined : { name, path, problem: unreadable(path, error) };
  }
}

/** What the CLI would use: NATS_CONTEXT before `context.txt`. */
export async function readSelection(
  paths: ContextPaths,
  env: Surroundings['env'],
): Promise<{ readonly selection: Selection; readonly problems: readonly string[] }> {
  const path = contextFileIn(env);
  if (path !== undefined) {
    return { selection: { kind: 'file', path }, problems: [] };
  }
  if (env['NATS_CONTEXT']) {
    const selection = { kind: 'name', name: env['NATS_CONTEXT'], from: 'NATS_CONTEXT' } as const;
    return { selection, problems: [] };
  }
  try {
    const name = (await readFile(paths.selected, 'utf8')).trim();
    const named = { kind: 'name', name, from: paths.selected } as const;
    return { selection: name === '' ? { kind: 'none' } : named, problems: [] };
  } catch (error) {
    const problems = codeOf(error) === 'ENOENT' ? [] : [unreadable(paths.selected, error)];
    return { selection: { kind: 'none' }, problems };
  }
}

/** The file that NATS_CONTEXT names; a relative one would depend on where the CLI runs. */
export function contextFileIn(env: Surroundings['env']): string | undefined {
  const given = env['NATS_CONTEXT'];
  return given && given.endsWith('.json') && isAbsolute(given) ? given : undefined;
}

function unreadable(path: string, error: unknown): string {
  return `${path} cannot be read (${codeOf(error)}); check its permissions.`;
}

function codeOf(error: unknown): string {
  return String((error as NodeJS.ErrnoException).code);
}
