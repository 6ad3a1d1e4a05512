import { gunzipSync, gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Uri, window, workspace } from 'vscode';
import { chooseTogether, sharedSave } from '../../../../src/extension/commands/editors/sharedWrite';
import type { DocumentId } from '../../../../src/extension/documents/address/documentId';
import { KeyDocuments } from '../../../../src/extension/documents/model/keyDocuments';
import type { SaveDialogs } from '../../../../src/extension/documents/model/saveDialogs';
import type { SaveQuestion } from '../../../../src/extension/documents/model/savePlan';
import { KeyFileSystem } from '../../../../src/extension/documents/provider/keyFileSystem';
import { SaveRounds } from '../../../../src/extension/documents/provider/saveRounds';
import { ConnectionSession } from '../../../../src/kv/session/connectionSession';
import { FakeKvConnection } from '../../../kv/fakeKvConnection';
import { eventually } from '../../../support/poll';
import { FakeEditors, FakeMemory, idOf } from '../model/fakeEditors';

let connection: FakeKvConnection;
let session: ConnectionSession;
let documents: KeyDocuments;
let editors: FakeEditors;
let rounds: SaveRounds;
let files: KeyFileSystem;
let setting: string;
let isManual: boolean;
/** What the user answers to the offer. */
let answer: string | undefined;
let offers: { title: string; detail: string }[];
let told: string[];
let asked: SaveQuestion['kind'][];
let agrees: boolean;
let schemaProblem: string | undefined;
let now: number;
let environment: string | undefined;
let isReadOnly: boolean;

const options = { create: true, overwrite: true };
const put = { operation: 'PUT' } as const;

beforeEach(async () => {
  isReadOnly = false;
  connection = new FakeKvConnection({
    writeLock: { check: () => isReadOnly && session.lock.check() },
  });
  await connection.createBucket({ name: 'B', history: 5 });
  await connection.updateBucket('B', { stream: { allow_atomic: true, allow_msg_ttl: true } });
  setting = 'ask';
  answer = 'Save as One';
  isManual = true;
  agrees = true;
  schemaProblem = undefined;
  environment = undefined;
  now = 0;
  [offers, told, asked] = [[], [], []];
  vi.spyOn(workspace, 'getConfiguration').mockReturnValue({
    get: () => setting,
  } as unknown as ReturnType<typeof workspace.getConfiguration>);
  vi.spyOn(window, 'showInformationMessage').mockImplementation(((
    title: string,
    { detail }: { detail: string },
    ...items: { title: string; isCloseAffordance?: boolean }[]
  ) => {
    offers.push({ title, detail });
    return Promise.resolve(
      items.find((item) => (answer === undefined ? item.isCloseAffordance : item.title === answer)),
    );
  }) as never);
  vi.spyOn(window, 'setStatusBarMessage').mockImplementation((text: string) => {
    told.push(text);
    return { dispose: () => undefined };
  });
  begin();
});

/** Builds what a window has; `environment` is that of its connection. */
function begin(): void {
  session = new ConnectionSession(
    {
      ...{ id: 'local', name: 'local', url: '', readOnly: isReadOnly },
      ...(environment !== undefined && { environment }),
    },
    () => Promise.resolve(connection),
  );
  editors = new FakeEditors();
  documents = new KeyDocuments({
    findSession: () => session,
    editors,
    memory: new FakeMemory(),
    settings: () => ({ format: true, keepFinalNewline: true }),
  });
  rounds = new SaveRounds({
    editors,
    isManual: () => isManual,
    choose: (ids) => chooseTogether(documents, ids),
    now: () => now,
  });
  const dialogs: Partial<SaveDialogs> = {
    isCompared: () => false,
    isUnfound: () => false,
    refusal: () => undefined,
    saveEnded: () => undefined,
    saveAgain: () => Promise.resolve(),
    tellUnseen: () => undefined,
    mayOpen: () => Promise.resolve(true),
    schemaProblem: () => Promise.resolve(schemaProblem),
    ask: (_, { kind }) => {
      asked.push(kind);
      return Promise.resolve(agrees);
    },
  };
  files = new KeyFileSystem(documents, dialogs as SaveDialogs, rounds);
}

