import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { onTestFinished } from 'vitest';
import { type ContextState, ContextStore } from '../../../src/kv/cliContexts/contextStore';

export interface Where {
  readonly home: string;
  readonly env?: Readonly<Record<string, string>>;
}

/** A home folder that goes when the test ends, and a store that reads its contexts. */
export async function setUp() {
  const home = await mkdtemp(join(tmpdir(), 'contexts-'));
  onTestFinished(() => rm(home, { recursive: true, force: true }));
  return { home, folder: join(home, '.config'), store: open({ home }) };
}

export function open({ home, env = {} }: Where): ContextStore {
  const store = new ContextStore({ home, env }, 10);
  onTestFinished(() => store.dispose());
  return store;
}

export async function read(where: Where): Promise<ContextState> {
  const store = open(where);
  await store.refresh();
  return store.current;
}

export async function writeContext(folder: string, name: string, text = '{}'): Promise<string> {
  const path = join(folder, 'nats', 'context', `${name}.json`);
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, text);
  return path;
}

export async function select(folder: string, text: string): Promise<void> {
  await mkdir(join(folder, 'nats'), { recursive: true });
  await writeFile(join(folder, 'nats', 'context.txt'), text);
}

export function namesOf({ contexts }: ContextState): string[] {
  return contexts.map(({ config }) => config.name);
}

export function selectedOf({ contexts }: ContextState): string[] {
  return contexts.filter(({ config }) => config.selected).map(({ config }) => config.id);
}
