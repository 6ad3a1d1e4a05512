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
});
