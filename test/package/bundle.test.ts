import { mkdirSync, writeFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import Module, { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { readBundleReport } from '../../scripts/bundle/bundleReport.mjs';
import { unpack } from '../../src/extension/localServer/unpack';
import { tempFolder } from '../extension/localServer/tempFolder';
import { listZip } from './listZip';
import { vsix } from './vsix';

/** What activation may read and compile, in bytes. */
const mostAtOnce = 350 * 1024;

/** What of others activation may need: the rest is loaded when it is used. */
const librariesAtOnce = ['jsonc-parser'];

/** What is fetched by those who install the extension, in bytes: 900 KB as vsce prints it. */
const mostInAll = 900 * 1024;

describe('the bundle of the extension', () => {
  const { extension } = readBundleReport();
  let archive: Buffer;
  beforeAll(async () => {
    archive = await readFile(vsix());
  });

  it('is small', () => {
    expect(archive.byteLength).toBeLessThan(mostInAll);
    const entry = unpack(archive, 'zip', 'extension/dist/extension.js');
    expect(entry.byteLength).toBeLessThan(mostAtOnce);
  });

  it('needs no library at once but those that read JSON', () => {
    const packages = Object.keys(extension.atOnce).flatMap(
      (source) => /node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(source)?.[1] ?? [],
    );
    expect([...new Set(packages)]).toEqual(librariesAtOnce);
  });

  it('has one instance of every source, whoever asks for it', () => {
    const sources = [extension.atOnce, ...Object.values(extension.lazy)].flatMap(Object.keys);
    expect(sources.filter((source, at) => sources.indexOf(source) !== at)).toEqual([]);
    // In the other files there is no more than the way to it.
    const copies = Object.entries(extension.files).flatMap(([, parts]) =>
      Object.entries(parts)
        .filter(([, bytes]) => bytes > 200)
        .map(([part]) => part),
    );
    expect(copies.filter((part, at) => copies.indexOf(part) !== at)).toEqual([]);
  });

  it('can be loaded part by part, in any order', async () => {
    const folder = tempFolder();
    const scripts = (await listZip(vsix())).filter((name) =>
      /^extension\/dist\/(extension|lazy\/.*)\.js$/.test(name),
    );
    for (const name of scripts) {
      const path = join(folder, name);
      mkdirSync(dirname(path), { recursive: true });
      writeFileSync(path, unpack(archive, 'zip', name));
    }
    onTestFinished(pretendVscode());
    expect(scripts.length).toBeGreaterThan(50);
    for (const name of scripts.toReversed()) {
      const load = createRequire(join(folder, name));
      expect(() => load(join(folder, name)) as unknown, name).not.toThrow();
    }
  });
});

/** Gives what is loaded from now on something in the place of VS Code's API, whatever it takes of it. */
function pretendVscode(): () => void {
  const anything: unknown = new Proxy(class {}, {
    get: (of, name) => of[name as never] ?? anything,
  });
  const loader = Module as unknown as { _load: (request: string, ...rest: unknown[]) => unknown };
  const { _load: load } = loader;
  loader._load = (request, ...rest) =>
    request === 'vscode' ? anything : load.call(loader, request, ...rest);
  return () => {
    loader._load = load;
  };
}
