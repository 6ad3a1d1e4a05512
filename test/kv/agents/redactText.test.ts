import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { parseRedactRules, redacted, type RedactRules } from '../../../src/kv/agents/redactRules';
import { redactText } from '../../../src/kv/agents/redactText';
import { keyShower } from '../../../src/kv/agents/shownKey';
import { defaultRedact } from './agentBench';

const secret = 'hunter2hunter2';

function rulesOf(setting: unknown): RedactRules {
  const rules = parseRedactRules(setting);
  if ('problem' in rules) {
    throw new Error(rules.problem);
  }
  return rules;
}

const rules = rulesOf(defaultRedact);
const base64 = (text: string | Uint8Array): string => Buffer.from(text).toString('base64');

/** Texts that must lose the secret, whatever else becomes of them. */
const saying: Readonly<Record<string, string>> = {
  'a member': `{"user":"bob","password":"${secret}"}`,
  'a member in camel case': `{"dbPassword":"${secret}"}`,
  'a member in capitals': `{"API_KEY":"${secret}"}`,
  'a member without a boundary': `{"apikey":"${secret}"}`,
  'a member with an escape': `{"pass\\u0077ord":"${secret}"}`,
  'a member in wide letters': `{"ｐａｓｓｗｏｒｄ":"${secret}"}`,
  'a member with an accent': `{"pässwörd":"${secret}"}`,
  'a member with unseen characters': `{"pass\u200bword":"${secret}"}`,
  'a member that is there twice': `{"password":"${secret}","password":"${secret}1"}`,
  'a subtree': `{"credentials":{"deep":[{"x":"${secret}"}]}}`,
  'names of members in a subtree': `{"tokens":{"${secret}":{"at":1}}}`,
  'an array of secrets': `{"tokens":["${secret}"]}`,
  'JSON after a byte order mark': `\ufeff{"password":"${secret}"}`,
  'a pair of name and value': `[{"name":"DB_PASSWORD","value":"${secret}"}]`,
  'a pair of key and value': `{"key":"password","value":"${secret}"}`,
  'a pair in an array': `[["password","${secret}"]]`,
  'a table with titles': `[["user","password"],["bob","${secret}"]]`,
  'columns and rows': `{"columns":["user","password"],"rows":[["bob","${secret}"]]}`,
  'JSON in a text in JSON': JSON.stringify({ payload: JSON.stringify({ password: secret }) }),
  'JSON in JSON in JSON': JSON.stringify({
    a: JSON.stringify({ b: JSON.stringify({ token: secret }) }),
  }),
  'base64 in JSON': JSON.stringify({ data: base64(`{"password":"${secret}"}`) }),
  'base64 of a line in JSON': JSON.stringify({ data: base64(`password=${secret}`) }),
  'base64 of compressed JSON': JSON.stringify({ data: base64(gzipSync(`{"token":"${secret}"}`)) }),
  'a data URL': JSON.stringify({ data: `data:text/plain;base64,${base64(`password=${secret}`)}` }),
  'hexadecimal in JSON': JSON.stringify({
    data: Buffer.from(`password=${secret}`).toString('hex'),
  }),
  'a header in a text': `{"curl":"-H 'Authorization: Basic ${secret}'"}`,
  'an option in a text': `{"cmd":"run --password ${secret}"}`,
  'a query of a URL': `{"url":"https://x/y?access_token=${secret}"}`,
  'an escaped query': `{"url":"https://x/y?q=access%5Ftoken%3D${secret}"}`,
  'a password in a URL': `{"url":"postgres://bob:${secret}@db/x"}`,
  'a private key': `{"pem":"-----BEGIN RSA PRIVATE KEY-----\\n${secret}"}`,
  'a line of an environment': `USER=bob\nDB_PASSWORD=${secret}\nPORT=1`,
  'a line of an environment over several lines': `A="x\nPASSWORD=${secret}"\nB=1`,
  YAML: `user: bob\npassword: ${secret}\n`,
  'YAML over several lines': `password: |\n  ${secret}\n  more\n`,
  'an INI section': `[credentials]\nuser = bob\nvalue = ${secret}\n`,
  CSV: `user,password\nbob,${secret}\n`,
  XML: `<user><password>${secret}</password></user>`,
  'an attribute of XML': `<db password="${secret}"/>`,
  'lines of JSON': `{"a":1}\n{"password":"${secret}"}\n`,
  'a table in lines of JSON': `["user","password"]\n["bob","${secret}"]\n`,
  'JSON with comments': `// x\n{"password":"${secret}"}`,
  'broken JSON': `{"password":"${secret}"`,
  'a netrc file': `machine x login bob password ${secret}`,
  prose: `The password is ${secret}, do not tell.`,
  'JSON that is nested very deeply': `${'['.repeat(50_000)}{"password":"${secret}"}${']'.repeat(50_000)}`,
};

