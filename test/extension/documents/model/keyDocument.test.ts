import { describe, expect, it } from 'vitest';
import { KeyDocument } from '../../../../src/extension/documents/model/keyDocument';
import { valueView, type ValueView } from '../../../../src/extension/documents/model/valueView';
import {
  addsFinalNewline,
  plainView,
  SimulatedEditor,
  SimulatedServer,
  trims,
} from './editorSimulation';

function editing(text: string): { server: SimulatedServer; editor: SimulatedEditor } {
  const server = new SimulatedServer();
  server.write(text);
  return { server, editor: new SimulatedEditor(server) };
}

describe('KeyDocument', () => {
  it('saves over the revision that was opened', () => {
    const { server, editor } = editing('1');

    editor.type('2');

    expect(editor.save()).toBe('saved');
    expect(server.textAt(2)).toBe('2');
    expect(editor.document.base?.revision).toBe(2);
  });

  it('saves again after a save', () => {
    const { server, editor } = editing('1');
    for (const text of ['2', '22', '3']) {
      editor.type(text);
      expect(editor.save()).toBe('saved');
    }
    expect(server.last?.revision).toBe(4);
  });

  it('follows the server while it is clean', () => {
    const { server, editor } = editing('1');

    server.write('2');
    editor.follow();

    expect(editor.text).toBe('2');
    expect(editor.document.base?.revision).toBe(2);
  });

  it.each([
    ['of the same size', '1', '2'],
    ['of another size', '1', '{"a":1}'],
    ['in the same millisecond', 'abc', 'abd'],
  ])('refuses to save over an unseen value %s', (_, before, after) => {
    const { server, editor } = editing(before);
    editor.type('mine');
    server.write(after);
    editor.follow();

    expect(editor.save()).toBe('refused');
    expect(editor.text).toBe('mine');
    expect(server.last?.revision).toBe(2);
  });

  it.each([
    ['another', 'theirs', 'conflict'],
    ['the same', 'mine', 'saved'],
  ])('leaves it to the save itself to find a long unseen value %s', (_, word, end) => {
    const long = (first: string): string => `["${first}",${'1234567,'.repeat(40_000)}1]`;
    const server = new SimulatedServer();
    server.write(long('ours'));
    const compared: number[] = [];
    const view: ValueView = {
      open: (stored) => plainView.open(stored),
      close: (content, ...rest) => {
        compared.push(content.length);
        return plainView.close(content, ...rest);
      },
    };
    const editor = new SimulatedEditor(server, view);
    editor.type(editor.text.replace('ours', 'mine'));
    server.write(long(word));
    editor.follow();

    editor.document.saveBegins(editor.editor);

    expect(compared).toEqual([]);
    expect(editor.save()).toBe(end);
    expect(server.last?.revision).toBe(2);
  });

  it('refuses to save over an unseen value that the watch has not told yet', () => {
    const { server, editor } = editing('1');
    editor.type('2');
    server.write('3');

    expect(editor.save()).toBe('conflict');
    expect(editor.save()).toBe('refused');
    expect(server.textAt(2)).toBe('3');
  });

  it('refuses to save when the value went away and came back', () => {
    const { server, editor } = editing('A');
    editor.type('mine');
    server.write('B');
    server.write('A');
    editor.follow();

    expect(editor.save()).toBe('refused');
  });

  it('overwrites the revision that the refusal told of', () => {
    const { server, editor } = editing('1');
    editor.type('mine');
    server.write('2');
    editor.follow();
    editor.save();

    expect(editor.save(true)).toBe('saved');
    expect(server.textAt(3)).toBe('mine');
  });

  it('does not overwrite what came after the refusal', () => {
    const { server, editor } = editing('1');
    editor.type('mine');
    server.write('2');
    editor.follow();
    editor.save();
    server.write('3');
    editor.follow();

    expect(editor.save(true)).toBe('conflict');
    expect(server.last?.revision).toBe(3);
  });

  it('saves a text that a merge left as it was over what it was merged with, and over nothing later', () => {
    const { server, editor } = editing('1');
    editor.type('mine');
    server.write('2');
    editor.follow();
    editor.document.carry('mine', 'mine', editor.document.latest);

    expect(editor.save()).toBe('saved');
    expect(server.textAt(3)).toBe('mine');

    editor.type('mine again');
    server.write('4');
    editor.follow();
    editor.document.carry('mine again', 'mine again', editor.document.latest);
    server.write('5');
    editor.follow();
    expect(editor.save()).toBe('refused');
  });

  it('saves a text that was taken before a merge came over nothing but what that was made of', () => {
    const { server, editor } = editing('1');
    const { document } = editor;
    // Of a text of this length VS Code's guard is told nothing.
    const mine = 'mine'.repeat(40_000);
    editor.type(mine);
    server.write('2');
    editor.follow();
    document.saveBegins(editor);
    document.carry(mine, 'both', document.latest, true);
    document.typed('both');

    expect(document.planSave(Buffer.from(mine))).toEqual({ kind: 'conflict' });
    document.saveFailed();
    expect(document.planSave(Buffer.from('both')).kind).toBe('put');
  });

  it('saves a text that came back by Undo once a merge has left it as it is', () => {
    const { server, editor } = editing('1');
    const { document } = editor;
    editor.type('mine');
    server.write('2');
    editor.follow();
    document.carry('mine', 'both', document.latest, true);
    document.typed('both');
    document.typed('mine');
    document.carry('mine', 'mine', document.latest, true);

    expect(document.planSave(Buffer.from('mine')).kind).toBe('put');
  });

  it('knows what the text was merged with until that is saved, undone or given up', () => {
    const { server, editor } = editing('1');
    const { document } = editor;
    const type = (text: string): void => {
      editor.type(text);
      document.typed(text);
    };
    editor.type('mine');
    server.write('2');
    editor.follow();
    expect(document.merged).toBeUndefined();
    document.carry('mine', 'both', document.latest, true);
    type('both');
    expect(document.merged?.revision).toBe(2);
    type('both and more');
    expect(document.merged?.revision).toBe(2);
    type('mine');
    expect(document.merged).toBeUndefined();
    type('both');
    expect(document.merged?.revision).toBe(2);

    expect(editor.save()).toBe('saved');
    expect(document.merged).toBeUndefined();
  });

  it('leaves the first refusal to the guard, and names what came after it in its own words', () => {
    const { server, editor } = editing('1');
    editor.type('mine');
    server.write('2');
    editor.follow();
    expect(editor.save()).toBe('refused');
    server.write('3');
    editor.follow();
    expect(editor.document.isGuarded).toBe(false);
    expect(editor.save()).toBe('conflict');
    expect(editor.save()).toBe('conflict');

    editor.document.overwrite(editor.document.latest);
    expect(editor.save()).toBe('saved');
    editor.type('mine again');
    server.write('5');
    editor.follow();
    expect(editor.save()).toBe('refused');
  });

  it('overwrites what was seen in the comparison', () => {
    const { server, editor } = editing('1');
    editor.type('mine');
    server.write('2');
    editor.follow();
    editor.save();
    server.write('3');
    editor.follow();
    editor.compare();

    expect(editor.save(true)).toBe('saved');
  });

  it('does not take an overwrite that nobody chose', () => {
    const { server, editor } = editing('1');
    editor.type('mine');
    server.write('2');
    editor.follow();

    // `files.saveConflictResolution: overwriteFileOnDisk` skips the guard from the first save on.
    expect(editor.save(true)).toBe('conflict');
    expect(server.last?.revision).toBe(2);
  });

  it('takes the server value on revert and saves from there', () => {
    const { server, editor } = editing('1');
    editor.type('mine');
    server.write('2');
    editor.follow();
    editor.revert();
    expect(editor.text).toBe('2');
    editor.type('3');

    expect(editor.save()).toBe('saved');
  });

  it('leaves a second conflict to the guard after the first was reverted', () => {
    const { server, editor } = editing('1');
    for (const value of ['2', '3', '4']) {
      editor.type('m');
      server.write(value);
      editor.follow();
      expect(editor.save()).toBe('refused');
      editor.revert();
      expect(editor.text).toBe(value);
    }
  });

  it('asks before it writes a key that was deleted meanwhile', () => {
    const { server, editor } = editing('1');
    editor.type('mine');
    server.write('', 'DEL');
    editor.follow();

    expect(editor.save()).toBe('declined');
    expect(editor.document.planSave(new Uint8Array([1]))).toMatchObject({
      kind: 'put',
      expected: 2,
      bytes: Buffer.from([1]),
      question: { kind: 'recreate' },
    });
  });

  it('writes nothing when the server has the same bytes already', () => {
    const { server, editor } = editing('1');
    editor.type('2');
    server.write('2');
    editor.follow();

    expect(editor.save()).toBe('saved');
    expect(server.last?.revision).toBe(2);
  });

  it('refuses the save of an unsaved text that was restored over a changed value', () => {
    const server = new SimulatedServer();
    const first = server.write('1');
    server.write('2');
    const document = new KeyDocument(server.last, plainView, { base: first });
    const editor = { text: 'mine', dirty: true };

    document.saveBegins(editor);

    expect(document.planSave(new TextEncoder().encode('mine'))).toEqual({ kind: 'conflict' });
  });

  it.each(['', '4', '42', '424', '4242'])(
    'overwrites nothing by itself after the extension was started again over a text of %j',
    (loaded) => {
      const { server, editor } = editing(loaded);
      editor.type('mine');
      server.write('x');
      editor.restart();
      const ends = Array.from({ length: 8 }, () => editor.save());

      expect(new Set(ends.slice(2))).toEqual(new Set(['refused']));
      expect(server.last?.revision).toBe(2);
      expect(editor.save(true)).toBe('saved');
    },
  );

  it('does not take for told what VS Code has not asked about', () => {
    const { server, editor } = editing('a');
    editor.type('mine');
    server.write('b');
    editor.restart();
    editor.document.saveBegins({ text: editor.text, dirty: true });

    expect(editor.save()).toBe('conflict');
    expect(server.last?.revision).toBe(2);
  });

  it('does not take what was read for the text of an editor that was there before', () => {
    const { server, editor } = editing('old');
    server.write('theirs');
    editor.restart();
    editor.document.read();
    editor.document.shown('old', true);

    expect(editor.document.base).toBeUndefined();
  });

  it('saves a restored text when its revision is still the last one', () => {
    const server = new SimulatedServer();
    server.write('1');
    const document = new KeyDocument(server.last, plainView, { base: server.last });
    document.saveBegins({ text: 'mine', dirty: true });

    const bytes = Buffer.from('mine');
    expect(document.planSave(bytes)).toMatchObject({ kind: 'put', expected: 1, bytes });
  });

  it('keeps its base when a keystroke is told before the editor is dirty', () => {
    const { server, editor } = editing('1');
    server.write('2');
    editor.document.learn(server.last);
    editor.document.read();

    editor.document.shown('1x');

    expect(editor.document.base?.revision).toBe(1);
  });

  it('gives each version a later mtime than the one before', () => {
    const server = new SimulatedServer();
    const document = new KeyDocument(server.write('1'), plainView);
    const mtimes = [document.latest.mtime];
    for (let at = 0; at < 5; at++) {
      document.learn(server.write('1'));
      mtimes.push(document.latest.mtime);
    }
    expect(mtimes).toEqual([...new Set(mtimes)].sort((a, b) => a - b));
  });

  it('replaces what another writer has read and nothing newer', () => {
    const server = new SimulatedServer();
    const first = server.write('1');
    const document = new KeyDocument(first, plainView);
    const bytes = new TextEncoder().encode('9');
    expect(document.planWrite(bytes, first)).toMatchObject({ kind: 'put', expected: 1, bytes });

    document.learn(server.write('2'));

    expect(document.planWrite(bytes, first)).toEqual({ kind: 'conflict' });
    expect(document.planWrite(bytes, undefined)).toMatchObject({ kind: 'put', expected: 2, bytes });
  });

  it('shows JSON in one line with one value a line and saves it in one line', () => {
    const { server, editor } = editing('{"a":1,"b":9007199254740993}');
    expect(editor.text).toBe('{\n  "a": 1,\n  "b": 9007199254740993\n}');

    editor.type(editor.text.replace('1,', '2,'));

    expect(editor.save()).toBe('saved');
    expect(server.textAt(2)).toBe('{"a":2,"b":9007199254740993}');
    editor.type(editor.text.replace('2,', '3,'));
    expect(editor.save()).toBe('saved');
  });

  it.each([
    ['white space in formatted JSON', '{"a":1}', '{ "a":\n\n1 }', (text: string) => text],
    ['a final newline that is added', '42', '42', addsFinalNewline],
    ['what is trimmed', 'a  \nb', 'a  \nb', trims],
  ])('writes nothing for %s', (_, stored, typed, participant) => {
    const { server, editor } = editing(stored);
    editor.type(typed);

    expect(editor.save(false, participant)).toBe('saved');
    expect(server.last?.revision).toBe(1);
    expect(editor.document.base?.revision).toBe(1);
  });

  it('writes nothing when the server has the same JSON with other white space', () => {
    const { server, editor } = editing('{"a":1}');
    editor.type('{"a": 2}');
    server.write('{ "a": 2 }');
    editor.follow();

    expect(editor.save()).toBe('saved');
    expect(server.last?.revision).toBe(2);
  });

  it('overwrites in the style of the version that the text was made of', () => {
    const { server, editor } = editing('{"a":1}');
    editor.type('{"a": 2}');
    server.write('plain');
    editor.follow();
    expect(editor.save()).toBe('refused');

    expect(editor.save(true)).toBe('saved');
    expect(server.textAt(3)).toBe('{"a":2}');
  });

  it.each(['{"a":1}', '{\n  "a": 1\n}\n'])('asks before %j is no longer JSON', (stored) => {
    const { server, editor } = editing(stored);
    editor.type('{"a": 1');

    expect(editor.save()).toBe('invalid');

    expect(server.last?.revision).toBe(1);
    const content = new TextEncoder().encode(editor.text);
    // A text keeps the newline at its end.
    const bytes = Buffer.from(stored.endsWith('\n') ? '{"a": 1\n' : '{"a": 1');
    expect(editor.document.planSave(content, new Set(['invalid']))).toMatchObject({
      kind: 'put',
      bytes,
    });
  });

  it('leaves a text alone when the way of showing changes, and saves it as it was shown', () => {
    const { server, editor } = editing('{"a":1}');
    let format = true;
    const view = valueView(undefined, () => ({ format, keepFinalNewline: true }));
    const shown = new SimulatedEditor(server, view);
    shown.type('{\n  "a": 2\n}');
    format = false;

    shown.document.reopen();

    expect(shown.document.latest.opened().form.kind).toBe('text');
    expect(shown.save()).toBe('saved');
    expect(server.textAt(2)).toBe('{"a":2}');
    expect(editor.dirty).toBe(false);
  });

  it('saves an encoded value in its encoding', () => {
    const { server, editor } = editing(Buffer.from('{"a":1,"b":2}').toString('base64'));
    expect(editor.text).toBe('{\n  "a": 1,\n  "b": 2\n}');
    editor.type('{"a":2,"b":2}');

    expect(editor.save()).toBe('saved');

    expect(server.textAt(2)).toBe(Buffer.from('{"a":2,"b":2}').toString('base64'));
  });

  it('keeps the encoding of a text whose value does not look encoded any more', () => {
    const { server, editor } = editing(Buffer.from('{"a":1,"b":2}').toString('base64'));
    for (const text of ['{}', '{"c":1}']) {
      editor.type(text);
      expect(editor.save()).toBe('saved');
      expect(Buffer.from(server.last?.value ?? []).toString()).toBe(
        Buffer.from(text).toString('base64'),
      );
    }
  });

  it('keeps the encoding when another client has stored the same, not looking encoded', () => {
    const { server, editor } = editing(Buffer.from('{"a":1,"b":2}').toString('base64'));
    editor.type('{"a":1}');
    server.write(Buffer.from('{"a":1}').toString('base64'));
    editor.follow();
    expect(editor.save()).toBe('saved');
    expect(server.last?.revision).toBe(2);

    editor.type('{"a":2}');
    expect(editor.save()).toBe('saved');

    expect(server.textAt(3)).toBe(Buffer.from('{"a":2}').toString('base64'));
  });

  it('tells the guard of no less than what would be shown', () => {
    const { server, editor } = editing('1');
    editor.type('2');
    server.write('{"a":1,"b":2}');
    editor.follow();

    editor.document.saveBegins(editor);

    // VS Code reads no more than this to compare the contents.
    const size = editor.document.stat(editor)?.size;
    expect(size).toBeGreaterThanOrEqual('{\n  "a": 1,\n  "b": 2\n}'.length);
  });

  it('goes on from a value that was stored again with another TTL', () => {
    const { server, editor } = editing('1');
    editor.type('2');
    const { current } = editor.document;
    editor.document.restored({ entry: server.write('1'), isDated: true }, current);

    expect(editor.document.conflict(editor)).toBeUndefined();
    expect(editor.save()).toBe('saved');
    expect(server.textAt(3)).toBe('2');
  });

  it('goes on from it also where it was told of before the write was answered', () => {
    const { server, editor } = editing('1');
    editor.type('2');
    const { current } = editor.document;
    const stored = server.write('1');
    editor.document.learn(stored);
    editor.document.restored({ entry: stored, isDated: true }, current);

    expect(editor.document.conflict(editor)).toBeUndefined();
    expect(editor.save()).toBe('saved');
  });

  it('keeps a value in conflict that came after it and was told of before it', () => {
    const { server, editor } = editing('1');
    editor.type('2');
    const { current } = editor.document;
    const stored = server.write('1');
    editor.document.learn(server.write('3'));
    editor.document.restored({ entry: stored, isDated: true }, current);

    expect(editor.document.conflict(editor)?.revision).toBe(3);
    expect(Buffer.from(editor.document.latest.value).toString()).toBe('3');
    expect(editor.document.base?.revision).toBe(2);
  });

  it('says nothing of newer content where what a text was merged with is stored again', () => {
    const { server, editor } = editing('1');
    editor.type('2');
    server.write('of another size');
    editor.follow();
    const { latest } = editor.document;
    editor.document.carry(editor.text, 'merged', latest, true);
    editor.type('merged');
    editor.document.typed(editor.text);
    const known = editor.document.stat(editor);
    const { current } = editor.document;

    editor.document.restored({ entry: server.write('of another size'), isDated: true }, current);

    expect(editor.document.stat(editor)).toEqual(known);
    expect(editor.save()).toBe('saved');
  });
});
