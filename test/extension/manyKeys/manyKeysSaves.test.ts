import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { nameOf } from '../../../src/extension/manyKeys/manyKeysFiles';
import { eventually } from '../../support/poll';
import { KeysWindow, OpenServer, uri } from './keysWindow';
import { simulation, SimulatedVscode } from './simulatedVscode';

vi.mock('vscode', async (original) => {
  const { simulatedModule } = await import('./simulatedVscode');
  return simulatedModule(await original());
});

let server: OpenServer;
let editor: SimulatedVscode;
let window: KeysWindow;
/** What happens once a write of the document was answered. */
let afterWrite: () => void;
/** What happens as it is sent. */
let beforeWrite: () => void;
let calls: string[];

beforeEach(async () => {
  server = new OpenServer();
  server.foreignCreateBucket({ name: 'B' });
  setAtomic(true);
  ['a.x', 'a.y'].forEach((key) => server.foreignPut('B', key, '1'));
  editor = new SimulatedVscode();
  simulation.editor = editor;
  [beforeWrite, afterWrite] = [() => undefined, () => undefined];
  calls = [];
  window = newWindow();
  await editor.open(uri);
});

afterEach(() => {
  window.dispose();
});

function newWindow(): KeysWindow {
  return new KeysWindow(
    ...[server, editor],
    async (name, _, send) => {
      calls.push(name);
      beforeWrite();
      const outcome = await send();
      afterWrite();
      return outcome;
    },
    (problem) => expect.fail(problem),
  );
}

/** The extension is started again over the editors that are open, which keep what Undo brings back. */
async function restart(meanwhile = () => undefined as unknown): Promise<void> {
  // What is kept is written by then.
  await new Promise((resolve) => setTimeout(resolve));
  window.dispose();
  meanwhile();
  server.goOnline();
  window = newWindow();
  await eventually(() => expect(window.open?.latest).toBeDefined());
}

