import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { FilePermission, type Uri } from 'vscode';
import { RevisionFileSystem } from '../../../../src/extension/documents/provider/revisionFileSystem';
import { revisionUri } from '../../../../src/extension/documents/address/revisionUri';
import { ConnectionSession } from '../../../../src/kv/session/connectionSession';
import { KvError } from '../../../../src/kv/model/errors';
import { bytes, text } from '../../../kv/contract/harness';
import { FakeKvConnection } from '../../../kv/fakeKvConnection';

let connection: FakeKvConnection;
let session: ConnectionSession;
let files: RevisionFileSystem;

beforeEach(async () => {
  connection = new FakeKvConnection();
  await connection.createBucket({ name: 'b', history: 5 });
  const config = { id: 'local', name: 'local', url: 'nats://127.0.0.1:4222' };
  session = new ConnectionSession(config, () => Promise.resolve(connection));
  files = new RevisionFileSystem((id) => (id === 'local' ? session : undefined));
});

afterEach(() => {
  files.dispose();
  session.dispose();
});

function uri(key: string, revision: number, connectionId = 'local'): Uri {
  return revisionUri({ connectionId, bucket: 'b', key, revision });
}

describe('RevisionFileSystem', () => {
  it('opens a revision by one request, with its own time and size', async () => {
    const revision = connection.foreignPut('b', 'a', 'old');
    connection.foreignPut('b', 'a', 'newer');
    const before = connection.calls.length;
    const stat = await files.stat(uri('a', revision));
    expect(text(await files.readFile(uri('a', revision)))).toBe('old');
    const stored = await connection.getRevision('b', 'a', revision);
    expect(stat).toMatchObject({
      size: 3,
      mtime: stored?.created,
      permissions: FilePermission.Readonly,
    });
    expect(connection.calls.slice(before).filter((call) => call === 'getRevision')).toHaveLength(2);
  });

  it('is empty for a marker', async () => {
    connection.foreignPut('b', 'a', 'x');
    const marker = connection.foreignMark('b', 'a', 'DEL');
    expect(await files.readFile(uri('a', marker))).toEqual(new Uint8Array());
  });

  it('says that a revision is gone only when the server said so', async () => {
    connection.foreignPut('b', 'a', 'x');
    const of = (promise: Promise<unknown>) => expect(promise).rejects;
    await of(files.readFile(uri('a', 9))).toMatchObject({ code: 'FileNotFound' });
    await of(files.readFile(uri('other', 1))).toMatchObject({ code: 'FileNotFound' });
    await of(files.readFile(uri('a', 1, 'missing'))).toMatchObject({ code: 'Unavailable' });
    connection.failNext('getRevision', new KvError('denied', 'not allowed'));
    await of(files.readFile(uri('a', 1))).toMatchObject({ code: 'NoPermissions' });
    connection.goOffline();
    await of(files.readFile(uri('a', 1))).toMatchObject({ code: 'Unavailable' });
    connection.goOnline();
    expect(text(await files.readFile(uri('a', 1)))).toBe('x');
  });

  it('shows the value as it is told to, and its size with it', async () => {
    const shown = new RevisionFileSystem(
      () => session,
      () => bytes('shown'),
    );
    connection.foreignPut('b', 'a', 'x');
    expect(text(await shown.readFile(uri('a', 1)))).toBe('shown');
    expect((await shown.stat(uri('a', 1))).size).toBe(5);
    shown.dispose();
  });

  it('takes no write', () => {
    expect(() => files.writeFile(uri('a', 1))).toThrow(/is a revision/);
    expect(() => files.delete(uri('a', 1))).toThrow(/is a revision/);
  });
});
