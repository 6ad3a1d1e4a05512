import { dirname, join } from 'node:path/posix';
import ts from 'typescript';
import type { Importer } from './rooms';

/** Source texts by path, such as `src/kv/key.ts`. */
export type Sources = ReadonlyMap<string, string>;

interface Module extends Importer {
  readonly file: ts.SourceFile;
}

/** The rules of DESIGN.md on who may import whom, each with the sources that it is about. */
const importRules: readonly {
  readonly from: RegExp;
  readonly but?: RegExp;
  readonly to: RegExp;
  readonly why: string;
}[] = [
  { from: /^src\/kv\//, to: /^vscode$/, why: 'the KV core knows nothing of VS Code' },
  { from: /^src\/kv\//, to: /^src\/(views|extension)\//, why: 'the KV core stands alone' },
  {
    from: /^src\//,
    but: /^src\/kv\/nats\//,
    to: /^(nats$|nats\/|nats\.ws|@nats-io\/)/,
    why: 'only src/kv/nats imports the client',
  },
  {
    from: /^src\/(kv|views)\//,
    but: /^src\/kv\/nats\//,
    to: /^src\/kv\/nats\//,
    why: 'only the extension chooses the adapter',
  },
  {
    from: /^src\/views\//,
    to: /^src\/extension\/(?!contributions\.ts$)/,
    why: 'views see nothing of the extension but its ids',
  },
];

/** Classes whose instances hold no state of the program: constants may be made of them at import. */
const plainClass = /^(Map|Set|RegExp|TextEncoder|TextDecoder|Uint8Array|Intl\.\w+)$/;

/** Every breach of the architecture, one sentence each. */
export function findBreaches(modules: readonly Module[]): string[] {
  return [
    ...modules.flatMap(importBreaches),
    ...findCycles(modules).map((cycle) => `${cycle.join(' -> ')} is a cycle`),
    ...modules.flatMap(({ path, file }) =>
      file.statements.flatMap((statement) => statementBreaches(path, statement)),
    ),
  ];
}

/** The sources with what they import. */
export function modulesOf(sources: Sources): Module[] {
  return [...sources].map(([path, text]) => toModule(path, text, sources));
}

function toModule(path: string, text: string, sources: Sources): Module {
  const file = ts.createSourceFile(path, text, ts.ScriptTarget.Latest, true);
  const imports = ts
    .preProcessFile(text, true, true)
    .importedFiles.map(({ fileName }) => resolve(path, fileName, sources));
  return { path, file, imports };
}

/** The path of a relative import, or the name of a package. */
function resolve(from: string, specifier: string, sources: Sources): string {
  if (!specifier.startsWith('.')) {
    return specifier;
  }
  const path = join(dirname(from), specifier);
  return [path, `${path}.ts`, `${path}/index.ts`].find((file) => sources.has(file)) ?? path;
}

function importBreaches({ path, imports }: Module): string[] {
  return importRules
    .filter(({ from, but }) => from.test(path) && but?.test(path) !== true)
    .flatMap(({ to, why }) =>
      imports
        .filter((imported) => to.test(imported))
        .map((imported) => `${path} imports ${imported}: ${why}`),
    );
}

function findCycles(modules: readonly Module[]): string[][] {
  const byPath = new Map(modules.map((module) => [module.path, module]));
  const done = new Set<string>();
  const cycles: string[][] = [];
  const visit = (path: string, trail: readonly string[]) => {
    if (trail.includes(path)) {
      cycles.push([...trail.slice(trail.indexOf(path)), path]);
    } else if (!done.has(path)) {
      byPath.get(path)?.imports.forEach((imported) => visit(imported, [...trail, path]));
      done.add(path);
    }
  };
  modules.forEach(({ path }) => visit(path, []));
  return cycles;
}

function statementBreaches(path: string, statement: ts.Statement): string[] {
  if (ts.isExportDeclaration(statement) && statement.moduleSpecifier) {
    return [`${path} passes on what another module exports: import it from there`];
  }
  if (isDefaultExport(statement)) {
    return [`${path} has a default export`];
  }
  if (!isDeclaration(statement)) {
    return [`${path} does something when it is imported: ${firstLine(statement)}`];
  }
  return singletons(statement)
    .filter((name) => `${path} ${name}` !== oneLanguage)
    .map((name) => `${path} keeps a singleton: ${name}`);
}

/** A process speaks one language, as `vscode.l10n` has it: every text would carry it else. */
const oneLanguage = 'src/kv/base/l10n.ts spoken';

function isDefaultExport(statement: ts.Statement): boolean {
  const modifiers = ts.canHaveModifiers(statement) ? ts.getModifiers(statement) : undefined;
  const isMarked = modifiers?.some(({ kind }) => kind === ts.SyntaxKind.DefaultKeyword);
  return ts.isExportAssignment(statement) || isMarked === true;
}

function isDeclaration(statement: ts.Statement): boolean {
  return (
    ts.isImportDeclaration(statement) ||
    ts.isExportDeclaration(statement) ||
    ts.isVariableStatement(statement) ||
    ts.isFunctionDeclaration(statement) ||
    ts.isClassDeclaration(statement) ||
    ts.isInterfaceDeclaration(statement) ||
    ts.isTypeAliasDeclaration(statement) ||
    ts.isModuleDeclaration(statement)
  );
}

/** Variables that can change, or hold an instance with a state of its own. */
function singletons(statement: ts.Statement): string[] {
  if (!ts.isVariableStatement(statement)) {
    return [];
  }
  const isConstant = (statement.declarationList.flags & ts.NodeFlags.Const) !== 0;
  return statement.declarationList.declarations
    .filter(({ initializer }) => !isConstant || isStateful(initializer))
    .map(({ name }) => name.getText());
}

function isStateful(initializer: ts.Expression | undefined): boolean {
  return (
    initializer !== undefined &&
    ts.isNewExpression(initializer) &&
    !plainClass.test(initializer.expression.getText())
  );
}

function firstLine(statement: ts.Statement): string {
  return statement.getText().split('\n', 1)[0] ?? '';
}