/** Whether a file that is kept is the list of the others. */
function isIndex(file: string): boolean {
  return /^\[/.test(new TextDecoder().decode(editor.stored.get(file)));
}

function setAtomic(isOn: boolean): void {
  server.foreignUpdateBucket('B', { stream: { allow_atomic: isOn } });
}

function type(...changes: readonly (readonly [from: string, to: string])[]): void {
  const text = changes.reduce((all, [from, to]) => all.replace(from, to), shown());
  editor.type(window.document, text);
}

const shown = (): string => window.document.getText();
const stored = (): unknown[] => ['a.x', 'a.y'].map((key) => server.foreignGet('B', key));

/** How a save ends: in the words of its failure. */
function save(): Promise<string> {
  return editor.save(window.document).then(
    () => 'saved',
    (error: unknown) => (error as Error).message,
  );
}

async function planned(): Promise<void> {
  await eventually(() => expect(window.plan).toBeDefined());
}

describe('the save of a document of keys', () => {
  it('is told as it is where what was written cannot be read back', async () => {
    type(['"a.x": 1', '"a.x": 2']);
    afterWrite = () => server.goOffline();
    expect(await save()).toBe('saved');
    expect(stored()).toEqual(['2', '1']);
    expect(window.told).toBe('Saved 1 key of B as r3.');
    expect(window.open?.stale).toBeDefined();
    server.foreignPut('B', 'a.y', '7');
    server.goOnline();
    await eventually(() => expect(shown()).toMatch(/"a\.x": 2,\n {2}"a\.y": 7\n/));
    expect(window.document.isDirty).toBe(false);
  });

  it('ends with its plan where what was written cannot be read back', async () => {
    type(['  "a.x": 1,\n', '']);
    const saving = save();
    await planned();
    afterWrite = () => server.foreignDeleteBucket('B');
    await window.carryOut();
    expect(await saving).toBe('saved');
    expect(window.told).toMatch(/\n {2}a\.x: r1 -> r3\n/);
    expect(window.undo).toBeDefined();
  });

  it('writes nothing where one change was promised and the bucket does not take that any more', async () => {
    type(['  "a.x": 1,\n', ''], ['"a.y": 1', '"a.y": 2']);
    const saving = save();
    await planned();
    expect(window.plan?.text).toMatch(/^# As one:/m);
    setAtomic(false);
    server.foreignPut('B', 'a.z', '1');
    await eventually(() => expect(window.open?.atomic).toBe('off'));
    await window.carryOut();
    expect(await saving).toMatch(/^nothing was written: /);
    expect(stored()).toEqual(['1', '1']);
    expect(calls).toEqual(['writeBatch']);
  });

  it('leaves nothing of a text that was not stored, once it is reverted', async () => {
    const before = shown();
    type(['"a.x": 1', '/* mine */ "a.x": 2']);
    beforeWrite = () => server.foreignPut('B', 'a.x', '7');
    expect(await save()).toMatch(/a\.x \(r3\) changed meanwhile; nothing was written/);
    await editor.revert(window.document);
    expect(shown()).toBe(before.replace('"a.x": 1', '"a.x": 7').replace('r2', 'r3'));
  });

  it('goes on with a plan that is being carried out where the text is edited', async () => {
    setAtomic(false);
    await window.documents.look(nameOf(uri));
    type(['"a.x": 1', '"a.x": 2'], ['"a.y": 1', '"a.y": 2']);
    const saving = save();
    await planned();
    afterWrite = () => {
      afterWrite = () => undefined;
      type(['"a.y": 2', '"a.y": 20']);
    };
    await window.carryOut();
    expect(await saving).toBe('saved');
    expect(stored()).toEqual(['2', '2']);
    expect(window.document.isDirty).toBe(true);
    expect(window.open?.edits.map(({ change }) => change.key)).toEqual(['a.y']);
  });

  it('writes what the text was made of when it was taken, whatever is merged before it comes', async () => {
    type(['"a.x": 1', '"a.x": 2']);
    editor.beforeHandOver = async () => {
      server.foreignPut('B', 'a.y', '7');
      await eventually(() => expect(shown()).toMatch(/"a\.x": 2,\n {2}"a\.y": 7\n/));
    };
    expect(await save()).toBe('saved');
    expect(stored()).toEqual(['2', '7']);
    expect(shown()).toMatch(/"a\.x": 2,\n {2}"a\.y": 7\n/);
    expect(window.open?.edits).toEqual([]);
  });

  it('knows over a restart what a text was made of that Undo brings back', async () => {
    type(['"a.x": 1', '"a.x": 2']);
    server.foreignPut('B', 'a.y', '7');
    await eventually(() => expect(shown()).toMatch(/"a\.y": 7\n/));
    await restart();
    editor.step(window.document, true);
    expect(shown()).toMatch(/"a\.x": 2,\n {2}"a\.y": 1\n/);
    expect(await save()).toBe('saved');
    expect(stored()).toEqual(['2', '7']);
  });

  it('writes nothing of a text that Undo brings back and nobody knows', async () => {
    type(['"a.x": 1', '"a.x": 2']);
    await new Promise((resolve) => setTimeout(resolve));
    const first = [...editor.stored.keys()];
    server.foreignPut('B', 'a.y', '7');
    await eventually(() => expect(shown()).toMatch(/"a\.y": 7\n/));
    await restart(() => first.forEach((file) => !isIndex(file) && editor.stored.delete(file)));
    editor.step(window.document, true);
    expect(await save()).toMatch(/not known any more what this text was made of/);
    type(['"a.x": 2', '"a.x": 3']);
    expect(await save()).toMatch(/not known any more what this text was made of/);
    expect(stored()).toEqual(['1', '7']);
    await editor.revert(window.document);
    type(['"a.x": 1', '"a.x": 3']);
    expect(await save()).toBe('saved');
    expect(stored()).toEqual(['3', '7']);
  });

  it('keeps what is in conflict over nothing but what was shown', async () => {
    const conflicts = () => window.open?.sideOf(window.open.edits).conflicts;
    type(['"a.x": 1', '"a.x": 2']);
    server.foreignPut('B', 'a.x', '7');
    await eventually(() => expect(window.open?.revisionOf('a.x')).toBe(3));
    server.foreignPut('B', 'a.x', '8');
    await eventually(() => expect(window.open?.revisionOf('a.x')).toBe(4));
    window.keepMine('a.x', 3);
    expect(conflicts()).toEqual(['a.x']);
    window.keepMine('a.x', 4);
    expect(conflicts()).toEqual([]);
  });

  it('writes nothing of a text that is handed over in another encoding', async () => {
    const files = editor.files as NonNullable<typeof editor.files>;
    const text = Buffer.from(shown().replace('"a.x": 1', '"a.x": "é"'), 'latin1');
    const written = Promise.resolve(files.writeFile(uri, text, { create: false, overwrite: true }));
    await expect(written).rejects.toThrow(/not in UTF-8/);
    Object.assign(window.document, { encoding: 'windows1252' });
    type(['"a.x": 1', '"a.x": 2']);
    expect(await save()).toMatch(/not in UTF-8 \(windows1252\)/);
    expect(stored()).toEqual(['1', '1']);
    expect(calls).toEqual([]);
  });

  it('keeps what is typed as it ends, where others have changed that too', async () => {
    type(['"a.x": 1', '"a.x": 2']);
    afterWrite = () => server.foreignPut('B', 'a.y', '7');
    const files = editor.files as NonNullable<typeof editor.files>;
    editor.files = {
      readFile: (at) => files.readFile(at),
      writeFile: (...all) => files.writeFile(...all),
      stat: (at) => {
        // VS Code asks once more before it says that the text is saved.
        if (calls.length > 0 && !shown().includes('20')) {
          type(['"a.y": 1', '"a.y": 20']);
        }
        return files.stat(at);
      },
    };
    expect(await save()).toBe('saved');
    await eventually(() =>
      expect(window.open?.sideOf(window.open.edits).conflicts).toEqual(['a.y']),
    );
    expect(shown()).toMatch(/"a\.x": 2,\n {2}"a\.y": 20\n/);
    expect(stored()).toEqual(['2', '7']);
  });
});
