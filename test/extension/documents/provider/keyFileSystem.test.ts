import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { FilePermission, Uri } from 'vscode';
import { KeyDocuments } from '../../../../src/extension/documents/model/keyDocuments';
import { KeyFileSystem } from '../../../../src/extension/documents/provider/keyFileSystem';
import type { SaveDialogs } from '../../../../src/extension/documents/model/saveDialogs';
import { ConnectionSession } from '../../../../src/kv/session/connectionSession';
import { FakeKvConnection } from '../../../kv/fakeKvConnection';
import { eventually } from '../../../support/poll';
import { FakeEditors, FakeMemory, idOf } from '../model/fakeEditors';

const uri = Uri.parse('natskv://local/B/k', true);

let connection: FakeKvConnection;
let session: ConnectionSession;
let documents: KeyDocuments;
let editors: FakeEditors;
let files: KeyFileSystem;
/** The sizes that were asked about. */
let asked: number[];
let answer: boolean;
let isUnfound: boolean;

beforeEach(async () => {
  connection = new FakeKvConnection();
  connection.foreignCreateBucket({ name: 'B' });
  connection.foreignPut('B', 'k', '123456789');
  session = new ConnectionSession({ id: 'local', name: 'local', url: '' }, () =>
    Promise.resolve(connection),
  );
  await session.loadBuckets();
  editors = new FakeEditors();
  documents = new KeyDocuments({
    findSession: () => session,
    editors,
    memory: new FakeMemory(),
    settings: () => ({ format: true, keepFinalNewline: true }),
  });
  asked = [];
  answer = true;
  isUnfound = false;
  const dialogs: Partial<SaveDialogs> = {
    isCompared: () => false,
    isUnfound: () => isUnfound,
    refusal: () => undefined,
    saveEnded: () => undefined,
    saveAgain: () => Promise.resolve(),
    schemaProblem: () => Promise.resolve(undefined),
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

describe('a save over what nobody has seen', () => {
  it('is not taken for told where VS Code told that the key cannot be written', async () => {
    const id = idOf('k');
    editors.open(id, Buffer.from(await files.readFile(uri)).toString());
    editors.set(id, 'mine', true);
    connection.foreignPut('B', 'k', 'theirs');
    await eventually(() => expect(documents.conflict(id.uri)).toBeDefined());

    const locked = vi.spyOn(documents, 'readOnly').mockReturnValue({ kind: 'locked' } as never);
    editors.willSave(id);
    expect(await files.stat(uri)).toMatchObject({ permissions: FilePermission.Readonly });
    locked.mockRestore();

    editors.willSave(id);
    const write = files.writeFile(uri, Buffer.from('mine'), { create: true, overwrite: true });
    await expect(write).rejects.toMatchObject({ code: 'Unavailable' });
    expect(connection.foreignGet('B', 'k')).toBe('theirs');
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

describe('the page that VS Code shows for a key that is not there', () => {
  const missing = Uri.parse('natskv://local/B/missing', true);
  const options = { create: true, overwrite: true };
  const puts = () => connection.calls.filter((call) => call === 'put').length;

  it('creates nothing by its button, but a key that is unsaved', async () => {
    isUnfound = true;
    await expect(files.stat(missing)).rejects.toMatchObject({ code: 'FileNotFound' });

    await files.writeFile(missing, new Uint8Array(), options);

    expect(puts()).toBe(0);
    expect(await files.stat(missing)).toMatchObject({ size: 0 });
    expect(documents.find(idOf('missing').uri)?.document?.isNew).toBe(true);
  });

  it('is not what another extension has that stores an empty value', async () => {
    await files.writeFile(missing, new Uint8Array(), options);

    expect(puts()).toBe(1);
    expect(connection.foreignGet('B', 'missing')).toBe('');
  });
});

describe('a save that is refused', () => {
  const id = idOf('k');
  const options = { create: true, overwrite: true };

  /** Saves what is typed, as VS Code does where its guard says nothing. */
  async function refusal(target = uri): Promise<string> {
    editors.willSave(id);
    const saved = files.writeFile(target, Buffer.from('mine'), options);
    return saved.then(
      () => 'saved',
      ({ message }: Error) => message,
    );
  }

  async function follow(text: string): Promise<void> {
    connection.foreignPut('B', 'k', text);
    const { revision } = await connection.get('B', 'k').then((entry) => entry ?? { revision: 0 });
    await eventually(() =>
      expect(documents.find(id.uri)?.document?.latest.revision).toBe(revision),
    );
  }

  beforeEach(async () => {
    await files.readFile(uri);
    editors.open(id, '123456789');
    editors.set(id, 'mine', true);
  });

  it('names the newest revision and its time, each time anew, with what can be done about it', async () => {
    await follow('two');
    const first = await refusal();
    await follow('three');
    const second = await refusal();

    expect(first).toMatch(/ on local: r1 -> r2, written at .* your text is kept\./);
    expect(second).toMatch(/ on local: r1 -> r3, written at .* your text is kept\./);
    expect(second).toContain(
      '[Overwrite r3](command:natsKv.editor.overwrite?%5B3%2C%22natskv%3A%2F%2Flocal%2FB%2Fk%22%5D)',
    );
    expect([...second.matchAll(/\[([^\]]+)\]\(command:/g)].map(([, label]) => label)).toEqual([
      'Compare',
      'Merge',
      "Take Server's",
      'Overwrite r3',
    ]);
    expect(connection.foreignGet('B', 'k')).toBe('three');
  });

  it('overwrites the revision that it named, and nothing later', async () => {
    await follow('two');
    await refusal();
    await follow('three');
    await refusal();
    await follow('four');

    expect(documents.overwrite(id, 3)).toBe(false);
    expect(documents.overwrite(id, 4)).toBe(true);
    expect(await refusal()).toBe('saved');
    expect(connection.foreignGet('B', 'k')).toBe('mine');
  });
});
