import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Uri } from 'vscode';
import { KeyDocuments } from '../../../../src/extension/documents/model/keyDocuments';
import { KeyFileSystem } from '../../../../src/extension/documents/provider/keyFileSystem';
import type { SaveDialogs } from '../../../../src/extension/documents/model/saveDialogs';
import { ConnectionSession } from '../../../../src/kv/session/connectionSession';
import { FakeKvConnection } from '../../../kv/fakeKvConnection';
import { eventually } from '../../../support/poll';
import { FakeEditors, FakeMemory } from '../model/fakeEditors';

const uri = Uri.parse('natskv://local/B/k', true);

let connection: FakeKvConnection;
let session: ConnectionSession;
let documents: KeyDocuments;
let files: KeyFileSystem;
/** The sizes that were asked about. */
let asked: number[];
let answer: boolean;

beforeEach(async () => {
  connection = new FakeKvConnection();
  connection.foreignCreateBucket({ name: 'B' });
  connection.foreignPut('B', 'k', '123456789');
  session = new ConnectionSession({ id: 'local', name: 'local', url: '' }, () =>
    Promise.resolve(connection),
  );
  await session.loadBuckets();
  documents = new KeyDocuments({
    findSession: () => session,
    editors: new FakeEditors(),
    memory: new FakeMemory(),
    settings: () => ({ format: true, keepFinalNewline: true }),
  });
  asked = [];
  answer = true;
  const dialogs: Partial<SaveDialogs> = {
    isCompared: () => false,
    mayOpen: (_, size) => {
      asked.push(size);
      return Promise.resolve(answer);
    },
  };
  files = new KeyFileSystem(documents, dialogs as SaveDialogs);
});

afterEach(() => {
  files.dispose();
  documents.dispose();
  session.dispose();
});

async function list(): Promise<void> {
  const index = session.index('B');
  index?.open();
  await eventually(() => expect(index?.state.current.kind).toBe('ready'));
}

function reads(): string[] {
  return connection.calls.filter((call) => call === 'get');
}

describe('opening a value', () => {
  it('asks with the size that was listed, before it is fetched', async () => {
    await list();
    answer = false;
    await expect(files.stat(uri)).rejects.toMatchObject({ code: 'Unavailable' });
    await expect(files.readFile(uri)).rejects.toMatchObject({ code: 'Unavailable' });
    expect(asked).toEqual([9, 9]);
    expect(reads()).toEqual([]);
  });

  it('fetches it once when that is wanted', async () => {
    await list();
    expect(await files.stat(uri)).toMatchObject({ size: 9 });
    expect(Buffer.from(await files.readFile(uri)).toString()).toBe('123456789');
    expect(reads()).toEqual(['get']);
  });

  it('asks after the fetch where the bucket was not listed', async () => {
    answer = false;
    await files.stat(uri);
    expect(asked).toEqual([]);
    await expect(files.readFile(uri)).rejects.toMatchObject({ code: 'Unavailable' });
    expect(asked).toEqual([9]);
    expect(reads()).toEqual(['get']);
  });
});

describe('a text that VS Code keeps from extensions', () => {
  it('is not opened, with its size and the reason, while bytes that cannot be saved are', async () => {
    const large = 50 * 1024 * 1024 + 1;
    connection.foreignPut('B', 'k', 'x'.repeat(large));
    await expect(files.readFile(uri)).rejects.toMatchObject({
      code: 'Unavailable',
      message: expect.stringMatching(/^k is 50(\.0)? MiB as a text/) as string,
    });

    connection.foreignPut('B', 'binary', new Uint8Array(large));
    const binary = await files.readFile(Uri.parse('natskv://local/B/binary', true));
    expect(binary.byteLength).toBe(large);
  });
});
