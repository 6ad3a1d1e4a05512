import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { packedPage, unseenPictures } from '../../scripts/lib/packedPage.mjs';

describe('the page of an installed extension', () => {
  it('has no picture that cannot be seen there', () => {
    const readme = readFileSync('README.md', 'utf8');
    expect(unseenPictures(readme)).not.toEqual([]);
    expect(unseenPictures(packedPage(readme))).toEqual([]);
  });

  it('has its tables without what makes their columns wide', () => {
    const table = '| a      | b |\n| ------ | - |\n| `x  y` | 1 |\n\na  b\n';
    expect(packedPage(table)).toBe('| a | b |\n| --- | - |\n| `x  y` | 1 |\n\na  b\n');
  });

  it('loses nothing but such pictures', () => {
    const text = '# A\n\n![One](media/one.png)\n\nText.\n\n![Two](https://x.example/two.png)\n';
    expect(packedPage(text)).toBe('# A\n\nText.\n\n![Two](https://x.example/two.png)\n');
  });

  it('is the whole text where a repository has the pictures', () => {
    const text = '![One](media/one.png)\n';
    expect(packedPage(text, { repository: 'https://x.example/a/b' })).toBe(text);
  });

  it.each([
    'See ![a picture](media/one.png) here.',
    '<img width="3" src="media/one.png">',
    '![data](data:image/png;base64,AAAA) and text',
    '[![badge](http://x.example/badge.svg)](https://x.example)',
  ])('is not made of a text whose picture cannot be left out: %s', (text) => {
    expect(() => void packedPage(`${text}\n`)).toThrow(/a line of its own/);
  });
});
