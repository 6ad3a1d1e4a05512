import { mkdirSync, writeFileSync } from 'node:fs';
import { basename, dirname, join, relative, resolve } from 'node:path';
import { build } from 'esbuild';
import { removeStale } from './removeStale.mjs';
import { Parts } from './parts.mjs';

/*
 * esbuild splits bundles only into ES modules, and the extension is CommonJS. So it is bundled twice: first
 * into ES modules, one for each source that `import()` asks for and one for each set of sources that
 * several of them share; then each of those into CommonJS. What activation needs becomes one file, since
 * every further file costs a read and a compile at start; the others lie in the folder `lazy` beside it,
 * the small ones that several of them need as one file too.
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
  const common = join(folder, 'common.js');
  const each = {
    ...options,
    format: 'cjs',
    // `import()` of Node would load CommonJS past VS Code, which gives the module `vscode`.
    supported: { 'dynamic-import': false },
    write: false,
    metafile: true,
    sourcemap: options.sourcemap && 'linked',
  };
  const filled = (outfile, own, contents) =>
    build({
      ...each,
      stdin: { contents, resolveDir: dirname(file), sourcefile: handsOut },
      outfile,
      plugins: [partsPlugin(parts, { own, file, from: dirname(outfile) })],
    });
  const built = await Promise.all([
    filled(file, parts.atOnce, textOfEntry(parts)),
    filled(common, parts.common, handingOut(parts, parts.common)),
    build({
      ...each,
      entryPoints: parts.single.map((name) => join(dirname(file), name)),
      outdir: folder,
      plugins: [partsPlugin(parts, { own: new Set(), file, from: folder })],
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

/** What esbuild calls the lines by which a file hands out its parts. */
const handsOut = 'parts.js';

/** The ES modules that are in a file, each with its bytes there. */
function contentsOf([path, { inputs }]) {
  const parts = Object.entries(inputs).map(([part, { bytesInOutput }]) => [
    basename(part),
    bytesInOutput,
  ]);
  return [path, Object.fromEntries(parts.filter(([part]) => part !== handsOut))];
}

/** The entry exports what its source does, and hands out what others share with it. */
function textOfEntry(parts) {
  return `export * from './${parts.entry}';\n${handingOut(parts, parts.atOnce)}`;
}

/** A file with several parts hands them out by their names. */
function handingOut(parts, file) {
  const names = parts.handedOut(file);
  return [
    ...names.map((name, at) => `import * as part${at} from './${name}';`),
    `export const parts = { ${names.map((name, at) => `'${name}': part${at}`).join(', ')} };`,
  ].join('\n');
}

/**
 * Gives esbuild the parts, each of which is in one file only, so that there is one instance of every source.
 * `own` are those of a file with several, `from` is the folder that it lies in, `file` the entry's path.
 */
function partsPlugin(parts, { own, file, from }) {
  const toLazy = (name) => `./${join(relative(from, dirname(file)) ? '' : 'lazy', name)}`;
  const homeOf = (name) =>
    parts.atOnce.has(name)
      ? `../${basename(file)}`
      : parts.common.has(name)
        ? toLazy('common.js')
        : undefined;
  return {
    name: 'parts',
    setup({ onResolve, onLoad }) {
      onResolve({ filter: /./, namespace: 'elsewhere' }, ({ path }) => ({ path, external: true }));
      onResolve({ filter: /\.js$/ }, ({ path, kind }) => {
        const name = basename(path);
        if (!parts.texts.has(name)) {
          return undefined;
        }
        if (own.has(name) || kind === 'entry-point') {
          return { path: resolve(dirname(file), name) };
        }
        return homeOf(name)
          ? { path: name, namespace: 'elsewhere' }
          : { path: toLazy(name), external: true };
      });
      onLoad({ filter: /\.js$/, namespace: 'file' }, ({ path }) => {
        const text = parts.texts.get(basename(path));
        return text === undefined ? undefined : { contents: requiringVscode(text), loader: 'js' };
      });
      onLoad({ filter: /./, namespace: 'elsewhere' }, ({ path }) => ({
        contents: `module.exports = require('${homeOf(path)}').parts['${path}'];`,
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
