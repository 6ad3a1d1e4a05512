import { mkdirSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { build } from 'esbuild';
import { removeStale } from './removeStale.mjs';
import { filesOf, handsOut, linkParts } from './linkParts.mjs';
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
export function splitBundle({ main, file, report, plugins = [], ...options }) {
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
    plugins: [...plugins, finish],
  };
}

async function writeParts(options, file, parts) {
  const folder = dirname(file);
  const built = await Promise.all(
    filesOf(parts).map(({ path, own, contents }) =>
      build({
        ...options,
        stdin: { contents, resolveDir: folder, sourcefile: handsOut },
        outfile: join(folder, path),
        format: 'cjs',
        write: false,
        metafile: true,
        sourcemap: options.sourcemap && 'linked',
        plugins: [linkParts(parts, { path, own, folder })],
      }),
    ),
  );
  const files = built.flatMap(({ outputFiles }) => outputFiles);
  files.forEach(({ path, contents }) => {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, contents);
  });
  removeStale(
    join(folder, 'lazy'),
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
  return [path, Object.fromEntries(parts.filter(([part]) => part !== handsOut))];
}
