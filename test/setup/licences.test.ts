import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { licenceProblems, noticesText, packagesOf } from '../../scripts/bundle/licences.mjs';
import { tempFolder } from '../extension/localServer/tempFolder';

function setup(packages: Readonly<Record<string, { license?: string; text?: string }>>) {
  const root = tempFolder();
  for (const [path, { license, text }] of Object.entries(packages)) {
    const folder = join(root, path);
    mkdirSync(folder, { recursive: true });
    const name = path.replace(/^.*node_modules\//, '');
    writeFileSync(
      join(folder, 'package.json'),
      JSON.stringify({ name, version: '1.2.3', license }),
    );
    if (text !== undefined) {
      writeFileSync(join(folder, 'LICENSE.md'), text);
    }
  }
  return root;
}

describe('the notices of what is bundled', () => {
  it('name each package once, with the text of its licence', () => {
    const root = setup({
      'node_modules/b': { license: 'MIT', text: 'Copyright B\r\n' },
      'node_modules/@a/c': { license: 'ISC', text: 'Copyright C' },
      'node_modules/b/node_modules/d': { license: '0BSD', text: 'Copyright D' },
      'node_modules/unused': { license: 'MIT', text: 'Copyright U' },
    });
    const packages = packagesOf(
      [
        'src/main.ts',
        'node_modules/b/lib/one.js',
        'node_modules/b/lib/two.js',
        'node_modules/@a/c/index.js',
        'node_modules/b/node_modules/d/index.js',
      ],
      root,
    );

    expect(packages.map(({ name, licence }) => [name, licence])).toEqual([
      ['@a/c', 'ISC'],
      ['b', 'MIT'],
      ['d', '0BSD'],
    ]);
    expect(licenceProblems(packages)).toEqual([]);
    expect(noticesText(packages)).toMatch(/- b 1\.2\.3 \(MIT\)[^]*b 1\.2\.3\n\nCopyright B\n\n/);
  });

  it('have a text once for all whose it is, and that of this extension not again', () => {
    const own = readFileSync(join(import.meta.dirname, '../../LICENSE'), 'utf8');
    const holder = own.replace('Copyright [yyyy] [name of copyright owner]', 'Copyright 2020 A');
    const license = 'Apache-2.0';
    const root = setup({
      'node_modules/a': { license, text: own.replaceAll('\n', '\r\n') },
      'node_modules/b': { license, text: holder },
      'node_modules/c': { license, text: own.replace('royalty-free', 'costly') },
      'node_modules/d': { license: 'MIT', text: 'Copyright D' },
      'node_modules/e': { license: 'MIT', text: 'Copyright D' },
    });
    const text = noticesText(
      packagesOf(
        [...'abcde'].map((at) => `node_modules/${at}/x.js`),
        root,
      ),
    );
    expect(text).toContain('\na 1.2.3\n\nIts licence is the one of this extension');
    expect(text).toContain('\nb 1.2.3\n\nCopyright 2020 A\n\nIts licence is the one of this');
    expect(text.match(/TERMS AND CONDITIONS FOR USE/g)).toHaveLength(1);
    expect(text).toContain('costly');
    expect(text).toContain('\nd 1.2.3\ne 1.2.3\n\nCopyright D\n');
  });

  it.each([
    [{ license: 'GPL-3.0', text: 'Copyleft' }, 'x 1.2.3 is under GPL-3.0, which is none of'],
    [{ text: 'All rights reserved' }, 'x 1.2.3 is under no licence that is told'],
    [{ license: 'MIT' }, 'x 1.2.3 has no text of its licence.'],
  ])('are not made for %j', (told, problem) => {
    const packages = packagesOf(['node_modules/x/x.js'], setup({ 'node_modules/x': told }));

    expect(licenceProblems(packages)).toEqual([expect.stringContaining(problem)]);
  });
});
