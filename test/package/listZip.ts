import { readFile } from 'node:fs/promises';
import { readZip as filesOf } from '../../scripts/bundle/zip.mjs';

/** The names of the files in a ZIP archive. */
export async function listZip(path: string): Promise<string[]> {
  return filesOf(await readFile(path)).map(({ name }) => name);
}

/** The text of a file in a ZIP archive. */
export async function readZip(path: string, name: string): Promise<string> {
  const file = filesOf(await readFile(path)).find((each) => each.name === name);
  if (!file) {
    throw new Error(`${path} has no ${name}.`);
  }
  return file.content.toString('utf8');
}
