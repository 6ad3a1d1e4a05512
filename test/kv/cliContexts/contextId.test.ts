import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { contextFileIdOf, contextIdOf } from '../../../src/kv/cliContexts/contextId';

const settingsId = /^[a-z0-9]+(-[a-z0-9]+)*$/;
const authority = /^[a-z0-9-]+$/;

describe('the id of a context', () => {
  it.each([
    ['local', 'context--local'],
    ['eu-west-1', 'context--eu-west-1'],
    ['ngs.js', 'context--ngs-js--'],
    ['Local', 'context--local--'],
    ['ľuboš', 'context--ubo--'],
    ['日本', 'context--unnamed--'],
  ])('of %j starts with %s', (name, start) => {
    const id = contextIdOf(name);
    expect(id.startsWith(start)).toBe(true);
    expect(id.slice(start.length)).toMatch(start.endsWith('--') ? /^[0-9a-f]{8}$/ : /^$/);
  });

  it('is the same each time, in every process', () => {
    expect(contextIdOf('Local')).toBe('context--local--8c31e6e7');
  });

  it('is fit for the authority of a URI and never one of the settings', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', minLength: 1 }), (name) => {
        for (const id of [contextIdOf(name), contextFileIdOf(`/x/${name}.json`, name)]) {
          expect(id).toMatch(authority);
          expect(id).not.toMatch(settingsId);
        }
      }),
    );
  });

  it('differs for different names, those made to look like another id included', () => {
    const short = fc.string({ unit: fc.constantFrom('a', 'A', '-', '.', 'b', ' '), minLength: 1 });
    const names = fc.oneof(
      short,
      fc.string({ unit: 'grapheme', minLength: 1 }),
      short.map((name) => contextIdOf(name).replace(/^context--/, '')),
      short.map((name) =>
        contextIdOf(name)
          .replace(/^context--/, '')
          .replace('--', '-'),
      ),
    );
    fc.assert(
      fc.property(names, names, (a, b) => {
        fc.pre(a !== b);
        expect(contextIdOf(a)).not.toBe(contextIdOf(b));
        expect(contextFileIdOf(a, 'same')).not.toBe(contextFileIdOf(b, 'same'));
        expect(contextFileIdOf(a, b)).not.toBe(contextIdOf(a));
      }),
      { numRuns: 2000 },
    );
  });
});
