import { execFileSync } from 'node:child_process';
import { runInNewContext } from 'node:vm';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { codeSnippet } from '../../../src/extension/snippets/codeSnippet';
import { natsCommand } from '../../../src/extension/snippets/natsCommand';
import { shellOf, shellQuote } from '../../../src/extension/snippets/shellQuote';
import type { SnippetTarget } from '../../../src/extension/snippets/snippetTarget';
import { stringLiteral } from '../../../src/extension/snippets/stringLiteral';
import type { ConnectionConfig } from '../../../src/kv/model/connectionConfig';

function target(key: string, config: Partial<ConnectionConfig> = {}): SnippetTarget {
  const url = 'nats://127.0.0.1:4222';
  return {
    config: { id: 'local', name: 'local', url, ...config },
    bucket: 'B',
    key,
    revision: 31,
  };
}

describe('what is copied of a connection behind a tunnel', () => {
  it('names no server that another one may answer for', () => {
    const tunnel = { kind: 'ssh', destination: 'bastion' } as const;
    for (const url of ['nats://127.0.0.1:4222', 'tls://a:4222,tls://b:4222']) {
      const behind = target('a', { url, tunnel });
      const scheme = url.slice(0, url.indexOf(':'));
      const told = [
        natsCommand('update', behind, 'posix'),
        natsCommand('watch', behind, 'posix'),
        ...(['csharp', 'go', 'python', 'typescript'] as const).map((language) =>
          codeSnippet(language, behind),
        ),
      ];
      for (const text of told) {
        expect(text).toContain(`${scheme}://your-tunnel.invalid:4222`);
        expect(text).not.toMatch(/127\.0\.0\.1|\/\/[ab]:/);
      }
    }
  });
});

describe('shellQuote', () => {
  it('gives a POSIX shell what it hands on unchanged', () => {
    const word = fc
      .string({
        unit: fc.oneof(fc.string({ maxLength: 1 }), fc.constantFrom("'", '\n', '$', '\\')),
      })
      .map((text) => text.replaceAll('\0', ''));
    fc.assert(
      fc.property(fc.array(word), (safe) => {
        const quoted = safe.map((text) => shellQuote(text, 'posix')).join(' ');
        const script = `for word in ${quoted}; do printf '%s\\0' "$word"; done`;
        const printed = execFileSync('sh', ['-c', script]).toString();

        expect(printed.split('\0').slice(0, -1)).toEqual(safe);
      }),
      { numRuns: 60 },
    );
  });

  it.each([
    ['orders.eu/a=b_c-1', 'orders.eu/a=b_c-1', 'orders.eu/a=b_c-1'],
    ["it's", `'it'\\''s'`, `'it''s'`],
    ['$KV.B.a', `'$KV.B.a'`, `'$KV.B.a'`],
    ['', `''`, `''`],
    ['--server=a.b', '--server=a.b', `'--server=a.b'`],
    ['-a', '-a', '-a'],
    ['~/creds', `'~/creds'`, `'~/creds'`],
    ['=a', `'=a'`, `'=a'`],
    ['a‘b', `'a‘b'`, `'a‘‘b'`],
    ['a,b', `'a,b'`, `'a,b'`],
  ])('quotes %j', (text, posix, powershell) => {
    expect(shellQuote(text, 'posix')).toBe(posix);
    expect(shellQuote(text, 'powershell')).toBe(powershell);
  });

  it.each([
    ['/bin/bash', 'posix'],
    ['C:\\Windows\\System32\\WindowsPowerShell\\v1.0\\powershell.exe', 'powershell'],
    ['/usr/bin/pwsh', 'powershell'],
    ['C:\\Windows\\System32\\cmd.exe', 'powershell'],
    ['', 'posix'],
  ])('takes %s for %s', (program, shell) => {
    expect(shellOf(program)).toBe(shell);
  });
});

