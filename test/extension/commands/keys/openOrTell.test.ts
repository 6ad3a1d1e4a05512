import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { commands, window } from 'vscode';
import { openOrTell } from '../../../../src/extension/commands/keys/openOrTell';
import { KeyDocuments } from '../../../../src/extension/documents/model/keyDocuments';
import { eventually } from '../../../support/poll';
import { FakeEditors, FakeMemory, idOf } from '../../documents/model/fakeEditors';
import { KeyBench } from './keyBench';

let bench: KeyBench;
let documents: KeyDocuments;
let ran: string[];
let told: unknown[][];
let pressed: string | undefined;

beforeEach(async () => {
  bench = await KeyBench.start();
  documents = new KeyDocuments({
    findSession: () => bench.session,
    editors: new FakeEditors(),
    memory: new FakeMemory(),
    settings: () => ({ format: true, keepFinalNewline: true }),
  });
  ran = [];
  told = [];
  pressed = undefined;
  vi.spyOn(commands, 'executeCommand').mockImplementation(((id: string) => {
    ran.push(id);
    return Promise.resolve(undefined);
  }) as never);
  vi.spyOn(window, 'showInformationMessage').mockImplementation(((...args: unknown[]) => {
    told.push(args);
    return Promise.resolve(pressed);
  }) as never);
});

afterEach(() => {
  documents.dispose();
  bench.session.dispose();
  vi.restoreAllMocks();
});

const open = (key: string) => openOrTell(documents, bench.session, 'b', key);

describe('opening a key by its name', () => {
  it('opens one that has a value', async () => {
    bench.put('b', 'k', 'x');
    await open('k');

    expect(ran).toEqual(['vscode.open']);
    expect(told).toEqual([]);
  });

  it('says of a deleted one that it is, and leads to its history', async () => {
    bench.put('b', 'k', 'x');
    bench.connection.foreignMark('b', 'k', 'DEL');
    pressed = 'Show History';
    await open('k');

    expect(told).toEqual([['k was deleted in b (r2).', 'Show History', 'New Key']]);
    await eventually(() => expect(ran).toEqual(['natsKv.history.show']));
  });

  it('begins one that never was, unsaved, when that is wanted', async () => {
    pressed = 'New Key';
    await open('k');

    expect(told).toEqual([['k is not in b.', 'New Key']]);
    await eventually(() => expect(ran).toEqual(['vscode.open']));
    const uri = idOf('k', { bucket: 'b' }).uri;
    expect(documents.find(uri)?.document?.isNew).toBe(true);
    expect(await bench.value('b', 'k')).toBeUndefined();
  });

  it('leaves it to the editor to say that nothing can be read', async () => {
    bench.connection.goOffline();
    await open('k');

    expect(ran).toEqual(['vscode.open']);
    expect(told).toEqual([]);
  });
});
