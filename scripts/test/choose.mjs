import { globSync } from 'node:fs';
import { sep } from 'node:path';
import { parseArgs } from 'node:util';
import { root } from '../lib/root.mjs';

/**
 * What is asked for on the command line: tiers by their names, parts of the names of test files, how often
 * to run them, beside how many busy programs, and whether the host tests take the extension as it is installed.
 * Returns `{ chosen, repeat, busy, installed }`; `chosen` are `{ name, files }`, with `files` undefined for all of
 * a tier.
 */
export function choose(args, tiers, testFiles = findTestFiles()) {
  const { values, positionals } = parse(args);
  const names = positionals.filter((word) => word in tiers);
  const words = positionals.filter((word) => !(word in tiers));
  const wanted = Object.keys(tiers).filter((name) => names.length === 0 || names.includes(name));
  const chosen = words.length === 0 ? wanted.map((name) => ({ name })) : filtered(wanted);
  const { installed = false } = values;
  return { chosen, repeat: count(values, 'repeat', 1), busy: count(values, 'busy', 0), installed };

  function filtered(wantedTiers) {
    const matching = (file) => words.some((word) => file.includes(word));
    const found = wantedTiers.map((name) => {
      const files = filesOf(tiers[name], testFiles);
      return { name, all: files, files: files?.filter(matching) };
    });
    words.forEach((word) => {
      if (!found.some(({ all }) => all?.some((file) => file.includes(word)))) {
        throw new Error(nothingNamed(word, tiers));
      }
    });
    // The types of a part cannot be checked; whoever names that tier gets all of it.
    return found
      .filter(
        ({ name, files }) => files?.length > 0 || (files === undefined && names.includes(name)),
      )
      .map(({ name, files }) => ({ name, files }));
  }
}

function parse(args) {
  const option = { type: 'string' };
  const options = { repeat: option, busy: option, installed: { type: 'boolean' } };
  return parseArgs({ args, options, allowPositionals: true });
}

function count(values, name, fallback) {
  const value = Number(values[name] ?? fallback);
  if (!Number.isInteger(value) || value < fallback) {
    throw new Error(`--${name} takes a number, at least ${fallback}.`);
  }
  return value;
}

/** `test/kv/find/keySearch.test.ts` and so on, with `/` on every system. */
function findTestFiles() {
  return globSync('test/**/*.test.ts', { cwd: root }).map((path) => path.replaceAll(sep, '/'));
}

function filesOf({ folders }, testFiles) {
  const starts = folders?.map((folder) => `test/${folder}/`);
  return starts && testFiles.filter((file) => starts.some((start) => file.startsWith(start)));
}

function nothingNamed(word, tiers) {
  const names = Object.keys(tiers).join(', ');
  return `There is no tier ${word}, nor a test file of that name in the tiers chosen. Tiers: ${names}.`;
}
