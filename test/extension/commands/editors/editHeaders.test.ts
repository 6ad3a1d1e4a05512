import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { window, type LogOutputChannel } from 'vscode';
import { editHeaders } from '../../../../src/extension/commands/editors/editHeaders';
import { KeyDocuments } from '../../../../src/extension/documents/model/keyDocuments';
import { ConnectionSession } from '../../../../src/kv/session/connectionSession';
import { eventually } from '../../../support/poll';
import { bytes } from '../../../kv/contract/harness';
import { FakeKvConnection } from '../../../kv/fakeKvConnection';
import { FakeEditors, FakeMemory, idOf } from '../../documents/model/fakeEditors';

const id = idOf('k');
const headers = [
  ['Content-Type', 'text/plain'],
  ['X-Trace', '7'],
] as const;

let connection: FakeKvConnection;
let session: ConnectionSession;
let editors: FakeEditors;
let documents: KeyDocuments;
let errors: string[];
const log = { error: () => undefined, show: () => undefined } as unknown as LogOutputChannel;

beforeEach(async () => {
  connection = new FakeKvConnection();
  await connection.createBucket({ name: 'B', markerTtl: 60_000 });
  const ttl = { kind: 'set', ttl: 3_600_000 } as const;
  await connection.put('B', 'k', bytes('1'), { expected: 0, headers, ttl });
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
  await documents.read(id, false);
  editors.open(id, '1');
  errors = [];
  vi.spyOn(window, 'showInformationMessage').mockResolvedValue(undefined);
  vi.spyOn(window, 'showErrorMessage').mockImplementation((message: string) => {
    errors.push(message);
    return Promise.resolve(undefined);
  });
});

afterEach(() => {
  documents.dispose();
  session.dispose();
  vi.restoreAllMocks();
});

/**
 * A user who picks rows by their labels and types these texts, and then saves; `meanwhile` happens
 * before the last text.
 */
async function edit(
  labels: string | readonly string[],
  texts: readonly string[],
  meanwhile?: () => void,
) {
  const left = [...texts];
  const picks = [...[labels].flat(), 'Save Headers'];
  vi.spyOn(window, 'showQuickPick').mockImplementation(async (items: unknown) => {
    const wanted = picks.shift();
    return ((await items) as { label: string }[]).find(({ label }) => label === wanted);
  });
  const showInputBox = (): Promise<string | undefined> => {
    const text = left.shift();
    if (left.length === 0) {
      meanwhile?.();
    }
    return Promise.resolve(text);
  };
  Object.assign(window, { showInputBox });
  await editHeaders(documents, log, id);
}

async function stored() {
  const entry = await connection.get('B', 'k');
  const own = entry?.headers.filter(([name]) => !name.startsWith('Nats-'));
  return { headers: own, value: new TextDecoder().decode(entry?.value), ttl: entry?.ttl };
}

const same = { value: '1', ttl: 3_600_000 };

describe('the headers of a value', () => {
  it('get another value, with the value and its TTL as they were', async () => {
    await edit('X-Trace', ['8']);
    expect(await stored()).toEqual({ ...same, headers: [headers[0], ['X-Trace', '8']] });
    expect(documents.find(id.uri)?.document?.latest.headers).toContainEqual(['X-Trace', '8']);
  });

  it('are added', async () => {
    await edit('Add Header…', ['X-User', 'me']);
    expect(await stored()).toEqual({ ...same, headers: [...headers, ['X-User', 'me']] });
  });

  it('are taken away by an empty text', async () => {
    await edit('X-Trace', ['']);
    expect(await stored()).toEqual({ ...same, headers: [headers[0]] });
  });

  it('leave an unsaved text what it is, without a conflict', async () => {
    editors.set(id, 'draft', true);
    await edit('X-Trace', ['8']);
    expect(documents.conflict(id.uri)).toBeUndefined();
    expect(editors.find(id.uri)?.text).toBe('draft');
  });

  it('stay when the value was written by somebody else since they were shown', async () => {
    await edit('X-Trace', ['8'], () => connection.foreignPut('B', 'k', 'theirs'));
    expect(await stored()).toMatchObject({ value: 'theirs' });
    expect(errors[0]).toMatch(/^Failed to change the headers of k: it changed on the server/);
  });

  it('are stored by one write, however many were changed, and come back by Undo', async () => {
    let press: (button: string | undefined) => void = () => undefined;
    const told = new Promise<string | undefined>((resolve) => (press = resolve));
    const said = vi.spyOn(window, 'showInformationMessage').mockReturnValue(told as never);
    await edit(['X-Trace', 'Add Header…', 'Content-Type'], ['8', 'X-User', 'me', '']);
    const changed = [
      ['X-Trace', '8'],
      ['X-User', 'me'],
    ];
    expect(await stored()).toEqual({ ...same, headers: changed });
    expect(connection.calls.filter((call) => call === 'put')).toHaveLength(2);
    expect(said.mock.calls).toEqual([['Changed 3 headers of k.', 'Undo']]);

    press('Undo');
    await eventually(async () => expect(await stored()).toEqual({ ...same, headers }));
  });

  it('are not undone over what was written since, which is said', async () => {
    let press: (button: string | undefined) => void = () => undefined;
    const told = new Promise<string | undefined>((resolve) => (press = resolve));
    const said = vi.spyOn(window, 'showInformationMessage').mockReturnValue(told as never);
    await edit('X-Trace', ['8']);
    connection.foreignPut('B', 'k', 'theirs');

    press('Undo');

    await eventually(() =>
      expect(said).toHaveBeenLastCalledWith(
        'k was written again since then. Nothing was undone, and it was left as it is.',
      ),
    );
    expect(await stored()).toMatchObject({ value: 'theirs' });
    expect(errors).toEqual([]);
  });

  it('stay when the box is closed before they are saved', async () => {
    const picks = ['X-Trace', 'none'];
    vi.spyOn(window, 'showQuickPick').mockImplementation(async (items: unknown) => {
      const wanted = picks.shift();
      return ((await items) as { label: string }[]).find(({ label }) => label === wanted);
    });
    Object.assign(window, { showInputBox: () => Promise.resolve('8') });
    await editHeaders(documents, log, id);

    expect(await stored()).toEqual({ ...same, headers });
  });

  it('stay when nothing else was typed', async () => {
    await edit('X-Trace', ['7']);
    expect(connection.calls.filter((call) => call === 'put')).toHaveLength(1);
  });
});