function end(): void {
  files.dispose();
  rounds.dispose();
  documents.dispose();
  session.dispose();
}

afterEach(() => {
  end();
  vi.restoreAllMocks();
  vi.useRealTimers();
});

const uriOf = ({ uri }: DocumentId): Uri => Uri.parse(uri, true);

/** Opens a key and types into it. */
async function edit(key: string, text: string): Promise<DocumentId> {
  const id = idOf(key);
  const shown = Buffer.from(await files.readFile(uriOf(id))).toString();
  editors.open(id, shown);
  editors.set(id, text, true);
  return id;
}

/** One save as VS Code makes it, once it told that it begins: its guard, then the write. */
async function goOn(id: DocumentId): Promise<string> {
  const text = editors.find(id.uri)?.text ?? '';
  try {
    const isThere = await files.stat(uriOf(id)).then(
      () => true,
      () => false,
    );
    if (isThere && documents.find(id.uri)?.document?.isRefused) {
      return 'refused by the guard';
    }
    await files.writeFile(uriOf(id), Buffer.from(text), options);
    editors.set(id, text, false);
    return 'saved';
  } catch (error) {
    return (error as Error).message;
  }
}

/** All of them begin before the first is written. */
function saveAll(...ids: readonly DocumentId[]): Promise<string[]> {
  ids.forEach((id) => editors.willSave(id));
  return Promise.all(ids.map(goOn));
}

const count = (call: 'put' | 'writeBatch'): number =>
  connection.calls.filter((each) => each === call).length;
const stored = (...keys: string[]): unknown[] => keys.map((key) => connection.foreignGet('B', key));

async function follows(id: DocumentId, revision: number): Promise<void> {
  await eventually(() => expect(documents.find(id.uri)?.document?.latest.revision).toBe(revision));
}

