import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import type { AuthMethod, ConnectionConfig } from '../../../src/kv/model/connectionConfig';
import { ConnectionSecrets } from '../../../src/extension/connections/connectionSecrets';
import {
  CredentialSource,
  type AskForSecret,
} from '../../../src/extension/connections/credentialSource';
import { FakeSecretStorage } from './fakeSecretStorage';

const password = { kind: 'userPassword', user: 'alice', password: 'right' } as const;

let secrets: ConnectionSecrets;
let ask: ReturnType<typeof vi.fn<AskForSecret>>;
let source: CredentialSource;

beforeEach(() => {
  secrets = new ConnectionSecrets(new FakeSecretStorage());
  ask = vi.fn<AskForSecret>().mockResolvedValue(password);
  source = new CredentialSource(secrets, ask);
});

function config(...auth: AuthMethod[]): ConnectionConfig {
  return { id: 'a', name: 'a', url: 'nats://a', auth };
}

const withPassword = config({ kind: 'userPassword', user: 'alice' });

/** Refused again in a dial that somebody asked for. */
function refuseForGood(): void {
  source.refused('a', 'byItself');
  source.refused('a', 'askedFor');
}

describe('CredentialSource', () => {
  it('presents nothing where no login is configured', async () => {
    expect(await source.of({ id: 'a', name: 'a', url: 'nats://a' })).toEqual([]);
    expect(ask).not.toHaveBeenCalled();
  });

  it('uses the secret that is kept', async () => {
    await secrets.keep(withPassword, password, 'stored');

    expect(await source.of(withPassword)).toEqual([password]);
    expect(ask).not.toHaveBeenCalled();
  });

  it('asks for a secret that is missing', async () => {
    expect(await source.of(withPassword)).toEqual([password]);
    expect(ask).toHaveBeenCalledExactlyOnceWith(
      withPassword,
      withPassword.auth?.[0],
      'missing',
      undefined,
    );
  });

  it('asks only once for two dials at the same time', async () => {
    await Promise.all([source.of(withPassword), source.of(withPassword)]);

    expect(ask).toHaveBeenCalledTimes(1);
  });

  it('does not ask for a secret that was refused once, which may pass', async () => {
    await secrets.keep(withPassword, password, 'stored');
    await source.of(withPassword);

    expect(source.refused('a', 'askedFor')).toBe(false);
    expect(await source.of(withPassword)).toEqual([password]);
    expect(ask).not.toHaveBeenCalled();
  });

  it('asks nobody in a dial that comes by itself', async () => {
    await expect(source.of(withPassword, undefined, 'byItself')).rejects.toMatchObject({
      kind: 'noSecret',
    });
    await secrets.keep(withPassword, password, 'stored');
    refuseForGood();
    expect(await source.of(withPassword, undefined, 'byItself')).toEqual([password]);
    expect(ask).not.toHaveBeenCalled();
  });

  it('wants to be asked at once when a dial that was asked for is refused again', async () => {
    await secrets.keep(withPassword, password, 'stored');
    await source.of(withPassword);
    source.refused('a', 'byItself');

    expect(source.refused('a', 'byItself')).toBe(false);
    expect(source.refused('a', 'askedFor')).toBe(true);
  });

  it('asks again only for what was refused: of the server, its ingress or its proxy', async () => {
    const methods = [
      { kind: 'userPassword', user: 'alice' },
      { kind: 'header', name: 'X' },
      { kind: 'proxy', user: 'me' },
    ] as const;
    const all = config(...methods);
    const kept = [
      password,
      { kind: 'header', name: 'X', value: 'old' },
      { kind: 'proxy', user: 'me', password: 'old' },
    ] as const;
    await Promise.all(kept.map((each) => secrets.keep(all, each, 'stored')));
    for (const [at, owner] of (['server', 'header', 'proxy'] as const).entries()) {
      source = new CredentialSource(secrets, ask);
      ask.mockClear();
      await source.of(all);
      source.refused('a', 'byItself', owner);
      expect(source.refused('a', 'askedFor', owner)).toBe(true);
      await source.of(all);
      expect(ask.mock.calls.map(([, method]) => method)).toEqual([methods[at]]);
    }
  });

  it('asks for nothing where the ingress wants a header and the connection has none', async () => {
    await secrets.keep(withPassword, password, 'stored');
    await source.of(withPassword);
    source.refused('a', 'byItself', 'header');
    expect(source.refused('a', 'askedFor', 'header')).toBe(false);
    await source.of(withPassword);
    expect(ask).not.toHaveBeenCalled();
  });

  it('has nothing else to present where all of it stands in files', () => {
    source.refused('a', 'askedFor');
    expect(source.refused('a', 'askedFor')).toBe(false);
  });

  it('keeps a secret that was refused and for which the user gives no other', async () => {
    await secrets.keep(withPassword, password, 'stored');
    refuseForGood();
    ask.mockResolvedValueOnce(undefined);

    await expect(source.of(withPassword)).rejects.toMatchObject({ kind: 'authFailed' });
    expect(await source.of(withPassword, undefined, 'byItself')).toEqual([password]);
  });

  it('asks no more when the server has let us in with what it refused before', async () => {
    await secrets.keep(withPassword, password, 'stored');
    refuseForGood();
    source.accepted('a');

    expect(await source.of(withPassword)).toEqual([password]);
    expect(ask).not.toHaveBeenCalled();
  });

  it('asks anew when the server did not take the secret that is kept', async () => {
    await secrets.keep(withPassword, { ...password, password: 'wrong' }, 'stored');
    refuseForGood();

    expect(await source.of(withPassword)).toEqual([password]);
    expect(ask.mock.calls[0]?.[2]).toBe('refused');
    await secrets.keep(withPassword, password, 'stored');
    await source.of(withPassword);
    expect(ask).toHaveBeenCalledTimes(1);
  });

  it('presents what another window has kept since the refusal, and asks when that is refused too', async () => {
    await secrets.keep(withPassword, { ...password, password: 'wrong' }, 'stored');
    await source.of(withPassword);
    refuseForGood();
    await secrets.keep(withPassword, { ...password, password: 'newer' }, 'stored');

    expect(await source.of(withPassword)).toMatchObject([{ password: 'newer' }]);
    expect(ask).not.toHaveBeenCalled();
    expect(source.refused('a', 'askedFor')).toBe(true);
    expect(await source.of(withPassword)).toEqual([password]);
    expect(ask.mock.calls[0]?.[2]).toBe('refused');
  });

  it('asks anew for every one of several secrets that were refused together', async () => {
    const both = config({ kind: 'userPassword', user: 'alice' }, { kind: 'token' });
    const token = { kind: 'token', token: 't' } as const;
    await secrets.keep(both, { ...password, password: 'wrong' }, 'stored');
    await secrets.keep(both, { ...token, token: 'wrong' }, 'stored');
    refuseForGood();
    ask.mockResolvedValueOnce(password).mockResolvedValueOnce(token);

    expect(await source.of(both)).toEqual([password, token]);
    expect(ask.mock.calls.map(([, { kind }, reason]) => [kind, reason])).toEqual([
      ['userPassword', 'refused'],
      ['token', 'refused'],
    ]);
  });

  it('goes on with the second secret where the user gave up after the first', async () => {
    const both = config({ kind: 'userPassword', user: 'alice' }, { kind: 'token' });
    await secrets.keep(both, password, 'stored');
    refuseForGood();
    ask.mockResolvedValueOnce(password).mockResolvedValueOnce(undefined);
    await expect(source.of(both)).rejects.toMatchObject({ kind: 'noSecret' });

    ask.mockResolvedValueOnce({ kind: 'token', token: 't' });
    await source.of(both);

    expect(ask.mock.calls.map(([, { kind }]) => kind)).toEqual(['userPassword', 'token', 'token']);
  });

  it('fails with what is missing when the user gives up, and asks again the next time', async () => {
    ask.mockResolvedValueOnce(undefined);

    await expect(source.of(withPassword)).rejects.toMatchObject({
      kind: 'noSecret',
      message: 'no password was given for a',
    });
    expect(await source.of(withPassword)).toEqual([password]);
  });

  it('presents several at once, in their order', async () => {
    await secrets.keep(withPassword, password, 'stored');
    ask.mockResolvedValueOnce({ kind: 'token', token: 't' });
    const both = config({ kind: 'userPassword', user: 'alice' }, { kind: 'token' });

    expect(await source.of(both)).toEqual([password, { kind: 'token', token: 't' }]);
  });

  it('reads files anew at each dial', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'secrets-'));
    onTestFinished(() => rm(folder, { recursive: true }));
    const file = join(folder, 'user.creds');
    await writeFile(file, 'first');
    const creds = config({ kind: 'creds', file });

    expect(await source.of(creds)).toEqual([{ kind: 'creds', contents: 'first' }]);
    await writeFile(file, 'rotated');
    expect(await source.of(creds)).toEqual([{ kind: 'creds', contents: 'rotated' }]);
  });

  it('says which file cannot be read', async () => {
    const missing = config({ kind: 'nkey', file: '/no/such/seed' });

    await expect(source.of(missing)).rejects.toMatchObject({
      kind: 'authFailed',
      message: expect.stringContaining('NKey file /no/such/seed cannot be read') as string,
    });
  });

  it('stops when the dial was cancelled meanwhile', async () => {
    const abort = new AbortController();
    ask.mockImplementationOnce(() => {
      abort.abort();
      return Promise.resolve(password);
    });

    await expect(source.of(withPassword, abort.signal)).rejects.toMatchObject({
      kind: 'cancelled',
    });
  });
});
