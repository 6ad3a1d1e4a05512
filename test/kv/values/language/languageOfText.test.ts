import { describe, expect, it } from 'vitest';
import { knownLanguage, languageOfText } from '../../../../src/kv/values/language/languageOfText';
import { expectLinear } from '../../../support/linear';

/** Values by what they are; a key only where it matters. */
const values: [language: string, what: string, text: string, key?: string][] = [
  ['json', 'an object', '{"id":42,"status":"paid"}'],
  ['json', 'a list over lines', '[\n  1,\n  2\n]\n'],
  ['json', 'a quoted text', '"text"'],
  ['json', 'a byte order mark before an object', '\ufeff{"a":1}'],
  ['json', 'JSON in a key for YAML', '{"a":1}', 'service.yaml'],
  ['json', 'broken JSON in a key for JSON', '{"a":1', 'config.json'],
  ['jsonc', 'an object with a comment', '{\n  // how many\n  "limit": 10\n}'],
  ['jsonc', 'an object with a trailing comma', '{"a": [1, 2,],}'],
  ['jsonl', 'objects one a line', '{"a":1}\n{"a":2}\n{"a":3}\n'],
  ['jsonl', 'lists one a line', '[1,"a"]\n[2,"b"]'],
  ['plaintext', 'braces of a template', '{{ name }}'],
  ['plaintext', 'a cut object', '{broken'],
  ['plaintext', 'a log line in brackets', '[info] service started'],
  ['plaintext', 'a list of a language that is not JSON', "['a', 'b']"],
  ['yaml', 'nested keys', 'server:\n  host: localhost\n  port: 8080\n'],
  ['yaml', 'flat keys of a program', 'host: localhost\nport: 8080\ndebug: true\n'],
  ['yaml', 'a document with its mark', '---\nname: Build\n'],
  ['yaml', 'a list of objects', '- name: a\n  port: 1\n- name: b\n  port: 2\n'],
  ['yaml', 'a list below a key', 'version: 2\nsteps:\n- checkout\n- build the image\n'],
  ['yaml', 'a block of text', 'name: job\nscript: |\n  set -e\n  echo "a: b"\nretry: 2\n'],
  ['yaml', 'comments', '# limits\nrate: 10 # per second\n\nburst: 20\n'],
  ['yaml', 'anything in a key for YAML', 'a: 1', 'service.yaml'],
  ['plaintext', 'one line of prose with a colon', 'Note: this is important'],
  ['plaintext', 'one key with a value', 'status: ok'],
  ['plaintext', 'prose with colons', 'Dear team: hello.\nNote: we meet at noon.\nThanks: all.'],
  [
    'plaintext',
    'lower-case prose with colons',
    'warning: the disk is full\nerror: cannot write it',
  ],
  ['plaintext', 'HTTP headers', 'Content-Type: text/html\nHost: example.com\nAccept: */*'],
  ['plaintext', 'a list of things', '- buy milk\n- write tests\n'],
  ['plaintext', 'a stack trace', 'Error: boom\n    at run (main.js:1:2)\n    at main.js:7:1'],
  ['plaintext', 'log lines with times', '12:04:31 started\n12:04:32 listening on 8080'],
  ['plaintext', 'a conversation', 'anna: when do we meet\nben: at ten: sharp'],
  ['plaintext', 'keys with a second colon', 'level: info: started\nport: 80\nhost: a'],
  ['xml', 'a prologue', '<?xml version="1.0"?><a/>'],
  ['xml', 'an element with its end', '<order id="1"><item/></order>\n'],
  ['xml', 'a picture', '<svg viewBox="0 0 1 1"><path d=""/></svg>'],
  ['html', 'a page', '<!DOCTYPE html>\n<html><body>Hi</body></html>'],
  ['html', 'a fragment', '<div class="card"><p>Hi</p></div>'],
  ['plaintext', 'a comparison', '<3 forever'],
  ['plaintext', 'an address in angle brackets', '<anna@example.com>'],
  ['plaintext', 'a placeholder', '<name> was here'],
  ['toml', 'sections with typed values', '[server]\nhost = "localhost"\nport = 8080\n'],
  ['toml', 'typed values with spaces', 'title = "x"\nretries = 3\ndebug = false\n'],
  ['toml', 'a list over lines', '[deps]\nnames = [\n  "a",\n  "b",\n]\n'],
  ['ini', 'sections with words', '[mysqld]\nuser=mysql\nsocket=/var/run/mysqld.sock\n'],
  ['ini', 'a section with comments', '; main\n[core]\neditor = vim\n'],
  ['properties', 'dotted names', 'server.port=8080\nserver.host=localhost\n'],
  ['properties', 'names with comments', '# pool\nmaxSize=10\nminSize=1\n'],
  ['dotenv', 'names in capitals', 'DATABASE_URL=postgres://db/app\nLOG_LEVEL=debug\n'],
  ['dotenv', 'exported names', 'export A_KEY=1\nexport B_KEY="two"\n'],
  ['plaintext', 'one setting', 'LOG_LEVEL=debug'],
  ['plaintext', 'a query', 'a=1&b=2&c=3'],
  ['plaintext', 'an equation', 'e = mc2'],
  ['plaintext', 'assignments of a program', 'x = f(1)\nreturn x'],
  ['sql', 'a query', 'SELECT id, name\nFROM orders\nWHERE id = 1'],
  ['sql', 'a query in small letters', 'select * from orders;'],
  ['sql', 'a table after a comment', '-- orders\nCREATE TABLE orders (id int);'],
  ['sql', 'an update', "UPDATE flags SET enabled = true WHERE name = 'beta'"],
  ['plaintext', 'prose that selects', 'Select an item from the list'],
  ['plaintext', 'prose that updates', 'Update the page and set the date'],
  ['markdown', 'headings and a list', '# Title\n\n- one\n- two\n'],
  ['markdown', 'a heading and a link', '# Title\n\nSee [docs](https://example.com).\n'],
  ['markdown', 'a fenced block', 'Run:\n\n```sh\nls\n```\n'],
  ['plaintext', 'a comment alone', '# not a heading\n# of anything'],
  ['plaintext', 'a channel', '#general'],
  ['shellscript', 'a shell script', '#!/bin/sh\nset -e\necho hi\n'],
  ['shellscript', 'bash found by env', '#!/usr/bin/env -S bash\necho hi\n'],
  ['python', 'a Python script', '#!/usr/bin/env python3\nprint(1)\n'],
  ['javascript', 'a Node script', '#!/usr/bin/env node\nconsole.log(1)\n'],
  ['csv', 'a table', 'id,name,price\n1,apple,0.5\n2,"pear, green",0.7\n'],
  ['csv', 'a table with semicolons', 'id;name\n1;apple\n2;pear\n'],
  ['plaintext', 'prose with commas', 'Hello, world\nDear, Bob\nBye, Ann\n'],
  ['plaintext', 'prose with commas below two words', 'Dear,Bob\nHello, world\nBye, Ann'],
  ['plaintext', 'coordinates', '1,2\n3,4\n5,6\n'],
  ['plaintext', 'a certificate', '-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n'],
  ['plaintext', 'nothing', ''],
  ['plaintext', 'white space', ' \n\t\n'],
  ['plaintext', 'a number', '42'],
  ['plaintext', 'a negative number', '-17.5e3\n'],
  ['plaintext', 'a date', '2025-04-01'],
  ['plaintext', 'a time', '2025-04-01T12:00:00Z'],
  ['plaintext', 'a URL', 'https://example.com:8080/a?b=c#d'],
  ['plaintext', 'a duration', '12:30'],
  ['plaintext', 'an identifier', '550e8400-e29b-41d4-a716-446655440000'],
  ['plaintext', 'a boolean', 'true'],
  ['plaintext', 'base64', 'aGVsbG8gd29ybGQ='],
  ['plaintext', 'a token', 'eyJhbGciOiJIUzI1NiJ9.eyJhIjoxfQ.c2ln'],
  ['plaintext', 'a path', '/var/log/app.log'],
  ['plaintext', 'a Windows path', 'C:\\data\\file.txt'],
  ['plaintext', 'a word with a key that looks like a program', 'new', 'orders.eu.py'],
  ['plaintext', 'an emoji', '🎉'],
  ['toml', 'a key for TOML', 'x', 'app.TOML'],
  ['css', 'a key for CSS', 'a { color: red }', 'theme.css'],
  ['shellscript', 'a key for a script', 'ls', 'run.sh'],
  ['dotenv', 'a key for an environment', 'A=1', 'prod.env'],
];

