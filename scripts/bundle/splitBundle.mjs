import { mkdirSync, writeFileSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { build } from 'esbuild';
import { removeStale } from './removeStale.mjs';
import { Parts } from './parts.mjs';

/*
 * esbuild splits bundles only into ES modules, and the extension is CommonJS. So it is bundled twice: first
 * into ES modules, one for each source that `import()` asks for and one for each set of sources that
 * several of them share; then each of those into CommonJS. What activation needs becomes one file, since
 * every further file costs a read and a compile at start; the others lie in the folder `lazy` beside it.
 */

/**
 * The options of a bundle that loads what is imported by `import()` when it is used. `main` is its first
 * source, `file` what becomes of it. `report` is called with what went where, see Parts.
 */
export function splitBundle({ main, file, report, ...options }) {
  const name = basename(file, '.js');
  const finish = {
    name: 'lazy-parts',
    setup({ onEnd }) {
      onEnd(async ({ errors, outputFiles, metafile }) => {
        if (errors.length === 0) {
          const parts = new Parts(outputFiles, metafile, name);
          const files = await writeParts(options, file, parts);
          report?.({ ...parts.report(), files });
        }
      });
    },
  };
  return {
    ...options,
    entryPoints: { [name]: main },
    outdir: dirname(file),
    format: 'esm',
    splitting: true,
    chunkNames: '[name]-[hash]',
    sourcemap: options.sourcemap && 'inline',
    write: false,
    metafile: true,
    plugins: [finish],
  };
}

async function writeParts(options, file, parts) {
  const folder = join(dirname(file), 'lazy');
  const common = {
    ...options,
    format: 'cjs',
    // `import()` of Node would load CommonJS past VS Code, which gives the module `vscode`.
    supported: { 'dynamic-import': false },
    write: false,
    metafile: true,
    sourcemap: options.sourcemap && 'linked',
  };
  const built = await Promise.all([
    build({
      ...common,
      stdin: { contents: entryText(parts), resolveDir: dirname(file), sourcefile: 'entry.js' },
      outfile: file,
      plugins: [partsPlugin(parts, { isEntry: true, folder: dirname(file) })],
    }),
    build({
      ...common,
      entryPoints: parts.lazy.map((name) => join(dirname(file), name)),
      outdir: folder,
      plugins: [
        partsPlugin(parts, {
          isEntry: false,
          folder: dirname(file),
          entry: `../${basename(file)}`,
        }),
      ],
    }),
  ]);
  const files = built.flatMap(({ outputFiles }) => outputFiles);
  files.forEach(({ path, contents }) => {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, contents);
  });
  removeStale(
    folder,
    files.map(({ path }) => basename(path)),
  );
  return Object.fromEntries(
    built.flatMap(({ metafile }) => Object.entries(metafile.outputs)).map(contentsOf),
  );
}

/** The ES modules that are in a file, each with its bytes there. */
function contentsOf([path, { inputs }]) {
  const parts = Object.entries(inputs).map(([part, { bytesInOutput }]) => [
    basename(part),
    bytesInOutput,
  ]);
  return [path, Object.fromEntries(parts)];
}

/** The entry exports what its source does, and hands out what the lazy parts share with it. */
function entryText({ entry, shared }) {
  const imports = shared.map((name, at) => `import * as part${at} from './${name}';`);
  const members = shared.map((name, at) => `${JSON.stringify(name)}: part${at}`);
  return [
    ...imports,
    `export * from './${entry}';`,
    `export const parts = { ${members.join(', ')} };`,
  ].join('\n');
}

/** Gives esbuild the parts, and has each of them in one file only: there is one instance of every source. */
function partsPlugin(parts, { isEntry, folder, entry }) {
  return {
    name: 'parts',
    setup({ onResolve, onLoad }) {
      onResolve({ filter: /./, namespace: 'shared' }, ({ path }) => ({ path, external: true }));
      onResolve({ filter: /\.js$/ }, ({ path, kind }) => {
        const name = basename(path);
        if (!parts.texts.has(name)) {
          return undefined;
        }
        const isAtOnce = parts.atOnce.has(name);
        if (isAtOnce && !isEntry) {
          return { path: name, namespace: 'shared' };
        }
        if (!isAtOnce && kind !== 'entry-point') {
          return { path: isEntry ? `./lazy/${name}` : `./${name}`, external: true };
        }
        return { path: resolve(folder, name) };
      });
      onLoad({ filter: /\.js$/, namespace: 'file' }, ({ path }) => {
        const text = parts.texts.get(basename(path));
        return text === undefined ? undefined : { contents: requiringVscode(text), loader: 'js' };
      });
      onLoad({ filter: /./, namespace: 'shared' }, ({ path }) => ({
        contents: `module.exports = require(${JSON.stringify(entry)}).parts[${JSON.stringify(path)}];`,
        loader: 'js',
      }));
    },
  };
}

/** esbuild would copy all of VS Code's API for each source that imports it, which takes a while at start. */
function requiringVscode(text) {
  return text.replace(
    /\bimport\s*\*\s*as\s+([\w$]+)\s+from\s*"vscode";/g,
    'var $1 = require("vscode");',
  );
}
