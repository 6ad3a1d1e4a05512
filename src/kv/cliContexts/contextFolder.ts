import { lstat, readdir } from 'node:fs/promises';
import { basename, isAbsolute, join } from 'node:path';
import { t } from '../base/l10n';
import { codeOf, readRegularFile } from './readRegularFile';
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

/**
 * The paths of these surroundings, whether anything stands there or not. A relative XDG_CONFIG_HOME
 * says nothing, since it would depend on the folder that each program runs in.
 */
export function contextPathsOf({ env, home }: Surroundings): ContextPaths {
  const given = env['XDG_CONFIG_HOME'];
  const folder = join(given && isAbsolute(given) ? given : join(home, '.config'), 'nats');
  return { folder, contexts: join(folder, 'context'), selected: join(folder, 'context.txt') };
}

/** What is wrong with the variables that say where contexts are, a sentence each. */
export function pathProblems({ env }: Surroundings): string[] {
  const given = env['XDG_CONFIG_HOME'];
  return given && !isAbsolute(given)
    ? [
        t(
          'XDG_CONFIG_HOME is not used: "{0}" is a relative path; set it to an absolute one.',
          given,
        ),
      ]
    : [];
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
function isContextName(name: string): boolean {
  return name !== '' && !/\.\.|[/\\]/.test(name);
}

/** Reads every context of a folder. A folder that is not there holds none. */
export async function readContextFiles(folder: string): Promise<ContextFiles> {
  let names: string[];
  try {
    const entries = await readdir(folder);
    names = entries.filter((name) => name.endsWith('.json')).map((name) => name.slice(0, -5));
  } catch (error) {
    const missing = codeOf(error) === 'ENOENT';
    return { files: [], problems: missing ? [] : [unreadable(folder, error)] };
  }
  const files = await Promise.all(
    names.map((name) => readContextFile(join(folder, `${name}.json`))),
  );
  return { files: files.filter((file) => file !== undefined), problems: [] };
}

/** Undefined for one that is not there; what is there and cannot be used is a file with a problem. */
export async function readContextFile(path: string): Promise<ContextFile | undefined> {
  const file = basename(path).slice(0, -'.json'.length);
  const name = file || '.json';
  const broken = (problem: string): ContextFile => ({ name, path, problem: `${path} ${problem}.` });
  if (!isContextName(file)) {
    return broken(t('has a name that the nats CLI does not take; rename it'));
  }
  const read = await readRegularFile(path);
  if ('problem' in read) {
    return broken(read.problem);
  }
  if ('missing' in read) {
    return (await isLink(path)) ? broken(t('is a link that leads to nothing')) : undefined;
  }
  return read.text === '' ? broken(t('is empty')) : { name, path, text: read.text };
}

/** A file that went away since its folder was read is no link any more. */
async function isLink(path: string): Promise<boolean> {
  return lstat(path).then(
    (found) => found.isSymbolicLink(),
    () => false,
  );
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
  const read = await readRegularFile(paths.selected);
  if (!('text' in read)) {
    const problems = 'problem' in read ? [`${paths.selected} ${read.problem}.`] : [];
    return { selection: { kind: 'none' }, problems };
  }
  const name = read.text.trim();
  const named = { kind: 'name', name, from: paths.selected } as const;
  return { selection: name === '' ? { kind: 'none' } : named, problems: [] };
}

/** The file that NATS_CONTEXT names; a relative one would depend on where the CLI runs. */
export function contextFileIn(env: Surroundings['env']): string | undefined {
  const given = env['NATS_CONTEXT'];
  return given && given.endsWith('.json') && isAbsolute(given) ? given : undefined;
}

function unreadable(path: string, error: unknown): string {
  return t('{0} cannot be read ({1}); check its permissions.', path, codeOf(error));
}