describe('languageOfText', () => {
  it.each(values)('finds %s in %s', (language, _, text, key = 'config') => {
    expect(languageOfText(key, text)).toBe(language);
    expect(languageOfText(key, text.replaceAll('\n', '\r\n'))).toBe(language);
  });

  it('takes a large value for JSON by how it begins', () => {
    expect(languageOfText('k', `[${'1,'.repeat(1_500_000)}1]`)).toBe('json');
    expect(languageOfText('k', 'a'.repeat(3_000_000))).toBe('plaintext');
  });

  it.each([
    ['many spaces', ' '.repeat(200_000)],
    ['many dashes', '- '.repeat(100_000)],
    ['many keys', 'a: 1\n'.repeat(50_000)],
    ['many quotes', '"'.repeat(200_000)],
    ['many brackets', '['.repeat(200_000)],
    ['many angles', '<a '.repeat(100_000)],
    ['many comments', '<!--'.repeat(50_000)],
    ['a SELECT without an end', `SELECT ${'a '.repeat(100_000)}`],
    ['many stars', '**a'.repeat(60_000)],
    ['many fences', '```a\n'.repeat(40_000)],
    ['many SQL comments', '-- a\n'.repeat(40_000)],
    ['many open comments', '/*'.repeat(100_000)],
    ['a long line of prose', `# ${'a [b]('.repeat(30_000)}`],
  ])('takes linear time over %s', (_, text) => {
    expectLinear((size) => void languageOfText('k', text.slice(0, size)), text.length);
  });
});

describe('knownLanguage', () => {
  const known = new Set(['json', 'ini', 'plaintext']);

  it.each([
    ['json', 'json'],
    ['toml', 'ini'],
    ['jsonc', 'json'],
    ['dotenv', 'plaintext'],
    ['csv', 'plaintext'],
  ])('sets %s as %s', (language, expected) => {
    expect(knownLanguage(language, known)).toBe(expected);
  });
});