describe('Save All on several unsaved keys of one bucket', () => {
  let ids: DocumentId[];

  beforeEach(async () => {
    connection.foreignPut('B', 'a', '{"status":"new"}');
    connection.foreignPut('B', 'b', 'two');
    connection.foreignPut('B', 'c', 'three');
    ids = [
      await edit('a', '{\n  "status": "paid"\n}\n'),
      await edit('b', 'TWO'),
      await edit('c', 'THREE'),
    ];
  });

  it('offers one change, and writes all of it under revisions in a row', async () => {
    expect(await saveAll(...ids)).toEqual(['saved', 'saved', 'saved']);

    expect(offers).toHaveLength(1);
    expect(offers[0]?.title).toBe('Save 3 keys of B as one change?');
    expect(offers[0]?.detail).toMatch(/^a\nb\nc\n\n/);
    expect([count('writeBatch'), count('put')]).toEqual([1, 0]);
    // Each is stored as its own save would: JSON in one line stays in one line.
    expect(stored('a', 'b', 'c')).toEqual(['{"status":"paid"}', 'TWO', 'THREE']);
    const revisions = ids.map(({ uri }) => documents.find(uri)?.document?.base?.revision);
    expect(revisions).toEqual([4, 5, 6]);
    expect(told).toEqual(['Saved 3 keys of B as one: r4 to r6']);
  });

  it('goes on from there: the next save of each is one by itself, over its own revision', async () => {
    await saveAll(...ids);
    editors.set(ids[1] as DocumentId, 'again', true);
    expect(await saveAll(ids[1] as DocumentId)).toEqual(['saved']);
    expect([count('writeBatch'), count('put'), offers.length]).toEqual([1, 1, 1]);
    // Undo of the text is saved as any text.
    editors.set(ids[1] as DocumentId, 'two', true);
    expect(await saveAll(ids[1] as DocumentId)).toEqual(['saved']);
    expect(stored('b')).toEqual(['two']);
  });

  it('saves each by itself for whoever says no, by Escape too', async () => {
    answer = undefined;
    expect(await saveAll(...ids)).toEqual(['saved', 'saved', 'saved']);
    expect([count('writeBatch'), count('put')]).toEqual([0, 3]);
    expect(stored('b', 'c')).toEqual(['TWO', 'THREE']);
  });

  it('asks nothing where the setting answers', async () => {
    setting = 'batch';
    expect(await saveAll(...ids)).toEqual(['saved', 'saved', 'saved']);
    expect([count('writeBatch'), count('put'), offers.length]).toEqual([1, 0, 0]);
  });

  it('asks nothing, and saves each, where the bucket does not take several in one write', async () => {
    await connection.updateBucket('B', { stream: { allow_atomic: false } });
    expect(await saveAll(...ids)).toEqual(['saved', 'saved', 'saved']);
    expect([count('writeBatch'), count('put'), offers.length]).toEqual([0, 3, 0]);
  });

  it('never brings auto saves together', async () => {
    isManual = false;
    expect(await saveAll(...ids)).toEqual(['saved', 'saved', 'saved']);
    expect([count('writeBatch'), offers.length]).toEqual([0, 0]);
  });

  it('brings nothing together that begins after another was written, or a while later', async () => {
    const [a, b, c] = ids as [DocumentId, DocumentId, DocumentId];
    expect(await saveAll(a)).toEqual(['saved']);
    editors.willSave(b);
    now += 5_000;
    expect(await saveAll(c)).toEqual(['saved']);
    expect(await goOn(b)).toBe('saved');
    expect([count('writeBatch'), count('put'), offers.length]).toEqual([0, 3, 0]);
  });

  it('leaves out what the server has already', async () => {
    editors.set(ids[1] as DocumentId, 'two', true);
    expect(await saveAll(...ids)).toEqual(['saved', 'saved', 'saved']);
    expect(told).toEqual(['Saved 2 keys of B as one: r4 to r5']);
    expect(documents.find(ids[1]?.uri ?? '')?.document?.base?.revision).toBe(2);
  });

  it('writes nothing where one has changed that is known to have, and tells each', async () => {
    connection.foreignPut('B', 'b', 'theirs');
    await follows(ids[1] as DocumentId, 4);

    const [a, b, c] = await saveAll(...ids);

    expect(offers[0]?.detail).toMatch(/^a\nb \(changed on the server\)\nc\n/);
    expect(b).toBe('refused by the guard');
    expect(a).toMatch(/^b changed on the server, .*nothing was written, your text is kept/);
    expect(c).toBe(a);
    expect([count('writeBatch'), count('put')]).toEqual([0, 0]);
    expect(stored('a', 'b', 'c')).toEqual(['{"status":"new"}', 'theirs', 'three']);
    expect(documents.conflict(ids[0]?.uri ?? '')).toBeUndefined();
    expect(documents.conflict(ids[1]?.uri ?? '')?.revision).toBe(4);

    // Once it is resolved all of it is saved.
    expect(documents.overwrite(ids[1] as DocumentId, 4)).toBe(true);
    expect(await saveAll(...ids)).toEqual(['saved', 'saved', 'saved']);
    expect(stored('a', 'b', 'c')).toEqual(['{"status":"paid"}', 'TWO', 'THREE']);
  });

  it('writes nothing where one changes in the last moment, and tells which', async () => {
    const real = connection.writeBatch.bind(connection);
    vi.spyOn(connection, 'writeBatch').mockImplementationOnce((bucket, changes, more) => {
      connection.foreignPut('B', 'c', 'theirs');
      return real(bucket, changes, more);
    });

    const [a, b, c] = await saveAll(...ids);

    expect(a).toMatch(/^c changed on the server, /);
    expect(b).toBe(a);
    expect(c).toMatch(/^it changed on local: r3 -> r4, /);
    expect(stored('a', 'b', 'c')).toEqual(['{"status":"new"}', 'two', 'theirs']);
    expect(ids.map(({ uri }) => documents.conflict(uri)?.revision)).toEqual([
      undefined,
      undefined,
      4,
    ]);
  });

  it('is not held up later by one that was refused before', async () => {
    connection.foreignPut('B', 'b', 'theirs');
    await follows(ids[1] as DocumentId, 4);
    expect(await saveAll(ids[1] as DocumentId)).toEqual(['refused by the guard']);
    expect(await saveAll(ids[0] as DocumentId)).toEqual(['saved']);
    expect(offers).toEqual([]);
  });

  it.each(['before', 'after'] as const)(
    'finds out what became of it where the answer was lost %s it was stored',
    async (moment) => {
      connection.loseNextWrite(moment);
      expect(await saveAll(...ids)).toEqual(['saved', 'saved', 'saved']);
      expect(stored('a', 'b', 'c')).toEqual(['{"status":"paid"}', 'TWO', 'THREE']);
      const revisions = ids.map(({ uri }) => documents.find(uri)?.document?.base?.revision);
      expect(revisions).toEqual([4, 5, 6]);
    },
  );

  it('tells each that nobody knows, where that cannot be found out, and shows no conflict then', async () => {
    const lost = { kind: 'unknown', reason: 'the connection was lost' } as const;
    vi.spyOn(connection, 'writeBatch').mockResolvedValue(lost);
    vi.spyOn(connection, 'get').mockRejectedValue(new Error('no answer'));
    const ends = await saveAll(...ids);
    expect(new Set(ends).size).toBe(1);
    expect(ends[0]).toMatch(/it is not known whether the value was written; save again/);
    expect(stored('a', 'b', 'c')).toEqual(['{"status":"new"}', 'two', 'three']);
  });

  it('writes nothing where a schema has something against one that the user heeds', async () => {
    schemaProblem = 'line 1: not like this';
    agrees = false;
    const ends = await saveAll(...ids);
    expect(ends.every((text) => /was not stored as it is|could not be saved/.test(text))).toBe(
      true,
    );
    expect(count('writeBatch')).toBe(0);
  });

  it('keeps what is stored with a value', async () => {
    const headers = [['X-User', 'me']] as const;
    const put = { expected: 2, headers, ttl: { kind: 'set', ttl: 'never' } } as const;
    await connection.put('B', 'b', Buffer.from('two'), put);
    await eventually(() =>
      expect(documents.find(ids[1]?.uri ?? '')?.document?.latest.revision).toBe(4),
    );
    expect(documents.overwrite(ids[1] as DocumentId, 4)).toBe(true);
    expect(await saveAll(...ids)).toEqual(['saved', 'saved', 'saved']);
    const entry = await connection.get('B', 'b');
    expect(entry?.ttl).toBe('never');
    expect(entry?.headers).toContainEqual(['X-User', 'me']);
  });

  it('creates keys that are new, and asks before it creates one anew that was deleted', async () => {
    const fresh = idOf('fresh');
    await documents.begin(fresh, undefined);
    editors.open(fresh, '');
    editors.set(fresh, 'first', true);
    await connection.delete('B', 'c', { expected: 3 });
    await eventually(() =>
      expect(documents.find(ids[2]?.uri ?? '')?.document?.latest.operation).toBe('DEL'),
    );

    expect(await saveAll(...ids, fresh)).toEqual(['saved', 'saved', 'saved', 'saved']);

    expect(asked).toEqual(['recreate']);
    expect(count('writeBatch')).toBe(1);
    expect(stored('c', 'fresh')).toEqual(['THREE', 'first']);
  });

  it('writes nothing into a bucket that was made again', async () => {
    const real = connection.writeBatch.bind(connection);
    vi.spyOn(connection, 'writeBatch').mockImplementationOnce(async (bucket, changes, more) => {
      connection.foreignDeleteBucket('B');
      await connection.createBucket({ name: 'B' });
      await connection.updateBucket('B', { stream: { allow_atomic: true } });
      return real(bucket, changes, more);
    });
    const ends = await saveAll(...ids);
    expect(ends).not.toContain('saved');
    expect(stored('a', 'b', 'c')).toEqual([undefined, undefined, undefined]);
  });

  it('gives up where an editor does not hand over its text, and says whose', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    const [a, b, c] = ids as [DocumentId, DocumentId, DocumentId];
    [a, b, c].forEach((id) => editors.willSave(id));
    const ends = Promise.all([goOn(a), goOn(b)]);
    await vi.waitFor(async () => {
      await vi.advanceTimersByTimeAsync(20_000);
      expect(offers).toHaveLength(1);
    });
    await vi.advanceTimersByTimeAsync(20_000);
    expect((await ends)[0]).toMatch(/^the editor of c did not hand over its text/);
    expect(await goOn(c)).toMatch(/^the editor of c did not hand over its text/);
    expect(stored('a', 'b', 'c')).toEqual(['{"status":"new"}', 'two', 'three']);
  });

  it('saves each where one key is unsaved in two editors', async () => {
    const raw = idOf('b', {}, 'raw');
    await files.readFile(uriOf(raw));
    editors.open(raw, 'two');
    editors.set(raw, 'RAW', true);
    const [, , , last] = await saveAll(...ids, raw);
    expect(offers).toEqual([]);
    expect(last).toMatch(/^(saved|it changed on local)/);
    expect(count('writeBatch')).toBe(0);
  });

  it('is one change of what a command names, without an offer', async () => {
    const named = ids.slice(0, 2);
    const round = rounds.open(named, sharedSave(documents, named));
    expect(await saveAll(...named)).toEqual(['saved', 'saved']);
    round.dispose();
    expect([count('writeBatch'), count('put'), offers.length]).toEqual([1, 0, 0]);
    expect(stored('a', 'b', 'c')).toEqual(['{"status":"paid"}', 'TWO', 'three']);
  });
});

