import { basename, resolve } from 'node:path';

/** What the lines by which a file hands out its parts are called. */
export const handsOut = 'parts.js';

/**
 * The files that parts become, by their paths from the folder of the entry, each with its own parts and the
 * text that imports and exports them.
 */
export function filesOf(parts) {
  return [
    file(
      parts.entry,
      parts.atOnce,
      exporting(parts, parts.entry) + handingOut(parts, parts.atOnce),
    ),
    file('lazy/common.js', parts.common, handingOut(parts, parts.common)),
    ...parts.single.map((name) =>
      file(`lazy/${parts.fileOf(name)}`, new Set([name]), exporting(parts, name)),
    ),
  ];
}

function file(path, own, contents) {
  return { path, own, contents };
}

/** What others get of a part that is a file of its own. */
function exporting(parts, name) {
  return `${importing(parts, name)}Object.assign(exports, { ${handed(parts, name)} });\n`;
}

/** A file with several parts hands out those that are wanted elsewhere, by their numbers. */
function handingOut(parts, own) {
  const names = parts.handedOut(own);
  const imports = names.map((name) => importing(parts, name)).join('');
  const objects = names.map((name) => `${parts.numberOf(name)}: { ${handed(parts, name)} }`);
  return `${imports}exports.parts = { ${objects.join(', ')} };\n`;
}

/** A line that imports what a part exports, each by a name that has the part's number in it. */
function importing(parts, name) {
  const names = parts.exportsOf(name).map((each) => `${each} as ${local(parts, name, each)}`);
  return `import { ${names.join(', ')} } from './${name}';\n`;
}

function handed(parts, name) {
  return parts
    .exportsOf(name)
    .map((each) => `${each}: ${local(parts, name, each)}`)
    .join(', ');
}

function local(parts, name, exported) {
  return `part${parts.numberOf(name)}_${exported}`;
}

/**
 * A plugin that gives esbuild a file's own parts, and makes `require()` of every import of another, so that each
 * part is in one file only and there is one instance of every source. What a part exports is complete and
 * stays as it is once the part has run, so that it may be taken by its value: what esbuild makes of imports
 * of CommonJS would take a sixth of the package.
 */
export function linkParts(parts, { path, own, folder }) {
  const asked = (name) => requiring(parts, name, { own, isLazy: path.includes('/') });
  return {
    name: 'link-parts',
    setup({ onResolve, onLoad }) {
      onResolve({ filter: /\.js$/ }, ({ path: to, kind }) => {
        const name = basename(to);
        return kind === 'import-statement' && parts.texts.has(name)
          ? { path: resolve(folder, name) }
          : kind === 'require-call' && to.startsWith('.')
            ? { path: to, external: true }
            : undefined;
      });
      onLoad({ filter: /\.js$/ }, ({ path: from }) => {
        const text = parts.texts.get(basename(from));
        return text && { contents: linked(text, parts, { own, asked }), loader: 'js' };
      });
    },
  };
}

/** The text of an ES module of esbuild with `require()` in the place of imports from other files. */
function linked(text, parts, { own, asked }) {
  return text
    .replace(/\bimport\s*(?:(\{[^}]*\})\s*from\s*)?"\.\/([\w.-]+)";/g, (statement, names, name) => {
      if (!parts.texts.has(name) || own.has(name)) {
        return statement;
      }
      // One that takes no name only keeps the order, and nothing here does anything by being imported.
      return names ? `var ${names.replaceAll(/\s+as\s+/g, ': ')} = ${asked(name)};` : '';
    })
    .replace(/\bimport\("\.\/([\w.-]+)"\)/g, (call, name) =>
      // `import()` of Node would load CommonJS past VS Code, which gives the module `vscode`.
      parts.texts.has(name) ? `Promise.resolve().then(() => ${asked(name)})` : call,
    )
    .replace(
      // esbuild would copy all of VS Code's API for each source that imports it, which takes a while at start.
      /\bimport\s*\*\s*as\s+([\w$]+)\s+from\s*"vscode";/g,
      'var $1 = require("vscode");',
    );
}

/** An expression for what a part exports. */
function requiring(parts, name, { own, isLazy }) {
  if (own.has(name)) {
    throw new Error(`${name} is asked for later by a part that has it at once.`);
  }
  const [entry, lazy] = isLazy ? ['../', './'] : ['./', './lazy/'];
  const number = parts.numberOf(name);
  return parts.atOnce.has(name)
    ? `require("${entry}${parts.entry}").parts[${number}]`
    : parts.common.has(name)
      ? `require("${lazy}common.js").parts[${number}]`
      : `require("${lazy}${parts.fileOf(name)}")`;
}
