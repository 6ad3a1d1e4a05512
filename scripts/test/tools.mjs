import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { tempFolder } from '../lib/lifetime.mjs';
import { root } from '../lib/root.mjs';
import { run } from '../lib/run.mjs';
import { toolScript } from '../lib/tools.mjs';
import { checkAudit } from './audit.mjs';
import { countReport, judge, noCounts, oneCheck, sumCounts } from './counts.mjs';

/** Runs the command of an npm package in the repository with its output shown. */
export function runTool(name, args, { packageName, extraEnv } = {}) {
  const command = [toolScript(name, packageName), ...args];
  return run(process.execPath, command, { cwd: root, extraEnv });
}

/** Two checks: the compiler finds nothing in what runs in Node.js, and in the page of the Live view. */
export async function checkTypes() {
  const check = async (project) => {
    const args = ['--noEmit', '-p', project];
    const exitCode = await runTool('tsc', args, { packageName: 'typescript-native' });
    return oneCheck(`tsc ${args.join(' ')}`, exitCode === 0);
  };
  return sumCounts([await check('.'), await check('media')]);
}

/**
 * Five checks: the rules of ESLint, those of Oxlint, which know the types, the format of Prettier, that
 * nothing is left that nobody uses, and that nothing grave is known of what is shipped.
 */
export async function checkStyle() {
  const rules = await runTool('eslint', ['--max-warnings', '0', '.']);
  const typed = await runTool('oxlint', ['--type-aware', '--deny-warnings']);
  const format = await runTool('prettier', ['--check', '--log-level', 'warn', '.']);
  const unused = await runTool('knip', []);
  return sumCounts([
    oneCheck('eslint', rules === 0),
    oneCheck('oxlint', typed === 0),
    oneCheck('prettier', format === 0),
    oneCheck('knip', unused === 0),
    await checkAudit(),
  ]);
}

/**
 * Runs a project of vitest.config.ts, or some of its files. What its processes leave in their temporary
 * folder is removed.
 */
export async function runVitest(project, { files = [], extraEnv = {} } = {}) {
  const work = tempFolder();
  const report = join(work, 'report.json');
  const reporter = join(root, 'scripts', 'test', 'vitestReporter.mjs');
  const args = ['run', '--project', project, '--reporter=default', `--reporter=${reporter}`];
  const code = await runTool('vitest', [...args, ...files], {
    extraEnv: { TMPDIR: work, NATS_KV_TEST_REPORT: report, ...extraEnv },
  });
  const counts = existsSync(report)
    ? countReport(JSON.parse(readFileSync(report, 'utf8')))
    : noCounts;
  return judge(counts, code);
}
