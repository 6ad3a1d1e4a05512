import { describe, expect, it } from 'vitest';
import {
  addLogin,
  draftOf,
  dropLogins,
  entryOf,
  newDraft,
  placeFor,
  secretsIn,
  setAuth,
  setSecret,
  withChanges,
} from '../../../src/extension/connections/connectionDraft';
import type { ConnectionEntry } from '../../../src/extension/connections/parseConnection';

const full: ConnectionEntry = {
  id: 'a',
  name: 'A',
  url: 'tls://a',
  folder: 'Team',
  environment: 'production',
  readOnly: true,
  auth: [{ method: 'userPassword', user: 'alice' }, { method: 'token' }],
  tls: { ca: '~/ca.pem' },
  domain: 'hub',
};

function withoutReadOnly(entry: ConnectionEntry): object {
  return Object.fromEntries(Object.entries(entry).filter(([field]) => field !== 'readOnly'));
}

describe('an entry that was changed elsewhere while it was edited', () => {
  it('has both changes, and those of the editor where both changed the same', () => {
    const draft = draftOf(full, 'user');
    const before = entryOf(draft, full);
    Object.assign(draft, { url: 'tls://b', readOnly: false, environment: 'test' });
    const after = entryOf(draft, full);
    const now = { ...full, folder: 'Others', name: 'B', environment: 'staging' };

    expect(withChanges(now, before, after)).toEqual(
      withoutReadOnly({ ...now, url: 'tls://b', environment: 'test' }),
    );
    expect(withChanges(now, before, before)).toEqual(now);
  });
});

describe('what stands before the server', () => {
  const header = { kind: 'header', name: 'Authorization' } as const;
  const proxy = { kind: 'proxy', user: 'me' } as const;

  it('has its logins beside that of the server, without their secrets', () => {
    const draft = newDraft('ws://a');
    draft.name = 'a';
    draft.proxy = 'socks5://p';
    setAuth(draft, { kind: 'token' });
    addLogin(draft, header, { ...header, value: 'hunter1' });
    addLogin(draft, { ...header, name: 'AUTHORIZATION' }, { ...header, value: 'hunter2' });
    addLogin(draft, proxy, { ...proxy, password: 'hunter3' });
    expect(entryOf(draft)).toEqual({
      name: 'a',
      url: 'ws://a',
      proxy: 'socks5://p',
      auth: [
        { method: 'token' },
        { method: 'header', name: 'AUTHORIZATION' },
        { method: 'proxy', user: 'me' },
      ],
    });
    expect(secretsIn(draft)).toEqual([
      { ...header, value: 'hunter2' },
      { ...proxy, password: 'hunter3' },
    ]);
    expect(draft.place).toBe('stored');
    expect(draftOf(entryOf(draft), 'user')).toMatchObject({
      proxy: 'socks5://p',
      moreAuth: [{}, {}],
    });
  });

  it('has none any more where they were taken away', () => {
    const draft = newDraft('ws://a');
    addLogin(draft, header, { ...header, value: 'word' });
    addLogin(draft, proxy, { ...proxy, password: 'word' });
    dropLogins(draft, 'header');
    dropLogins(draft, 'proxy');
    expect(draft).toMatchObject({ moreAuth: [], moreCredentials: [] });
  });
});

describe('a draft of a connection', () => {
  it('gives the entry back that it was made of', () => {
    expect(entryOf(draftOf(full, 'user'), full)).toEqual(full);
  });

  it('keeps a single login single', () => {
    const one = { ...full, auth: { method: 'jwt', bearer: true } } as const;
    expect(entryOf(draftOf(one, 'user'), one)).toEqual(one);
  });

  it('writes only what was chosen', () => {
    const draft = newDraft('nats://a');
    draft.name = 'a';
    expect(entryOf(draft)).toEqual({ name: 'a', url: 'nats://a' });
  });

  it('takes a field away that was cleared', () => {
    const draft = draftOf(full, 'user');
    draft.environment = undefined;
    draft.readOnly = false;
    draft.tls = undefined;
    expect(entryOf(draft, full)).toEqual({
      id: 'a',
      name: 'A',
      url: 'tls://a',
      folder: 'Team',
      auth: full.auth,
      domain: 'hub',
    });
  });

  it('holds no secret in the entry', () => {
    const draft = newDraft('nats://a');
    setAuth(draft, { kind: 'userPassword', user: 'alice' });
    setSecret(draft, { kind: 'userPassword', user: 'alice', password: 'hunter2' });
    expect(JSON.stringify(entryOf(draft))).not.toContain('hunter2');
  });

  it('drops a secret when the login changes, and only then', () => {
    const draft = newDraft('nats://a');
    setAuth(draft, { kind: 'userPassword', user: 'alice' });
    setSecret(draft, { kind: 'userPassword', user: 'alice', password: 'hunter2' });
    setAuth(draft, { kind: 'userPassword', user: 'alice' });
    expect(draft.credentials).toBeDefined();
    setAuth(draft, { kind: 'userPassword', user: 'bob' });
    expect(draft.credentials).toBeUndefined();
    expect(draft.place).toBeUndefined();
  });
});

describe('where a secret is kept', () => {
  const password = { kind: 'userPassword', user: 'me', password: 'p' } as const;
  const header = { kind: 'header', name: 'Authorization' } as const;

  it('is where it was for one that stays, whatever is chosen for a new one', () => {
    const draft = draftOf({ name: 'a', url: 'ws://a' }, 'user');
    setAuth(draft, { kind: 'userPassword', user: 'me' });
    draft.credentials = password;
    draft.kept = new Map([[password, 'stored']]);
    const given = { ...header, value: 'v' };
    addLogin(draft, header, given);
    draft.place = 'session';
    expect(secretsIn(draft).map((each) => placeFor(draft, each))).toEqual(['stored', 'session']);
  });

  it('is where the user chose for one that takes the place of another', () => {
    const draft = newDraft('nats://a');
    setAuth(draft, { kind: 'userPassword', user: 'me' });
    draft.credentials = password;
    draft.kept = new Map([[password, 'session']]);
    const changed = { ...password, password: 'q' };
    setSecret(draft, changed);
    expect(placeFor(draft, changed)).toBe('stored');
  });
});
