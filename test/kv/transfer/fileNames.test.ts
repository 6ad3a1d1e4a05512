import { describe, expect, it } from 'vitest';
import { keyOfPath, pathOf, TakenPaths } from '../../../src/kv/transfer/formats/fileNames';

function taken(...paths: string[]): string[] {
  const all = new TakenPaths();
  return paths.map((path) => all.take(path));
}

describe('the name of a file for a key', () => {
  it.each([
    ['a:b.c', 'a%3Ab/c.txt'],
    ['con', '%63on.txt'],
    ['NUL.nul.x', '%4EUL/%6Eul/x.txt'],
    ['com1.LPT9', '%63om1/%4CPT9.txt'],
    ['com¹.lpt²', '%63om¹/%6Cpt².txt'],
    ['conin$.CONOUT$', '%63onin$/%43ONOUT$.txt'],
    ['com0.com10', '%63om0/com10.txt'],
    ['a\\b', 'a%5Cb.txt'],
    ['a/b', 'a%2Fb.txt'],
    ['end ', 'end%20.txt'],
    ['short~', 'short%7E.txt'],
    ['50%', '50%25.txt'],
  ])('is one that Windows takes: %s', (key, path) => {
    expect(pathOf(key, 'txt')).toBe(path);
    expect(keyOfPath(path)).toBe(key);
  });

  it('is no longer than a path of Windows can be below a folder of usual depth', () => {
    const deep = Array.from({ length: 60 }, () => 'token').join('.');
    const path = pathOf(deep, 'json');
    expect(path).toMatch(/^~long\/[\da-f]{32}\.json$/);
    expect(keyOfPath(path)).toBeUndefined();
  });
});

describe('paths on a disk that may not tell cases apart', () => {
  it('differ by more than case', () => {
    expect(taken('a.txt', 'A.txt', 'straße.txt', 'STRASSE.txt')).toEqual([
      'a.txt',
      'A~2.txt',
      'straße.txt',
      'STRASSE~2.txt',
    ]);
  });

  it('have each folder written in one way only', () => {
    expect(
      taken('Web/x.txt', 'web/y.txt', 'web/z.txt', 'WEB/z.txt', 'Web/deep/a.txt', 'web/Deep/b.txt'),
    ).toEqual([
      'Web/x.txt',
      'web~2/y.txt',
      'web~2/z.txt',
      'WEB~3/z.txt',
      'Web/deep/a.txt',
      'web~2/Deep/b.txt',
    ]);
  });

  it('are no file and folder at once', () => {
    expect(taken('a.txt', 'A.TXT/b.txt', 'c.txt/d.txt', 'c.txt')).toEqual([
      'a.txt',
      'A.TXT~2/b.txt',
      'c.txt/d.txt',
      'c~2.txt',
    ]);
  });
});
