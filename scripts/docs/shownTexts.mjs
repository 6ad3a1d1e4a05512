import { globSync, readFileSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import ts from 'typescript';

/**
 * Every text that users see: those of the manifest by their ids, those of the sources by their files.
 * @param {string} root
 * @returns {{ where: string, text: string, isManifest: boolean }[]}
 */
export function shownTexts(root) {
  return [
    ...manifestTexts(root),
    ...translateCalls(root).flatMap(({ where, literal }) =>
      literal === undefined ? [] : [{ where, text: literal, isManifest: false }],
    ),
  ];
}

/**
 * Where a text is built or computed before it is translated: no translation can be found by it.
 * @param {string} root
 * @returns {string[]}
 */
export function builtTexts(root) {
  return translateCalls(root)
    .filter(({ literal }) => literal === undefined)
    .map(({ where, code }) => `${where}: ${code}`);
}

function manifestTexts(root) {
  const texts = JSON.parse(readFileSync(join(root, 'package.nls.json'), 'utf8'));
  return Object.entries(texts).map(([where, text]) => ({ where, text, isManifest: true }));
}

/** What is passed to `vscode.l10n.t`, or to `t` of the core (src/kv/base/l10n.ts). */
function translateCalls(root) {
  const files = globSync('src/**/*.ts', { cwd: root }).sort();
  return files.flatMap((file) => callsIn(root, join(root, file)));
}

function callsIn(root, path) {
  const where = relative(root, path).replaceAll(sep, '/');
  const source = ts.createSourceFile(path, readFileSync(path, 'utf8'), ts.ScriptTarget.Latest);
  const calls = [];
  const visit = (node) => {
    if (ts.isCallExpression(node) && isTranslate(node.expression)) {
      const [first] = node.arguments;
      const literal = first && ts.isStringLiteralLike(first) ? first.text : undefined;
      calls.push({ where, literal, code: node.getText(source) });
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
  return calls;
}

/** `vscode.l10n.t`, or a plain `t`: taken from it, or that of the core. */
function isTranslate(callee) {
  return ts.isPropertyAccessExpression(callee)
    ? callee.name.text === 't' && isNamed(callee.expression, 'l10n')
    : isNamed(callee, 't');
}

function isNamed(node, name) {
  const named = ts.isPropertyAccessExpression(node) ? node.name : node;
  return ts.isIdentifier(named) && named.text === name;
}
