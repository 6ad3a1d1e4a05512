import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { type CliContext, parseContext } from '../../../src/kv/cliContexts/parseContext';
import type { SecretAccess } from '../../../src/kv/cliContexts/references';
import type { CommandLine } from '../../../src/kv/cliContexts/secretPlace';
import type { Surroundings } from '../../../src/kv/cliContexts/surroundings';

const folder = new URL('../../fixtures/contexts/', import.meta.url);

const surroundings: Surroundings = {
  home: '/home/me',
  env: { TEAM: 'orders', STAGE: 'test', TEAM_KEYS: '/team/keys' },
};

/** Names of the fixtures, without their ending; `bad` ones are no contexts. */
export function fixtureNames(kind: 'good' | 'bad'): string[] {
  const [path, ending] = kind === 'good' ? ['.', '.json'] : ['bad/', '.txt'];
  return readdirSync(new URL(path, folder))
    .filter((name) => name.endsWith(ending))
    .map((name) => name.slice(0, -ending.length));
}

/** Every secret in the fixtures has this in it. */
export const secretMark = /s3cret/i;

export function fixtureText(name: string): string {
  const bad = fixtureNames('bad').includes(name);
  return readFileSync(
    fileURLToPath(new URL(bad ? `bad/${name}.txt` : `${name}.json`, folder)),
    'utf8',
  );
}

/** The fixture as the context `name` that stands in `/contexts`. */
export function parseFixture(name: string, where: Surroundings = surroundings): CliContext {
  return parseText(fixtureText(name), name, where);
}

export function parseText(text: string, name = 'app', where = surroundings): CliContext {
  const identity = { id: `context--${name}`, name, source: 'context' } as const;
  return parseContext(text, `/contexts/${name}.json`, identity, where);
}

/** Access that allows every command and records it; the outputs are by program. */
export function fakeAccess(
  options: Partial<Surroundings> & {
    readonly outputs?: Partial<Record<CommandLine['program'], string>>;
    readonly allow?: boolean;
  } = {},
): SecretAccess & { readonly asked: string[]; readonly ran: string[] } {
  const asked: string[] = [];
  const ran: string[] = [];
  return {
    env: options.env ?? surroundings.env,
    home: options.home ?? surroundings.home,
    asked,
    ran,
    mayRun: (command) => {
      asked.push([command.program, ...command.args].join(' '));
      return Promise.resolve(options.allow ?? true);
    },
    runCommand: (command) => {
      ran.push([command.program, ...command.args].join(' '));
      return Promise.resolve(options.outputs?.[command.program] ?? '');
    },
  };
}
