import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { KeyDocument } from '../../src/extension/documents/keyDocument';
import { SimulatedEditor, SimulatedServer } from './editorSimulation';

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
    expect(editor.document.planSave(new Uint8Array([1]))).toEqual({ kind: 'deleted', expected: 2 });
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
    server.write('1');
    server.write('2');
    const document = new KeyDocument(server.last, 1);
    const editor = { text: 'mine', dirty: true };

    document.saveBegins(editor);

    expect(document.planSave(new TextEncoder().encode('mine'))).toEqual({ kind: 'conflict' });
  });

  it('saves a restored text when its revision is still the last one', () => {
    const server = new SimulatedServer();
    server.write('1');
    const document = new KeyDocument(server.last, 1);
    document.saveBegins({ text: 'mine', dirty: true });

    expect(document.planSave(new TextEncoder().encode('mine'))).toEqual({
      kind: 'put',
      expected: 1,
    });
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
    const document = new KeyDocument(server.write('1'));
    const mtimes = [document.latest.mtime];
    for (let at = 0; at < 5; at++) {
      document.learn(server.write('1'));
      mtimes.push(document.latest.mtime);
    }
    expect(mtimes).toEqual([...new Set(mtimes)].sort((a, b) => a - b));
  });

  it('replaces what another writer has read and nothing newer', () => {
    const server = new SimulatedServer();
    const document = new KeyDocument(server.write('1'));
    const bytes = new TextEncoder().encode('9');
    expect(document.planWrite(bytes, 1)).toEqual({ kind: 'put', expected: 1 });

    document.learn(server.write('2'));

    expect(document.planWrite(bytes, 1)).toEqual({ kind: 'conflict' });
    expect(document.planWrite(bytes, undefined)).toEqual({ kind: 'put', expected: 2 });
  });

  it('never lets a save replace what the user has not seen, and always leaves it to the guard', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        const { server, editor } = editing('a');
        for (const each of steps) {
          takeStep(each, server, editor);
        }
      }),
      { numRuns: 2_000 },
    );
  });
});

type Step =
  | { readonly kind: 'type' | 'foreign' | 'told'; readonly text: string }
  | { readonly kind: 'follow' | 'save' | 'overwrite' | 'compare' | 'revert' | 'delete' };

const step: fc.Arbitrary<Step> = fc.oneof(
  fc.constantFrom('a', 'b', 'ab').map((text) => ({ kind: 'type' as const, text })),
  fc.constantFrom('a', 'b', 'ba').map((text) => ({ kind: 'foreign' as const, text })),
  fc.constantFrom('a', 'b', 'c').map((text) => ({ kind: 'told' as const, text })),
  fc
    .constantFrom(
      'follow' as const,
      'save' as const,
      'overwrite' as const,
      'compare' as const,
      'revert' as const,
      'delete' as const,
    )
    .map((kind) => ({ kind })),
);

function takeStep(taken: Step, server: SimulatedServer, editor: SimulatedEditor): void {
  switch (taken.kind) {
    case 'type':
      return editor.type(taken.text);
    case 'foreign':
      return void server.write(taken.text);
    case 'told':
      server.write(taken.text);
      return editor.follow();
    case 'delete':
      return void server.write('', 'DEL');
    case 'follow':
      return editor.follow();
    case 'compare':
      return editor.compare();
    case 'revert':
      return editor.revert();
    case 'save':
    case 'overwrite':
      return checkedSave(server, editor, taken.kind === 'overwrite');
  }
}

function checkedSave(server: SimulatedServer, editor: SimulatedEditor, overwrite: boolean): void {
  const before = server.last?.revision ?? 0;
  const unseen = editor.document.conflict(editor);
  const differs = unseen && server.textAt(unseen.revision) !== editor.text;
  const end = editor.save(overwrite);
  const after = server.last?.revision ?? 0;
  if (differs && unseen.operation === 'PUT' && !overwrite) {
    expect(end, 'a conflict known at the start is told by the guard').toBe('refused');
  }
  if (after !== before) {
    const replaced = server.textAt(before);
    const shown = [...editor.seen].some((revision) => server.textAt(revision) === replaced);
    expect(editor.seen.has(before) || shown, `r${before} was replaced unseen`).toBe(true);
  }
  if (end === 'saved') {
    // Written, or found to be the same as the text.
    editor.seen.add(after);
  }
}
