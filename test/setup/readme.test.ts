import { existsSync, globSync, readFileSync } from 'node:fs';
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

describe('the troubleshooting of README.md', () => {
  const readme = readFileSync('README.md', 'utf8');
  const [, rows = ''] = /^## Troubleshooting$([^]*?)^## /m.exec(readme) ?? [];
  const messages = [...rows.matchAll(/^\| `([^`]+)`/gm)].map(([, message = '']) => message);
  const sources = globSync('src/**/*.ts').map((file) => readFileSync(file, 'utf8'));

  it('has a row for what goes wrong most', () => {
    expect(messages.length).toBeGreaterThan(12);
  });

  it.each(messages)('quotes what the sources say: %s', (message) => {
    // A text that holds a quotation mark of its own stands in the others, or with a backslash.
    const escaped = message.replaceAll("'", "\\'");
    expect(sources.some((text) => text.includes(message) || text.includes(escaped))).toBe(true);
  });

  it('shows only pictures that are there', () => {
    const pictures = [...readme.matchAll(/!\[[^\]]+\]\(([^)]+)\)/g)].map(([, path = '']) => path);
    expect(pictures.length).toBeGreaterThan(10);
    expect(pictures.filter((path) => !existsSync(path))).toEqual([]);
  });
});

describe('withPart', () => {
  it('says which marks are missing', () => {
    expect(() => withPart('# Title', 'settings', 'table')).toThrow('needs the lines');
  });
});
