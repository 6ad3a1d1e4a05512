import fc from 'fast-check';
import { inspect } from 'node:util';
import { describe, expect, it } from 'vitest';
import { broken, contexts } from './expectedContexts';
import { fixtureNames, fixtureText, parseFixture, parseText, secretMark } from './fixtures';

describe('parseContext', () => {
  it.each(Object.entries(contexts))('reads %s', (name, expected) => {
    const identity = { id: `context--${name}`, name, source: 'context' };
    expect(parseFixture(name).config).toEqual({ ...identity, ...expected });
  });

  it.each(Object.entries(broken))('makes a node with the problem of %s', (name, problem) => {
    expect(parseFixture(name).config).toEqual({
      id: `context--${name}`,
      name,
      source: 'context',
      url: '',
      problems: [`/contexts/${name}.json ${problem}. Correct the file, or remove the context.`],
    });
  });

  it('is tested with every fixture', () => {
    expect(Object.keys(contexts).sort()).toEqual(fixtureNames('good').sort());
    expect(Object.keys(broken).sort()).toEqual(fixtureNames('bad').sort());
  });

  it.each([...fixtureNames('good'), ...fixtureNames('bad')])('shows no secret of %s', (name) => {
    const context = parseFixture(name);
    expect(JSON.stringify(context)).not.toMatch(secretMark);
    expect(inspect(context, { depth: null, showHidden: true })).not.toMatch(secretMark);
  });

  it('has a secret in half of the fixtures, so that the search can find one', () => {
    const names = [...fixtureNames('good'), ...fixtureNames('bad')];
    const withSecret = names.filter((name) => secretMark.test(fixtureText(name)));
    expect(withSecret.length).toBeGreaterThan(names.length / 2);
  });

  it('skips the byte order mark of an editor', () => {
    expect(parseText('\uFEFF{"url":"nats://b"}').config.url).toBe('nats://b');
  });

  it('tells what is nested beyond reading', () => {
    const { config } = parseText('['.repeat(200_000));
    expect(config.problems?.[0]).toContain('is nested too deeply to be read');
  });

  it('keeps the identity that it was given', () => {
    const text = '{"name":"other","selected":false}';
    expect(parseText(text, 'mine').config).toMatchObject({
      id: 'context--mine',
      name: 'mine',
      source: 'context',
    });
  });

  it('reads whatever stands in a file, without an exception', () => {
    const fields = Object.keys(JSON.parse(fixtureText('asTheCliWrites')) as object);
    const record = fc.dictionary(fc.constantFrom(...fields), fc.jsonValue());
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          record.map((value) => JSON.stringify(value)),
        ),
        (text) => {
          const { config } = parseText(text);
          expect(config.name).toBe('app');
          expect(config.url !== '' || config.problems !== undefined).toBe(true);
        },
      ),
    );
  });

  it('shows no secret, whatever it is and wherever a secret may stand', () => {
    const fields = ['password', 'token', 'user_jwt', 'user_seed'] as const;
    const secrets = fc.record(
      Object.fromEntries(fields.map((field) => [field, fc.string({ minLength: 1 }).map(mark)])),
      { requiredKeys: [] },
    );
    const prefix = fc.constantFrom('', 'data:;base64,', 'env', 'data:');
    const others = fc.record({ user: fc.constantFrom('', 'app'), url: fc.constantFrom('', 'a,b') });
    fc.assert(
      fc.property(secrets, others, prefix, (given, rest, start) => {
        const marked = Object.fromEntries(
          Object.entries(given).map(([field, text]) => [field, start + text]),
        );
        const context = parseText(JSON.stringify({ ...rest, ...marked }));
        expect(JSON.stringify(context)).not.toMatch(secretMark);
      }),
    );
  });

  it('takes whatever user and password stand in a URL out of it', () => {
    const word = fc.string({ minLength: 1 }).map((text) => encodeURIComponent(mark(text)));
    fc.assert(
      fc.property(word, word, fc.constantFrom('nats://', 'tls://'), (user, password, scheme) => {
        const url = `${scheme}b:1,${scheme}${user}:${password}@[::1]:4222/,${scheme}${user}@c`;
        const { config } = parseText(JSON.stringify({ url }));
        expect(config.url).toBe(`${scheme}b:1,${scheme}[::1]:4222,${scheme}c`);
      }),
    );
  });

  it('uses nothing of a URL whose password or token holds a comma, and shows nothing of it', () => {
    const word = fc.stringMatching(/^[\w:.%-]{0,5}$/);
    fc.assert(
      fc.property(word, word, fc.constantFrom('', 'nats://', 'tls://'), (one, other, scheme) => {
        const url = `${scheme}s3cret${one},${other}s3cret@host:4222,tls://other`;
        const { config } = parseText(JSON.stringify({ url }));

        expect(config.url).toBe('');
        expect(config.problems).toEqual([expect.stringContaining('as %2C')]);
        expect(JSON.stringify(config)).not.toContain('s3cret');
      }),
    );
  });
});

function mark(text: string): string {
  return `s3cret${text}s3cret`;
}