/** Merges what the server has into an unsaved text, as the editor does. */
function carryOver(id: DocumentId, text: string): void {
  const latest = documents.find(id.uri)?.document?.latest;
  if (latest) {
    editors.set(id, text, true);
    documents.carry(id, text, latest, true);
  }
}

describe('Save All on keys of many kinds', () => {
  it('encodes again what is shown decoded', async () => {
    const more = `"note":"long enough to be taken for what it is"`;
    connection.foreignWrite('B', { ...put, key: 'zipped', value: gzipSync('{"n":1}') });
    connection.foreignPut('B', 'coded', Buffer.from(`{"n":1,${more}}`).toString('base64'));
    connection.foreignPut('B', 'plain', 'one');
    const ids = [
      await edit('zipped', '{\n  "n": 2\n}'),
      await edit('coded', `{\n  "n": 3,\n  ${more}\n}`),
      await edit('plain', 'two'),
    ];
    expect(editors.find(ids[0]?.uri ?? '')?.text).toBe('{\n  "n": 2\n}');

    expect(await saveAll(...ids)).toEqual(['saved', 'saved', 'saved']);

    expect([count('writeBatch'), count('put')]).toEqual([1, 0]);
    const [zipped, coded] = await connection.getMany('B', ['zipped', 'coded']);
    expect(gunzipSync(zipped?.value ?? '').toString()).toBe('{"n":2}');
    const text = Buffer.from(coded?.value ?? '').toString();
    expect(Buffer.from(text, 'base64').toString()).toBe(`{"n":3,${more}}`);
    expect(stored('plain')).toEqual(['two']);
  });

  it('writes over what a text was merged with, and nothing where that has changed again', async () => {
    connection.foreignPut('B', 'a', 'one');
    connection.foreignPut('B', 'b', 'two');
    const [a, b] = [await edit('a', 'ONE'), await edit('b', 'TWO')];
    connection.foreignPut('B', 'a', 'uno');
    await follows(a, 3);
    carryOver(a, 'ONE and uno');
    expect(await saveAll(a, b)).toEqual(['saved', 'saved']);
    expect([count('writeBatch'), ...stored('a', 'b')]).toEqual([1, 'ONE and uno', 'TWO']);

    editors.set(a, 'mine', true);
    editors.set(b, 'mine too', true);
    connection.foreignPut('B', 'a', 'dos');
    await follows(a, 6);
    carryOver(a, 'mine and dos');
    connection.foreignPut('B', 'a', 'tres');
    const ends = await saveAll(a, b);
    expect(ends).not.toContain('saved');
    expect(stored('a', 'b')).toEqual(['tres', 'TWO']);
  });

  it('writes nothing of a connection whose writes were locked again meanwhile, and asks nothing', async () => {
    end();
    isReadOnly = true;
    begin();
    session.lock.unlock(60_000);
    connection.foreignPut('B', 'a', 'one');
    connection.foreignPut('B', 'b', 'two');
    const ids = [await edit('a', 'ONE'), await edit('b', 'TWO')];
    session.lock.lock();
    const ends = await saveAll(...ids);
    expect(ends).not.toContain('saved');
    expect([offers.length, count('writeBatch'), count('put')]).toEqual([0, 0, 0]);
    expect(stored('a', 'b')).toEqual(['one', 'two']);
  });

  it('asks for 1,000 keys at most, which is what a batch takes', async () => {
    connection.foreignPut('B', 'a', 'one');
    const first = await edit('a', 'ONE');
    const others = Array.from({ length: 1_000 }, (_, at) => idOf(`k${at}`));
    expect(await chooseTogether(documents, [first, ...others])).toBeUndefined();
    expect(offers).toEqual([]);
    answer = 'Save Each';
    expect(await chooseTogether(documents, [first, ...others.slice(1)])).toBeUndefined();
    expect(offers[0]?.title).toBe('Save 1,000 keys of B as one change?');
  });

  it('waits for one that is being saved already, and writes each once', async () => {
    connection.foreignPut('B', 'a', 'one');
    connection.foreignPut('B', 'b', 'two');
    const [a, b] = [await edit('a', 'ONE'), await edit('b', 'TWO')];
    editors.willSave(a);
    const first = goOn(a);
    expect(await saveAll(b)).toEqual(['saved']);
    expect(await first).toBe('saved');
    editors.set(a, 'ONE MORE', true);
    editors.set(b, 'TWO MORE', true);
    expect(await saveAll(a, b)).toEqual(['saved', 'saved']);
    expect(stored('a', 'b')).toEqual(['ONE MORE', 'TWO MORE']);
  });
});

describe('Save All in production', () => {
  let ids: DocumentId[];

  beforeEach(async () => {
    end();
    environment = 'production';
    begin();
    connection.foreignPut('B', 'a', 'one');
    connection.foreignPut('B', 'b', 'two');
    ids = [await edit('a', 'ONE'), await edit('b', 'TWO')];
  });

  it('says so where it asks', async () => {
    expect(await saveAll(...ids)).toEqual(['saved', 'saved']);
    expect(offers[0]?.title).toBe('PRODUCTION: Save 2 keys of B as one change?');
  });

  it('asks where the setting answers, and sends nothing where the user does not want it', async () => {
    setting = 'batch';
    const warn = vi.spyOn(window, 'showWarningMessage').mockResolvedValueOnce(undefined);
    const [a, b] = await saveAll(...ids);
    expect(warn).toHaveBeenCalledOnce();
    expect(a).toMatch(/^nothing was sent/);
    expect(b).toBe(a);
    warn.mockResolvedValueOnce('Save' as never);
    expect(await saveAll(...ids)).toEqual(['saved', 'saved']);
    expect(count('writeBatch')).toBe(1);
  });
});
