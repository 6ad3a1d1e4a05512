import { describe, expect, it } from 'vitest';
import { KeyDocument } from '../../../../src/extension/documents/model/keyDocument';
import { valueView } from '../../../../src/extension/documents/model/valueView';
import { inFormOf, versionOf } from '../../../../src/extension/documents/model/version';
import { codecOfText } from '../../../../src/kv/values/codecOfText';
import { SimulatedEditor, SimulatedServer } from './editorSimulation';

/** JSON is stored backwards; what begins with another byte is not of it. */
const backwards = codecOfText({
  label: 'Backwards',
  decode: (stored) =>
    stored[0] === 0x7d
      ? { kind: 'text', text: Buffer.from(stored).reverse().toString() }
      : { kind: 'undecodable', reason: 'it does not begin with }' },
  encode: (text) => ({ kind: 'bytes', bytes: Buffer.from(text).reverse() }),
});

const settings = () => ({ format: true, keepFinalNewline: true });
const plain = valueView(undefined, settings);
const shown = (number: number): string => `{\n  "a": ${number}\n}`;

/** An editor of a value that a codec shows, for as long as there is one. */
function decoded(value: string) {
  const server = new SimulatedServer();
  server.write(value);
  const codec: { is: typeof backwards | undefined } = { is: backwards };
  const view = valueView(undefined, settings, () => codec.is);
  return { server, codec, view, editor: new SimulatedEditor(server, view) };
}

describe('texts that a codec made', () => {
  it.each(['}5:"a"{', 'no text of the codec'])(
    'are stored by it over %j, though that is shown without it by now',
    (theirs) => {
      const { server, codec, editor } = decoded('}1:"a"{');
      editor.type(shown(2));
      codec.is = undefined;
      editor.document.reopen();
      server.write(theirs);
      editor.follow();

      editor.document.overwrite(editor.document.latest);

      expect(editor.save(true)).toBe('saved');
      expect(server.textAt(3)).toBe('}2:"a"{');
      editor.type(shown(3));
      expect(editor.save()).toBe('saved');
      expect(server.textAt(4)).toBe('}3:"a"{');
    },
  );

  it('are stored by it where the key was moved to, which has none', () => {
    const { server, view, editor } = decoded('}1:"a"{');
    editor.type(shown(2));
    const moved = new KeyDocument(server.last, plain);

    moved.carry('', editor.text, inFormOf(moved.latest, editor.document.base));
    moved.typed(editor.text);

    expect(moved.planSave(Buffer.from(editor.text))).toMatchObject({
      kind: 'put',
      bytes: Buffer.from('}2:"a"{'),
    });
    expect(inFormOf(moved.latest, versionOf(undefined, undefined, view))).toBe(moved.latest);
  });

  describe('and that are restored', () => {
    const memory = () => {
      const { server, codec, view, editor } = decoded('}1:"a"{');
      editor.type(shown(2));
      const base = server.last;
      const { shownAs } = editor.document;
      const restart = () => new KeyDocument(server.last, view, { base, shown: shownAs });
      return { server, codec, editor, shownAs, restart };
    };
    const content = Buffer.from(shown(2));

    it('go on where their base is shown as it was', () => {
      const { editor, restart } = memory();
      const document = restart();

      expect(document.conflict(editor)).toBeUndefined();
      expect(document.planSave(content)).toMatchObject({ bytes: Buffer.from('}2:"a"{') });
    });

    it('are in conflict while there is no codec, and are never stored without it', () => {
      const { server, codec, editor, shownAs, restart } = memory();
      codec.is = undefined;
      const document = restart();
      expect(document.conflict(editor)?.revision).toBe(1);
      expect(document.planSave(content)).toEqual({ kind: 'conflict' });

      document.overwrite(document.latest);
      expect(document.planSave(content).kind).toBe('refused');
      expect(document.shownAs).toBe(shownAs);

      document.learn(server.write('', 'DEL'));
      expect(document.planSave(content).kind).toBe('refused');
      const again = restart();
      expect(again.planSave(content).kind).toBe('refused');
      expect(new KeyDocument(server.last, plain, { shown: shownAs }).planSave(content).kind).toBe(
        'refused',
      );
    });

    it('can be stored over what was seen once there is a codec again', () => {
      const { codec, restart } = memory();
      codec.is = undefined;
      const document = restart();
      codec.is = backwards;
      document.reopen();

      document.overwrite(document.latest);

      expect(document.planSave(content)).toMatchObject({ bytes: Buffer.from('}2:"a"{') });
    });

    it('are in conflict where the codec shows more of the value than it did', () => {
      const { codec, editor, restart } = memory();
      codec.is = codecOfText({
        label: 'Newer',
        decode: () => ({ kind: 'text', text: '{"a":1,"new":2}' }),
        encode: () => ({ kind: 'bytes', bytes: Buffer.from('}1:"a"{') }),
      });

      expect(restart().conflict(editor)?.revision).toBe(1);
    });

    it('are in conflict where no codec made them and there is one now', () => {
      const { server, codec, view, editor } = decoded('}1:"a"{');
      editor.type('raw');
      const base = server.last;
      expect(new KeyDocument(base, view, { base }).conflict(editor)?.revision).toBe(1);
      codec.is = undefined;
      expect(new KeyDocument(base, view, { base }).conflict(editor)).toBeUndefined();
    });

    it('become a key only as an empty value was shown', () => {
      const { view, codec } = decoded('');
      codec.is = codecOfText({
        label: 'Empty',
        decode: () => ({ kind: 'text', text: '{}' }),
        encode: () => ({ kind: 'bytes', bytes: Buffer.alloc(0) }),
      });
      const draft = new KeyDocument(undefined, view);
      draft.begin(undefined);
      const shownAs = draft.shownAs;
      expect(shownAs).toBeDefined();

      const same = new KeyDocument(undefined, view, { shown: shownAs });
      same.beginAgain(undefined);
      expect(same.isNew).toBe(true);
      codec.is = undefined;
      const other = new KeyDocument(undefined, view, { shown: shownAs });
      other.beginAgain(undefined);
      expect(other.isNew).toBe(false);
      expect(other.planSave(content).kind).toBe('refused');
    });
  });
});
