import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { KeyDocuments } from '../../../../src/extension/documents/model/keyDocuments';
import type { SaveQuestions } from '../../../../src/extension/documents/model/openKey';
import { ConnectionSession } from '../../../../src/kv/session/connectionSession';
import { FakeKvConnection } from '../../../kv/fakeKvConnection';
import { eventually } from '../../../support/poll';
import { FakeEditors, FakeMemory, idOf } from './fakeEditors';

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
const id = idOf('new');
const asked: string[] = [];
const questions: SaveQuestions = {
  ask: ({ kind }) => {
    asked.push(kind);
    return Promise.resolve(false);
  },
  schemaProblem: () => Promise.resolve(undefined),
};

let connection: FakeKvConnection;
let session: ConnectionSession;
let editors: FakeEditors;
let memory: FakeMemory;
let documents: KeyDocuments;

function openDocuments(): KeyDocuments {
  return new KeyDocuments({
    findSession: () => session,
    editors,
    memory,
    settings: () => ({ format: true, keepFinalNewline: true }),
  });
}

beforeEach(async () => {
  asked.length = 0;
  connection = new FakeKvConnection();
  connection.foreignCreateBucket({ name: 'B', history: 5, markerTtl: 1_000 });
  session = new ConnectionSession({ id: 'local', name: 'local', url: '' }, () =>
    Promise.resolve(connection),
  );
  await session.loadBuckets();
  editors = new FakeEditors();
  memory = new FakeMemory();
  documents = openDocuments();
});

afterEach(() => {
  documents.dispose();
  session.dispose();
});

/** What the command and VS Code do to begin a key. */
async function begin(ttl?: number): Promise<void> {
  expect(await documents.begin(id, ttl)).toBe(true);
  editors.open(id, '');
}

async function save(text: string) {
  editors.set(id, text, true);
  editors.willSave(id);
  const result = await documents.write(id, bytes(text), questions);
  if (result.kind === 'saved') {
    editors.set(id, text, false);
  }
  return result;
}

async function stored(): Promise<string | undefined> {
  const entry = await connection.get('B', 'new');
  return entry?.operation === 'PUT' ? Buffer.from(entry.value).toString() : undefined;
}

describe('a key that is begun', () => {
  it('can be opened, is empty, and is on no server', async () => {
    await begin();

    const document = await documents.current(id);
    expect(document.stat(editors.find(id.uri))).toMatchObject({ size: 0, readOnly: false });
    expect((await documents.read(id, false))?.opened().shown).toHaveLength(0);
    expect(document.isNew).toBe(true);
    expect(await stored()).toBeUndefined();
  });

  it('is created by the first save, unasked, with its TTL, and kept like any other after', async () => {
    await begin(60_000);

    expect(await save('1')).toMatchObject({ kind: 'saved' });
    expect(await connection.get('B', 'new')).toMatchObject({ ttl: 60_000 });
    expect(documents.find(id.uri)?.document?.isNew).toBe(false);
    expect(await save('2')).toMatchObject({ kind: 'saved' });
    expect(await stored()).toBe('2');
    expect(asked).toEqual([]);
    expect(memory.get(id.uri)).toBeUndefined();
  });

  it('can be stored empty', async () => {
    await begin();

    expect(await save('')).toMatchObject({ kind: 'saved' });
    expect(await stored()).toBe('');
  });

  it('is written over a marker, also over one that came meanwhile', async () => {
    connection.foreignPut('B', 'new', 'before');
    connection.foreignMark('B', 'new', 'DEL');
    await begin();
    connection.foreignPut('B', 'new', 'between');
    connection.foreignMark('B', 'new', 'DEL');
    await eventually(() =>
      expect(documents.find(id.uri)?.document?.latest.revision).toBeGreaterThan(2),
    );

    expect(await save('1')).toMatchObject({ kind: 'saved' });
    expect(asked).toEqual([]);
  });

  it('is in conflict with what another client created meanwhile', async () => {
    await begin();
    editors.set(id, 'mine', true);
    connection.foreignPut('B', 'new', 'theirs');
    await eventually(() => expect(documents.conflict(id.uri)).toBeDefined());

    expect(await save('mine')).toEqual({ kind: 'conflict' });
    expect(await stored()).toBe('theirs');
  });

  it('becomes what another client created while nothing was typed', async () => {
    await begin();
    connection.foreignPut('B', 'new', 'theirs');
    await eventually(() => expect(documents.find(id.uri)?.document?.isNew).toBe(false));

    const version = await documents.read(id, false);
    expect(Buffer.from(version?.value ?? []).toString()).toBe('theirs');
  });

  it('is not begun where there is a value', async () => {
    connection.foreignPut('B', 'new', 'there');

    expect(await documents.begin(id, undefined)).toBe(false);
  });

  it('is the same after a restart, with its TTL, and in conflict with what came meanwhile', async () => {
    await begin(60_000);
    editors.set(id, 'typed', true);
    documents.dispose();
    documents = openDocuments();
    editors.open(id, 'typed', true);
    await eventually(() => expect(documents.find(id.uri)?.document?.isNew).toBe(true));
    expect(documents.conflict(id.uri)).toBeUndefined();
    expect(documents.find(id.uri)?.document?.base?.ttl).toBe(60_000);

    documents.dispose();
    connection.foreignPut('B', 'new', 'theirs');
    documents = openDocuments();
    editors.open(id, 'typed', true);
    await eventually(() => expect(documents.conflict(id.uri)).toBeDefined());
    expect(await save('typed')).toEqual({ kind: 'conflict' });
  });

  it('is forgotten when its editor is closed', async () => {
    await begin();
    editors.close(id);

    expect(memory.get(id.uri)).toBeUndefined();
  });
});
