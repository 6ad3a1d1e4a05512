import { describe, expect, it } from 'vitest';
import {
  draftOf,
  entryOf,
  newDraft,
  setAuth,
  setSecret,
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