describe('redacted texts', () => {
  it.each(Object.entries(saying))('lose %s', (_, text) => {
    const shown = redactText(text, rules);
    expect(shown).not.toContain(secret);
    expect(shown).toContain(redacted);
  });

  it('keep every other character of JSON', () => {
    const text = '{ "id": 1.0, "token" : {"a":1}, "n": 12345678901234567890, "x": "\\u0041" }';
    expect(redactText(text, rules)).toBe(
      `{ "id": 1.0, "token" : "${redacted}", "n": 12345678901234567890, "x": "\\u0041" }`,
    );
  });

  it.each([
    '{"id":1,"name":"Bob","keyboard":"de","status":"open","note":"call me: later"}',
    'HOST=db\nPORT=5432',
    'name: bob\nport: 1\n',
    '42',
    '"a text"',
    '{"sha":"9f86d081884c7d659a2feaa0c55ad015a3bf4f1b"}',
  ])('leave alone what is no secret: %s', (text) => {
    expect(redactText(text, rules)).toBe(text);
  });

  it('lose what a JSON path leads to, in texts in JSON too', () => {
    const byPath = rulesOf(['$.customer.card', '$.items[*].pin']);
    const inner = { customer: { card: secret, name: 'Bob' }, items: [{ pin: secret }, { pin: 2 }] };
    expect(JSON.parse(redactText(JSON.stringify(inner), byPath))).toEqual({
      customer: { card: redacted, name: 'Bob' },
      items: [{ pin: redacted }, { pin: redacted }],
    });
    const outer = JSON.stringify({ text: JSON.stringify(inner) });
    expect(redactText(outer, byPath)).not.toContain(secret);
  });

  it('are withheld where a path does not lead to each of two members of one name', () => {
    const text = `{"card":"${secret}","card":"x"}`;
    expect(redactText(text, rulesOf(['$.card']))).not.toContain(secret);
  });

  it('lose all of the place of a path where a part of it would go too', () => {
    const text = JSON.stringify({ note: JSON.stringify({ password: 'a', rest: secret }) });
    expect(redactText(text, rulesOf(['password', '$.note']))).not.toContain(secret);
  });

  it('are withheld where more is inside than is looked at', () => {
    const bomb = base64(gzipSync(Buffer.alloc(3_000_000, 'a')));
    expect(redactText(JSON.stringify({ a: bomb }), rules)).toBe(redacted);
  });

  it('stay as they are without a rule', () => {
    expect(redactText('{"password":1}', rulesOf([]))).toBe('{"password":1}');
  });
});

describe('the setting of what is redacted', () => {
  it.each([
    ['no list', 'password'],
    ['a number', [1]],
    ['a broken path', ['$.a[']],
    ['nothing', ['']],
    ['signs', ['a.b']],
  ])('is refused with %s', (_, setting) => {
    expect(parseRedactRules(setting)).toHaveProperty('problem');
  });
});

describe('keys as agents see them', () => {
  it.each([
    ['users.bob.password', 'users.bob.password', true],
    ['session.token.abc123', `session.token.${redacted}`, true],
    ['session/token-abc123/x', `session/${redacted}`, true],
    [`by.eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0In0.x`, redacted, true],
    ['orders.eu.1', 'orders.eu.1', false],
    ['keyboards.1', 'keyboards.1', false],
  ])('%s is %s', (key, name, isSecret) => {
    expect(keyShower('B', rules)(key)).toEqual({ name, isSecret });
  });

  it('are not shown of a bucket of secrets', () => {
    expect(keyShower('API_TOKENS', rules)('abc')).toEqual({ name: redacted, isSecret: true });
  });

  it('are shown where a pattern withholds their values', () => {
    expect(keyShower('B', rulesOf(['B/eu.*']))('eu.1')).toEqual({ name: 'eu.1', isSecret: true });
    expect(keyShower('C', rulesOf(['B/eu.*']))('eu.1')).toEqual({ name: 'eu.1', isSecret: false });
  });
});
