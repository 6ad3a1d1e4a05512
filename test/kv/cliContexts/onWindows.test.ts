import { expect, it, vi } from 'vitest';
import {
  contextFileIn,
  contextPathsOf,
  pathProblems,
} from '../../../src/kv/cliContexts/contextFolder';
import { parseSettings } from '../../../src/kv/cliContexts/contextSettings';
import { placeOf, type PlacedField } from '../../../src/kv/cliContexts/secretPlace';

vi.mock('node:path', async (load) => (await load<{ readonly win32: object }>()).win32);

const home = 'C:\\Users\\Jörg 李';
const env = { USERPROFILE: home, KEYS: '\\\\server\\share\\keys' };

it('finds the contexts below the home folder, or where XDG_CONFIG_HOME says', () => {
  expect(contextPathsOf({ env: {}, home })).toEqual({
    folder: `${home}\\.config\\nats`,
    contexts: `${home}\\.config\\nats\\context`,
    selected: `${home}\\.config\\nats\\context.txt`,
  });
  for (const given of ['D:\\conf', '\\\\server\\share\\conf', 'd:/conf']) {
    const { folder } = contextPathsOf({ env: { XDG_CONFIG_HOME: given }, home });
    expect(folder).toBe(`${given.replaceAll('/', '\\')}\\nats`);
    expect(pathProblems({ env: { XDG_CONFIG_HOME: given }, home })).toEqual([]);
  }
  expect(pathProblems({ env: { XDG_CONFIG_HOME: 'D:conf' }, home })).toHaveLength(1);
});

it('takes NATS_CONTEXT for a file where it is the whole path of one', () => {
  expect(contextFileIn({ NATS_CONTEXT: 'C:\\a b\\x.json' })).toBe('C:\\a b\\x.json');
  expect(contextFileIn({ NATS_CONTEXT: '\\\\server\\share\\x.json' })).toBeDefined();
  expect(contextFileIn({ NATS_CONTEXT: 'C:x.json' })).toBeUndefined();
});

it.each<readonly [PlacedField, string, string]>([
  ['creds', 'C:\\keys\\app.creds', 'C:\\keys\\app.creds'],
  ['creds', 'c:/keys/app.creds', 'c:/keys/app.creds'],
  ['creds', '\\\\server\\share\\app.creds', '\\\\server\\share\\app.creds'],
  ['creds', 'file://C:\\keys\\app.creds', 'C:\\keys\\app.creds'],
  ['creds', '~\\keys\\app.creds', `${home}\\keys\\app.creds`],
  ['nkey', '$USERPROFILE\\app.nk', `${home}\\app.nk`],
  ['ca', '${KEYS}\\ca.pem', '\\\\server\\share\\keys\\ca.pem'],
  ['user_seed', 'C:\\keys\\app.nk', 'C:\\keys\\app.nk'],
])('takes %s of %s for a file', (field, value, path) => {
  expect(placeOf(field, value, { env, home })).toEqual({ kind: 'file', path });
});

it('takes no path that depends on the folder of a drive', () => {
  const place = placeOf('creds', 'C:app.creds', { env, home });
  expect(place).toMatchObject({
    kind: 'file',
    problem: expect.stringContaining('relative') as unknown,
  });
});

it('reads a context as editors of Windows store it: with a byte order mark and CRLF', () => {
  const text =
    '\ufeff{\r\n  "url": "nats://127.0.0.1:4222",\r\n  "creds": "C:\\\\keys\\\\app.creds"\r\n}\r\n';
  const parsed = parseSettings(text);
  expect('settings' in parsed && parsed.settings.text('creds')).toBe('C:\\keys\\app.creds');
});
