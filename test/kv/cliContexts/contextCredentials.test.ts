import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { credentialsOf } from '../../../src/kv/cliContexts/contextCredentials';
import type { SecretAccess } from '../../../src/kv/cliContexts/references';
import type { Credentials } from '../../../src/kv/model/credentials';
import { KvError } from '../../../src/kv/model/errors';
import { fakeAccess, parseFixture, parseText, secretMark } from './fixtures';

type AccessOptions = Parameters<typeof fakeAccess>[0];

const seed = `SUA${'S3CRET2A'.repeat(6)}SUA2345`;

describe('the credentials of a context', () => {
  const app = { kind: 'userPassword', user: 'app' } as const;
  const direct: readonly (readonly [string, readonly Credentials[]])[] = [
    ['empty', []],
    ['asTheCliWrites', [{ ...app, password: 's3cret-password' }]],
    ['urlUserAndPassword', [{ ...app, password: 's3cret @url' }]],
    ['urlPasswordWithAt', [{ ...app, password: 's3cret@x:1234' }]],
    ['urlToken', [{ kind: 'token', token: 's3cret-token' }]],
    ['urlOverCredentials', [{ ...app, password: 's3cret-url' }]],
    ['urlSeveralUsers', [{ kind: 'userPassword', user: 'one', password: 's3cret-1' }]],
    ['userAlone', [{ ...app, password: '' }]],
    ['passwordAlone', []],
    ['token', [{ kind: 'token', token: 's3cret-token' }]],
    [
      'userBeforeAll',
      [
        { ...app, password: 's3cret-password' },
        { kind: 'token', token: 's3cret-token' },
      ],
    ],
    ['jwtAndSeed', [{ kind: 'jwt', jwt: 's3cret-jwt', seed: 's3cret-seed' }]],
    ['jwtOfBearer', [{ kind: 'jwt', jwt: 's3cret-jwt' }]],
    [
      'nothingExpandedElsewhere',
      [{ kind: 'userPassword', user: '$TEAM', password: '~s3cret-$TEAM' }],
    ],
    ['likeAReference', [{ ...app, password: 's3://s3cret-password' }]],
    ['embedded', [{ kind: 'creds', contents: 's3cret-embedded' }]],
  ];

  it.each(direct)('of %s are in it', async (name, expected) => {
    expect(await credentialsOf(parseFixture(name), fakeAccess())).toEqual(expected);
  });

  it('are read from the environment at each call', async () => {
    const env: Record<string, string> = { APP_PASSWORD: 'first', APP_TOKEN: 'token\r\n' };
    const context = parseFixture('envReferences');
    const token = { kind: 'token', token: 'token' };
    const read = () => credentialsOf(context, fakeAccess({ env }));
    expect(await read()).toEqual([{ ...app, password: 'first' }, token]);
    env['APP_PASSWORD'] = 'second';
    expect(await read()).toEqual([{ ...app, password: 'second' }, token]);
  });

  it('are read from files at each call, at the place that ~ and variables name', async () => {
    const home = await folderWith({ 'app.creds': 'first\n', 'app.nk': `# mine\n ${seed} \r\n` });
    const env = { WHERE: home };
    const access = fakeAccess({ home, env });
    const creds = parseText('{"creds":"~/app.creds"}', 'app', access);
    expect(await credentialsOf(creds, access)).toEqual([{ kind: 'creds', contents: 'first\n' }]);
    await writeFile(join(home, 'app.creds'), 'second\n');
    expect(await credentialsOf(creds, access)).toEqual([{ kind: 'creds', contents: 'second\n' }]);
    for (const nkey of ['${WHERE}/app.nk', 'file://$WHERE/app.nk', 'file://~/app.nk']) {
      const context = parseText(JSON.stringify({ nkey }), 'app', access);
      expect(await credentialsOf(context, access)).toEqual([{ kind: 'nkey', seed }]);
    }
  });

  it('take the seed out of a credentials file that is given as an NKey', async () => {
    const file = `-----BEGIN NATS USER JWT-----\neyJ.x.y\n------END NATS USER JWT------\n\n-----BEGIN USER NKEY SEED-----\n${seed}\n------END USER NKEY SEED------\n`;
    const nkey = `data:;base64,${Buffer.from(file).toString('base64')}`;
    const context = parseText(JSON.stringify({ nkey }));
    expect(await credentialsOf(context, fakeAccess())).toEqual([{ kind: 'nkey', seed }]);
  });

  it('of a JWT may stand in files without a scheme, as the help of the CLI says', async () => {
    const home = await folderWith({ 'app.jwt': 'eyJ.x.y\n', 'app.seed': `${seed}\n` });
    const fields = { user_jwt: join(home, 'app.jwt'), user_seed: join(home, 'app.seed') };
    const context = parseText(JSON.stringify(fields));
    expect(await credentialsOf(context, fakeAccess())).toEqual([
      { kind: 'jwt', jwt: 'eyJ.x.y', seed },
    ]);
  });

  it('are what `op read` prints, when it may run', async () => {
    const access = fakeAccess({ outputs: { op: 'printed\n' } });
    const context = parseText('{"user":"app","password":"op://vault/nats/password"}');
    expect(await credentialsOf(context, access)).toEqual([{ ...app, password: 'printed' }]);
    expect(access.asked).toEqual(['op read op://vault/nats/password']);
    expect(access.ran).toEqual(access.asked);
  });

  it('are in the file that `nsc generate profile` names', async () => {
    const home = await folderWith({ 'app.creds': 'of nsc' });
    const profile = { user_creds: join(home, 'app.creds'), operator: { service: ['nats://b'] } };
    const access = fakeAccess({ outputs: { nsc: JSON.stringify(profile) } });
    expect(await credentialsOf(parseFixture('nscReference'), access)).toEqual([
      { kind: 'creds', contents: 'of nsc' },
    ]);
    expect(access.ran).toEqual(['nsc generate profile nsc://operator/account/user']);
  });
});

