import eslint from '@eslint/js';
import prettier from 'eslint-config-prettier';
import tseslint from 'typescript-eslint';

const natsMessage = 'Only src/kv/nats may import the NATS client.';

/** Import rules of one folder: what a module in it may not reach for. */
function forbid(patterns) {
  return { 'no-restricted-imports': ['error', { patterns }] };
}

/** What VS Code shows may come from outside, and is no markup: it goes through src/views/shown. */
const shown = [
  {
    selector:
      'MemberExpression[object.property.name="window"][property.name=/^(show(Information|Warning|Error)Message|setStatusBarMessage|withProgress|showInputBox|showQuickPick|show(Open|Save)Dialog|create(InputBox|QuickPick|TreeView|StatusBarItem))$/]',
    message: 'Use plainWindow: it shows texts from outside as they are.',
  },
  {
    selector:
      'MemberExpression[property.name=/^(createLanguageStatusItem|registerTreeDataProvider)$/][object.object.name="vscode"]',
    message: 'Use plainWindow: it shows texts from outside as they are.',
  },
  {
    selector: 'MemberExpression[property.name="FileSystemError"][object.name="vscode"]',
    message: 'Use fileErrors: VS Code reads links in the texts of these errors.',
  },
  {
    selector: 'NewExpression[callee.property.name="MarkdownString"]',
    message: 'Use factTable: its cells are shown as they are.',
  },
  {
    selector:
      ':matches(Literal[value=/\\$\\([a-z]/], TemplateElement[value.raw=/\\$\\($|\\$\\([a-z]/])',
    message: 'Use iconPath or iconText: an icon in a text could be one from outside.',
  },
];

/** What people read is translated: words that become a message, a reason or a name go through `t`. */
const words = '[a-z]{2,}[,;:]? [a-z]{2,}';
const told =
  ':matches(ReturnStatement, ConditionalExpression, LogicalExpression, ArrowFunctionExpression, Property, NewExpression[callee.name=/^(KvError|DialError|EntryProblem|Refusal)$/])';
const translated = [
  `Literal[value=/${words}/]`,
  `TemplateLiteral > TemplateElement[value.raw=/${words}/]`,
].map((text) => ({
  selector: `${told} > ${text}`,
  message: 'Use `t` of src/kv/base/l10n, or vscode.l10n.t: people read this.',
}));

const nats = { regex: '^nats(\\.ws)?($|/)|^@nats-io/', message: natsMessage };

export default tseslint.config(
  { ignores: ['dist/', 'out/', 'artifacts/', 'node_modules/'] },
  eslint.configs.recommended,
  {
    files: ['**/*.ts', '**/*.mts'],
    // The rules that have to know types are in .oxlintrc.json: there they take a tenth of the time.
    extends: [tseslint.configs.recommended],
    rules: {
      '@typescript-eslint/no-explicit-any': 'error',
      '@typescript-eslint/consistent-type-imports': 'error',
      'no-console': 'error',
      eqeqeq: 'error',
    },
  },
  {
    files: ['src/kv/**/*.ts'],
    ignores: ['src/kv/nats/**'],
    rules: forbid([
      nats,
      { regex: '^vscode$', message: 'src/kv knows nothing of VS Code.' },
      {
        regex: '(^|/)(views|extension)/',
        message: 'src/kv imports nothing from the other folders.',
      },
    ]),
  },
  {
    files: ['src/kv/nats/**/*.ts'],
    rules: forbid([
      { regex: '^vscode$', message: 'src/kv knows nothing of VS Code.' },
      {
        regex: '(^|/)(views|extension)/',
        message: 'src/kv imports nothing from the other folders.',
      },
    ]),
  },
  {
    files: ['src/views/**/*.ts'],
    rules: forbid([
      nats,
      { regex: '/kv/nats(/|$)', message: 'Views see the KV core, not its NATS adapter.' },
      {
        regex: '/extension/(?!contributions$)',
        message: 'Views import only the ids in extension/contributions.',
      },
    ]),
  },
  { files: ['src/extension/**/*.ts'], rules: forbid([nats]) },
  {
    files: ['src/extension/**/*.ts', 'src/views/**/*.ts'],
    ignores: ['src/views/shown/**'],
    rules: { 'no-restricted-syntax': ['error', ...shown, ...translated] },
  },
  {
    files: ['src/views/shown/**/*.ts', 'src/kv/**/*.ts'],
    // What a field of a reply is instead of what it should be is told as the server's own words are.
    ignores: ['src/kv/nats/wire/schema.ts'],
    rules: { 'no-restricted-syntax': ['error', ...translated] },
  },
  {
    // Code in other languages, markup, values of the demo, and what stands in the log alone.
    files: [
      'src/extension/snippets/**/*.ts',
      'src/extension/connections/sessionLog.ts',
      'src/extension/localServer/demo*.ts',
      'src/views/page/webviewDocument.ts',
    ],
    rules: { 'no-restricted-syntax': ['error', ...shown] },
  },
  {
    // What models read is English, in whatever language people are spoken to.
    files: ['src/kv/agents/**/*.ts'],
    rules: { 'no-restricted-syntax': 'off' },
  },
  {
    files: ['scripts/**/*.mjs', 'esbuild.mjs', '*.mjs'],
    languageOptions: {
      globals: {
        AbortController: 'readonly',
        Buffer: 'readonly',
        clearTimeout: 'readonly',
        console: 'readonly',
        fetch: 'readonly',
        process: 'readonly',
        setTimeout: 'readonly',
        URL: 'readonly',
      },
    },
  },
  prettier,
);
