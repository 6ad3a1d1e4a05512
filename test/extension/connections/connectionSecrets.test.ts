import { beforeEach, describe, expect, it } from 'vitest';
import type { ConnectionConfig } from '../../../src/kv/model/connectionConfig';
import { ConnectionSecrets } from '../../../src/extension/connections/connectionSecrets';
import { FakeSecretStorage } from './fakeSecretStorage';

const config: ConnectionConfig = {
  id: 'staging',
  name: 'staging',
  url: 'tls://a:4222',
  auth: [{ kind: 'userPassword', user: 'alice' }],
};
const credentials = { kind: 'userPassword', user: 'alice', password: 'hunter2' } as const;

let storage: FakeSecretStorage;
let secrets: ConnectionSecrets;

beforeEach(() => {
  storage = new FakeSecretStorage();
  secrets = new ConnectionSecrets(storage);
});

describe('ConnectionSecrets', () => {
  it('finds in another window what was stored', async () => {
    await secrets.keep(config, credentials, 'stored');

    const elsewhere = new ConnectionSecrets(storage);
    expect(await elsewhere.find(config, 'userPassword')).toEqual(credentials);
  });

  it('finds what another window has changed since, and not what that has forgotten', async () => {
    const elsewhere = new ConnectionSecrets(storage);
    await secrets.keep(config, credentials, 'stored');
    await elsewhere.keep(config, { ...credentials, password: 'newer' }, 'stored');

    expect(await secrets.find(config, 'userPassword')).toMatchObject({ password: 'newer' });
    await elsewhere.forget(config.id);
    expect(await secrets.find(config, 'userPassword')).toBeUndefined();
  });

  it('keeps those of connections of one name that lead elsewhere, as in another profile', async () => {
    const inProfile = { ...config, url: 'tls://b:4222' };
    const inWorkspace = { ...config, url: 'tls://c:4222' };
    await secrets.keep(config, credentials, 'stored');
    await secrets.keep(inProfile, { ...credentials, password: 'b' }, 'stored');
    await secrets.keep(inWorkspace, { ...credentials, password: 'c' }, 'session');

    expect(await secrets.find(config, 'userPassword')).toEqual(credentials);
    expect(await secrets.find(inProfile, 'userPassword')).toMatchObject({ password: 'b' });
    expect(await secrets.find(inWorkspace, 'userPassword')).toMatchObject({ password: 'c' });
    await secrets.forget(config.id);
    expect(storage.all.size).toBe(0);
  });

  it('keeps no more than a few of them', async () => {
    const at = (port: number) => ({ ...config, url: `tls://a:${port}` });
    for (let port = 1; port <= 10; port++) {
      await secrets.keep(at(port), credentials, 'stored');
    }

    expect(await secrets.find(at(2), 'userPassword')).toBeUndefined();
    expect(await secrets.find(at(3), 'userPassword')).toEqual(credentials);
  });

  it('drops what an edited connection does not need any more, and nothing else', async () => {
    const auth = [{ kind: 'userPassword', user: 'alice' }, { kind: 'token' }] as const;
    const before = { ...config, auth };
    const other = { ...before, url: 'tls://b:4222' };
    const token = { kind: 'token', token: 'word' } as const;
    for (const place of [before, other]) {
      await secrets.keep(place, credentials, 'stored');
      await secrets.keep(place, token, place === other ? 'stored' : 'session');
    }

    await secrets.dropReplaced(before, { ...before, name: 'Staging' });
    expect(await secrets.find(before, 'token')).toEqual(token);
    await secrets.dropReplaced(before, config);
    expect(await secrets.find(before, 'token')).toBeUndefined();
    expect(await secrets.find(before, 'userPassword')).toEqual(credentials);
    await secrets.dropReplaced(before, { ...before, url: 'tls://c:4222' });
    expect(await secrets.find(before, 'userPassword')).toBeUndefined();
    expect(await secrets.find(other, 'userPassword')).toEqual(credentials);
    expect(await secrets.find(other, 'token')).toEqual(token);
  });

  it('keeps what is for the session out of the storage', async () => {
    await secrets.keep(config, credentials, 'session');

    expect(await secrets.find(config, 'userPassword')).toEqual(credentials);
    expect(secrets.placeOf(config, 'userPassword')).toBe('session');
    expect(storage.all.size).toBe(0);
  });

  it('takes a secret out of the storage when it is kept for the session instead', async () => {
    await secrets.keep(config, credentials, 'stored');
    await secrets.keep(config, credentials, 'session');

    expect(storage.all.size).toBe(0);
  });

  it('takes a secret out of the session when it is stored instead', async () => {
    await secrets.keep(config, { ...credentials, password: 'old' }, 'session');
    await secrets.keep(config, credentials, 'stored');

    expect(await secrets.find(config, 'userPassword')).toEqual(credentials);
  });

  it.each<[string, Partial<ConnectionConfig>]>([
    ['another server', { url: 'tls://evil:4222' }],
    ['no TLS', { url: 'nats://a:4222' }],
    ['another authority', { tls: { caFile: '/evil.pem' } }],
    ['another user', { auth: [{ kind: 'userPassword', user: 'mallory' }] }],
    ['another connection', { id: 'other' }],
  ])('does not give a secret to %s', async (_, change) => {
    await secrets.keep(config, credentials, 'stored');

    expect(await secrets.find({ ...config, ...change }, 'userPassword')).toBeUndefined();
  });

  it('gives it where only the label changed', async () => {
    await secrets.keep(config, credentials, 'stored');

    const renamed = { ...config, name: 'Staging', folder: 'Team', readOnly: true };
    expect(await secrets.find(renamed, 'userPassword')).toEqual(credentials);
  });

  it('forgets every secret of a connection', async () => {
    await secrets.keep(config, credentials, 'stored');
    await secrets.keep(config, { kind: 'token', token: 't' }, 'session');
    await secrets.forget('staging');

    expect(await secrets.find(config, 'userPassword')).toBeUndefined();
    expect(await secrets.find(config, 'token')).toBeUndefined();
    expect(storage.all.size).toBe(0);
  });

  it('keeps headers by their names, whatever the case, and forgets them too', async () => {
    const header = (name: string, value: string) => ({ kind: 'header', name, value }) as const;
    await secrets.keep(config, header('Client-Id', 'me'), 'stored');
    await secrets.keep(config, header('Client-Secret', 'word'), 'stored');
    await secrets.keep(config, header('Other', 'word'), 'session');

    expect(await secrets.find(config, 'header/client-id')).toMatchObject({ value: 'me' });
    expect(await secrets.find(config, 'header/client-secret')).toMatchObject({ value: 'word' });

    await new ConnectionSecrets(storage).forget('staging');
    await secrets.forget('staging');
    expect(storage.all.size).toBe(0);
    expect(await secrets.find(config, 'header/other')).toBeUndefined();
  });

  it('gives secrets only through the proxy that they were given for, and its own only to it', async () => {
    const auth = [{ kind: 'proxy', user: 'me' }] as const;
    const through = { ...config, auth, proxy: 'socks5://p:1080' };
    const secret = { kind: 'proxy', user: 'me', password: 'word' } as const;
    await secrets.keep(through, secret, 'stored');

    expect(await secrets.find(through, 'proxy')).toEqual(secret);
    expect(await secrets.find({ ...through, proxy: 'socks5://q:1080' }, 'proxy')).toBeUndefined();
    expect(await secrets.find({ ...through, proxy: undefined }, 'proxy')).toBeUndefined();
    const other = { ...through, auth: [{ kind: 'proxy', user: 'you' }] as const };
    expect(await secrets.find(other, 'proxy')).toBeUndefined();
    await secrets.forget('staging');
    expect(storage.all.size).toBe(0);
  });

  it('gives secrets only through the tunnel that they were given for', async () => {
    const through = { ...config, tunnel: { kind: 'ssh', destination: 'bastion' } as const };
    const secret = { kind: 'token', token: 'word' } as const;
    await secrets.keep(through, secret, 'stored');

    expect(await secrets.find(through, 'token')).toEqual(secret);
    expect(await secrets.find(config, 'token')).toBeUndefined();
    const other = { ...through, tunnel: { kind: 'ssh', destination: 'other' } as const };
    expect(await secrets.find(other, 'token')).toBeUndefined();
  });

  it('asks again for what cannot be read', async () => {
    await storage.store('natsKv.connection/staging/token', 'not JSON');

    expect(await secrets.find(config, 'token')).toBeUndefined();
  });
});