describe('credentials that cannot be had', () => {
  const cases: readonly (readonly [string, object, string, AccessOptions?])[] = [
    [
      'a missing file',
      { creds: '/s0me/missing.creds' },
      '/s0me/missing.creds cannot be read: there is no such file',
    ],
    ['a folder', { creds: tmpdir() }, `${tmpdir()} cannot be read: EISDIR`],
    [
      'an unset variable',
      { token: 'env://MISSING' },
      'the variable "MISSING" is not set; start this program where it is, or use a file instead',
    ],
    [
      'an empty variable',
      { token: 'env://EMPTY' },
      'the variable "EMPTY" is not set; start this program where it is, or use a file instead',
      { env: { EMPTY: '' } },
    ],
    [
      'data without base64',
      { token: 'data:text/plain,czNjcmV0' },
      'an embedded secret is not in base64; write it anew with --embed',
    ],
    [
      'data that is not base64',
      { token: 'data:;base64,s3cret!' },
      'an embedded secret is not in base64; write it anew with --embed',
    ],
    [
      'an NKey file without a seed',
      { nkey: 'data:;base64,czNjcmV0' },
      'the NKey file holds no seed; it has a line that starts with SU',
    ],
    [
      'a pasted secret',
      { nkey: seed },
      '"nkey" holds the secret itself; it must be the path of a file or "data:;base64,…"',
    ],
    [
      'an unknown reference',
      { creds: 'vault://s0me' },
      '"creds" is a "vault://" reference, which is not supported; use a file, env://, op:// or nsc://',
    ],
    [
      'a command that is not allowed',
      { token: 'op://vault/token' },
      '"op read op://vault/token" was not allowed to run; allow it and connect again',
      { allow: false, outputs: { op: 's3cret' } },
    ],
    [
      'nsc without a user',
      { creds: 'nsc://operator' },
      '"nsc generate profile" knows no credentials file of this user; create it with nsc',
      { outputs: { nsc: '{"operator":{"seed":"s3cret"}}' } },
    ],
    [
      'nsc with other output',
      { creds: 'nsc://operator' },
      '"nsc generate profile" printed no JSON; is nsc up to date?',
      { outputs: { nsc: 's3cret' } },
    ],
  ];

  it.each(cases.map(([name, ...rest]) => ({ name, rest })))('are told for $name', async (each) => {
    const [fields, message, options] = each.rest;
    const error = await failureOf(fields, fakeAccess(options));
    expect(error).toMatchObject({ kind: 'authFailed', message });
    expect(told(error)).not.toMatch(secretMark);
  });

  it('do not run what is not allowed', async () => {
    const access = fakeAccess({ allow: false });
    await failureOf({ token: 'op://vault/token' }, access);
    expect(access.asked).toHaveLength(1);
    expect(access.ran).toEqual([]);
  });

  it('are not read any more once it is cancelled', async () => {
    const abort = new AbortController();
    const access = fakeAccess();
    const asking: SecretAccess = {
      ...access,
      mayRun: () => {
        abort.abort();
        return Promise.resolve(true);
      },
    };
    const context = parseText('{"token":"op://vault/token"}');
    await expect(credentialsOf(context, asking, abort.signal)).rejects.toMatchObject({
      kind: 'cancelled',
    });
    expect(access.ran).toEqual([]);
  });

  it('are not read to the end either', async () => {
    const abort = new AbortController();
    const file = parseText('{"creds":"/any"}');
    const reading = credentialsOf(file, fakeAccess(), abort.signal);
    abort.abort();
    await expect(reading).rejects.toMatchObject({ kind: 'cancelled' });
  });
});

async function failureOf(fields: object, access: SecretAccess): Promise<KvError> {
  const context = parseText(JSON.stringify(fields), 'app', access);
  try {
    await credentialsOf(context, access);
  } catch (error) {
    if (error instanceof KvError) {
      return error;
    }
    throw error;
  }
  throw new Error('it did not fail');
}

/** All that an error says: its message, its stack and those of its causes. */
function told(error: unknown): string {
  return error instanceof Error ? `${error.stack}\n${told(error.cause)}` : String(error);
}

async function folderWith(files: Readonly<Record<string, string>>): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'contexts-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  for (const [name, text] of Object.entries(files)) {
    await writeFile(join(folder, name), text);
  }
  return folder;
}