describe('natsCommand', () => {
  it('names the server, and keeps the login of the selected context out of it', () => {
    expect(natsCommand('get', target('orders.eu.42'), 'posix')).toBe(
      'nats --no-context --server nats://127.0.0.1:4222 kv get --raw B orders.eu.42',
    );
  });

  it('names the context that a connection was made of', () => {
    const config = { id: 'context--my-ctx', name: 'my-ctx', source: 'context' } as const;
    expect(natsCommand('watch', target('a', config), 'posix')).toBe(
      'nats --context my-ctx kv watch B a',
    );
    const file = { ...config, id: 'context-file--my-ctx--00000000' };
    expect(natsCommand('watch', target('a', file), 'posix')).toMatch(/--server/);
  });

  it('logs in as far as that goes without a secret', () => {
    const config: Partial<ConnectionConfig> = {
      url: 'tls://a:1, tls://b:2',
      auth: [
        { kind: 'userPassword', user: 'me' },
        { kind: 'creds', file: '/my files/a.creds' },
      ],
      tls: { caFile: '/ca.pem', handshakeFirst: true },
      domain: 'hub',
      inboxPrefix: '_MY',
    };
    expect(natsCommand('history', target('a', config), 'posix')).toBe(
      "nats --no-context --server 'tls://a:1,tls://b:2' --user me --creds '/my files/a.creds'" +
        ' --tlsca /ca.pem --tlsfirst --js-domain hub --inbox-prefix _MY kv history B a',
    );
  });

  it('ends the options before a key that looks like one', () => {
    expect(natsCommand('update', target('-a'), 'posix')).toContain(
      "kv update -- B -a 'new value' 31",
    );
  });

  it('reads a key that nats kv refuses from its stream, and does nothing else with it', () => {
    expect(natsCommand('get', target("foo:'bar'"), 'posix')).toContain(
      `stream get '--last-for=$KV.B.foo:'\\''bar'\\''' -- KV_B`,
    );
    expect(natsCommand('update', target('foo:bar'), 'posix')).toBeUndefined();
  });
});

describe('stringLiteral', () => {
  it('is a literal of JavaScript that stands for the text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        const literal = stringLiteral(text, 'typescript');

        expect(literal).toMatch(/^"[^\p{C}\u2028\u2029]*"$/u);
        expect(runInNewContext(literal)).toBe(text);
      }),
    );
  });

  it.each([
    ['go', '"C:\\\\a\\"\\ufeff\\U000e0001"'],
    ['csharp', '"C:\\\\a\\"\\ufeff\\U000e0001"'],
    ['python', '"C:\\\\a\\"\\ufeff\\U000e0001"'],
    ['typescript', '"C:\\\\a\\"\\ufeff\\u{e0001}"'],
  ] as const)('escapes what %s would not take or not show', (language, literal) => {
    expect(stringLiteral('C:\\a"\ufeff\u{e0001}', language)).toBe(literal);
  });
});

describe('codeSnippet', () => {
  const languages = ['csharp', 'go', 'python', 'typescript'] as const;

  it.each(languages)('takes no secret into %s, only where it comes from', (language) => {
    const auth = [{ kind: 'userPassword', user: 'me "x"' }, { kind: 'token' }] as const;
    const code = codeSnippet(language, target('a', { auth }));
    expect(code).toContain('"me \\"x\\""');
    expect(code).toContain('NATS_PASSWORD');
    expect(code).toContain('NATS_TOKEN');
  });

  it.each(languages)('names in %s what is left to be added, on one line each', (language) => {
    const config: Partial<ConnectionConfig> = {
      name: 'a\nimport os',
      source: 'context',
      auth: [{ kind: 'nkey' }],
      tls: {},
    };
    const code = codeSnippet(language, target('a', config));
    const comment = language === 'python' ? '#' : '//';
    expect(code).toContain(`${comment} Log in as the nats context "a import os" does.`);
    expect(code).toContain(`${comment} Add the login that the connection uses.`);
    expect(code).toContain(`${comment} Add the TLS files that the connection uses.`);
  });
});
