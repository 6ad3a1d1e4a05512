import { readFileSync } from 'node:fs';
import { format, resolveConfig } from 'prettier';
import { describe, expect, it } from 'vitest';
import { documents } from '../../scripts/docs/documents.mjs';
import { withPart } from '../../scripts/docs/readmePart.mjs';

const parts = Object.entries(documents()).flatMap(([file, texts]) =>
  Object.entries(texts).map(([name, text]) => ({ file, name, text })),
);

describe('the documents', () => {
  it.each(parts)(
    '$file repeats of $name what the sources say (npm run docs)',
    async ({ file, name, text }) => {
      const document = readFileSync(file, 'utf8');
      const options = { ...(await resolveConfig(file)), parser: 'markdown' };
      expect(document).toBe(await format(withPart(document, name, text, file), options));
    },
  );

  it('has no more than five bullets for each thing that it does, the rest folded', () => {
    const readme = readFileSync('README.md', 'utf8').replace(/<details>[^]*?<\/details>/g, '');
    const [, features = ''] = /^## What it does$([^]*?)^## /m.exec(readme) ?? [];
    const sections = features.split(/^### /m).slice(1);
    const bullets = sections.map((section) => section.match(/^- /gm)?.length ?? 0);

    expect(sections.length).toBeGreaterThan(8);
    expect(Math.max(...bullets)).toBeLessThanOrEqual(5);
  });
});

describe('withPart', () => {
  it('says which marks are missing', () => {
    expect(() => withPart('# Title', 'settings', 'table')).toThrow('needs the lines');
  });
});
