import { readFileSync } from 'node:fs';
import { format, resolveConfig } from 'prettier';
import { describe, expect, it } from 'vitest';
import { settingsReference, withReference } from '../../scripts/docs/settingsReference.mjs';

const manifest = JSON.parse(readFileSync('package.json', 'utf8')) as { contributes: object };
const strings = JSON.parse(readFileSync('package.nls.json', 'utf8')) as Record<string, string>;

describe('README.md', () => {
  it('describes the settings as package.json does (npm run docs)', async () => {
    const readme = readFileSync('README.md', 'utf8');
    const reference = settingsReference(manifest, strings);
    const options = await resolveConfig('README.md');
    const written = await format(withReference(readme, reference), {
      ...options,
      parser: 'markdown',
    });
    expect(readme).toBe(written);
  });
});

describe('withReference', () => {
  it('says which marks are missing', () => {
    expect(() => withReference('# Title', 'table')).toThrow('needs the lines');
  });
});
