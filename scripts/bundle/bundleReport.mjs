import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { root } from '../lib/root.mjs';

/** Where a build for use tells what it has put where. */
const reportPath = join(root, 'artifacts', 'bundle.json');

/**
 * What a build for use has put where: `extension` is that of splitBundle.mjs, `pages` has the files of the
 * pages with the sources in them.
 * @typedef {object} BundleReport
 * @property {object} extension
 * @property {Record<string, number>} extension.atOnce sources that activation needs, with their bytes
 * @property {Record<string, Record<string, number>>} extension.lazy the others, by the part that they are in
 * @property {Record<string, Record<string, number>>} extension.files files, with the bytes of the parts in them
 * @property {Record<string, string[]>} pages
 */

/** @param {BundleReport} report */
export function writeBundleReport(report) {
  mkdirSync(dirname(reportPath), { recursive: true });
  writeFileSync(reportPath, `${JSON.stringify(report, undefined, 2)}\n`);
}

/** @returns {BundleReport} */
export function readBundleReport() {
  return JSON.parse(readFileSync(reportPath, 'utf8'));
}

/**
 * Every source that is in the package, also those of the pages.
 * @param {BundleReport} report
 */
export function sourcesIn({ extension, pages }) {
  const { atOnce, lazy } = extension;
  const all = [atOnce, ...Object.values(lazy)].flatMap((part) => Object.keys(part));
  return [...new Set([...all, ...Object.values(pages).flat()])];
}
