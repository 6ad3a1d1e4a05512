import { readFileSync } from 'node:fs';
import { format, resolveConfig } from 'prettier';
import { describe, expect, it } from 'vitest';
import { withPart } from '../../scripts/docs/readmePart.mjs';
import { mapOfRooms } from '../../scripts/docs/rooms.mjs';
import { settingsReference } from '../../scripts/docs/settingsReference.mjs';

const manifest = JSON.parse(readFileSync('package.json', 'utf8')) as { contributes: object };
const strings = JSON.parse(readFileSync('package.nls.json', 'utf8')) as Record<string, string>;

describe('README.md', () => {
  it('describes the settings as package.json does (npm run docs)', async () => {
    await expectPart('settings', settingsReference(manifest, strings));
  });

  it('describes the rooms of the sources as the test of the architecture does (npm run docs)', async () => {
    await expectPart('rooms', mapOfRooms());
  });
});

describe('withPart', () => {
  it('says which marks are missing', () => {
    expect(() => withPart('# Title', 'settings', 'table')).toThrow('needs the lines');
  });
});

async function expectPart(name: string, text: string): Promise<void> {
  const readme = readFileSync('README.md', 'utf8');
  const options = await resolveConfig('README.md');
  const written = await format(withPart(readme, name, text), { ...options, parser: 'markdown' });
  expect(readme).toBe(written);
}
