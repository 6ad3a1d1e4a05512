import { readdirSync, readFileSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, it } from 'vitest';
import { findBreaches, modulesOf, type Sources } from './architecture';
import { floorPlan, roomBreaches } from './rooms';

const root = fileURLToPath(new URL('../../', import.meta.url));

describe('the architecture', () => {
  let modules: ReturnType<typeof modulesOf> = [];
  beforeAll(() => (modules = modulesOf(readSources())), 60_000);

  it('is kept by every source of the extension', () => {
    expect(modules.map(({ path }) => path)).toContain('src/kv/model/kvConnection.ts');
    expect(findBreaches(modules)).toEqual([]);
  });

  it('has every source in a room that imports nothing from above', () => {
    process.stdout.write(`${floorPlan(modules).join('\n')}\n`);
    expect(roomBreaches(modules)).toEqual([]);
  });

  it.each([
    ['src/kv/cellar/a.ts', [], 'cellar is no room'],
    ['src/kv/values/a.ts', ['src/kv/session/b.ts'], 'upwards'],
    ['src/kv/nats/a.ts', ['src/kv/live/b.ts'], undefined],
    ['src/kv/find/a.ts', ['src/kv/live/b.ts'], undefined],
    ['src/extension/commands/keys/a.ts', ['src/extension/composeFind.ts'], 'upwards'],
    ['src/extension/documents/model/a.ts', ['src/extension/documents/editors/b.ts'], 'upwards'],
    ['src/extension/documents/model/a.ts', ['src/extension/tree/b.ts'], undefined],
  ])('is seen to hold or not in %s with %j', (path, imports, reason) => {
    const breaches = roomBreaches([{ path, imports }]);
    expect(breaches).toEqual(reason === undefined ? [] : [expect.stringContaining(reason)]);
  });

  it('is breached by rooms beside each other that import each other', () => {
    const [a, b] = ['src/kv/find/a.ts', 'src/kv/live/b.ts'];
    const breaches = roomBreaches([
      { path: a, imports: [b] },
      { path: b, imports: [a] },
    ]);
    expect(breaches).toEqual([`${a} imports ${b}: in a circle`, `${b} imports ${a}: in a circle`]);
  });

  it.each([
    ['src/kv/a.ts', `import * as vscode from 'vscode';`],
    ['src/kv/a.ts', `import type { Uri } from 'vscode';`],
    ['src/kv/nats/a.ts', `const vscode = await import('vscode');`],
    ['src/kv/a.ts', `import { tree } from '../views/tree';`],
    ['src/kv/a.ts', `import { compose } from '../extension/compose';`],
    ['src/kv/a.ts', `import { connect } from 'nats';`],
    ['src/kv/a.ts', `import { connect } from './nats/connect';`],
    ['src/views/a.ts', `import { connect } from '../kv/nats/connect';`],
    ['src/views/a.ts', `import { jetstream } from '@nats-io/jetstream';`],
    ['src/views/a.ts', `import { compose } from '../extension/compose';`],
    ['src/views/a.ts', `import { ids } from '../extension/contributions/more';`],
    ['src/extension/a.ts', `import { headers } from 'nats';`],
    ['src/kv/a.ts', `export * from './b';`],
    ['src/kv/index.ts', `export { key } from './key';`],
    ['src/kv/a.ts', `export default class A {}`],
    ['src/kv/a.ts', `const a = 1; export default a;`],
    ['src/kv/a.ts', `start();`],
    ['src/kv/a.ts', `new Server();`],
    ['src/kv/a.ts', `if (process.env.DEBUG) { trace(); }`],
    ['src/kv/a.ts', `export let current = 0;`],
    ['src/kv/a.ts', `export const sessions = new SessionStore();`],
  ])('is breached in %s by %j', (path, text) => {
    expect(findBreaches(modulesOf(sources({ [path]: text })))).toHaveLength(1);
  });

  it('is breached by a cycle, of types too', () => {
    const breaches = findBreaches(
      modulesOf(
        sources({
          'src/kv/a.ts': `import { b } from './b';`,
          'src/kv/b.ts': `import type { c } from './deep/c';`,
          'src/kv/deep/c.ts': `import { a } from '../a';`,
        }),
      ),
    );
    expect(breaches).toEqual([
      'src/kv/a.ts -> src/kv/b.ts -> src/kv/deep/c.ts -> src/kv/a.ts is a cycle',
    ]);
  });

  it.each([
    ['src/kv/nats/a.ts', `import { connect } from 'nats';`],
    ['src/kv/nats/a.ts', `import { KvError } from '../errors';`],
    ['src/extension/a.ts', `import { connect } from '../kv/nats/connect';`],
    ['src/views/a.ts', `import * as vscode from 'vscode';`],
    ['src/views/a.ts', `import { isLive } from '../kv/entry';`],
    ['src/views/a.ts', `import { ids } from '../extension/contributions';`],
    ['src/kv/a.ts', `const sizes = new Map([['a', 1]]); export function f() { start(); }`],
    ['src/kv/a.ts', `// export default start();`],
  ])('is kept in %s by %j', (path, text) => {
    const others = { 'src/extension/contributions.ts': '', 'src/kv/entry.ts': '' };
    expect(findBreaches(modulesOf(sources({ ...others, [path]: text })))).toEqual([]);
  });
});

function sources(texts: Readonly<Record<string, string>>): Sources {
  return new Map(Object.entries(texts));
}

function readSources(): Sources {
  const files = readdirSync(join(root, 'src'), { recursive: true, withFileTypes: true });
  return new Map(
    files
      .filter((file) => file.isFile() && file.name.endsWith('.ts'))
      .map((file) => join(file.parentPath, file.name))
      .map((path) => [relative(root, path).split(sep).join('/'), readFileSync(path, 'utf8')]),
  );
}
