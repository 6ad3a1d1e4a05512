import { writeFileSync } from 'node:fs';
import { relative } from 'node:path';
import { root } from '../lib/root.mjs';

/**
 * Writes what a run of vitest found to the file that `NATS_KV_TEST_REPORT` names, see counts.mjs. vitest
 * makes the object, so it is the default export.
 */
export default class ReportWriter {
  onTestRunEnd(modules, unhandledErrors) {
    const report = {
      tests: modules.flatMap((module) => [...module.children.allTests()].map(describeTest)),
      problems: [
        ...modules.flatMap(brokenSuites),
        ...unhandledErrors.map((error) => ({ name: 'Unhandled error', errors: [textOf(error)] })),
      ],
    };
    writeFileSync(process.env.NATS_KV_TEST_REPORT, JSON.stringify(report));
  }
}

function describeTest(test) {
  const { state, errors = [], note } = test.result();
  const { skipped, shown } = test.meta();
  return {
    name: nameOf(test.module, test.fullName),
    state,
    ms: test.diagnostic()?.duration ?? 0,
    errors: errors.map(textOf),
    shown,
    reason: note ?? skipped ?? brokenParent(test),
  };
}

/** Files that could not be loaded, and suites whose hooks failed. */
function brokenSuites(module) {
  return [module, ...module.children.allSuites()]
    .filter((suite) => suite.errors().length > 0)
    .map((suite) => ({
      name: nameOf(module, suite.fullName),
      errors: suite.errors().map(textOf),
    }));
}

/** Why a test was not run that nobody meant to skip. */
function brokenParent({ parent }) {
  if (parent === undefined) {
    return undefined;
  }
  return parent.errors().length > 0 ? 'its suite failed' : brokenParent(parent);
}

function nameOf(module, fullName) {
  const file = relative(root, module.moduleId);
  return fullName === undefined ? file : `${file} > ${fullName}`;
}

function textOf({ name, message, stack }) {
  return message ? `${name === undefined || name === 'Error' ? '' : `${name}: `}${message}` : stack;
}
