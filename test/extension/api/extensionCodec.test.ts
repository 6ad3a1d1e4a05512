import { describe, expect, it, onTestFinished } from 'vitest';
import { codecFinder } from '../../../src/extension/api/codecFinder';
import { extensionCodec } from '../../../src/extension/api/extensionCodec';
import type { NatsKvValueCodec } from '../../../src/extension/api/natsKvApi';
import { valueView } from '../../../src/extension/documents/model/valueView';

/** Stores a text after a byte that says so. */
const marked: NatsKvValueCodec = {
  label: 'Marked',
  matches: () => true,
  decode: (bytes) => {
    if (bytes[0] !== 1) {
      throw new Error('it has no mark');
    }
    return { text: Buffer.from(bytes.subarray(1)).toString() };
  },
  encode: (text) => stored(text),
};

function stored(text: string): Uint8Array {
  return Uint8Array.from([1, ...Buffer.from(text)]);
}

/** A document of a value: what it shows, why it is read-only, and what storing another text comes to. */
function documentOf(codec: Partial<NatsKvValueCodec>, value = stored('one')) {
  const made = extensionCodec({ ...marked, ...codec });
  const settings = { format: true, keepFinalNewline: true };
  const view = valueView(
    undefined,
    () => settings,
    () => made,
  );
  const opened = view.open(value);
  const { viewOnly, undecodable, encodings } = opened;
  return {
    text: Buffer.from(opened.shown).toString(),
    ...{ viewOnly, undecodable, encodings },
    save: (text: string) => view.close(Buffer.from(text), opened),
  };
}

describe('a codec of another extension', () => {
  it('shows a text, with its language, and stores another', () => {
    const document = documentOf({
      decode: (bytes) => ({ ...marked.decode(bytes), languageId: 'ini' }),
    });
    expect(document).toMatchObject({ text: 'one', viewOnly: undefined, undecodable: undefined });
    expect(document.encodings).toMatchObject([{ kind: 'codec', language: 'ini' }]);
    expect(document.save('two')).toEqual({ kind: 'value', bytes: stored('two') });
  });

  it('is given JSON in the white space of the value', () => {
    const document = documentOf({}, stored('{"a":1}'));
    expect(document.text).toBe('{\n  "a": 1\n}');
    expect(document.save('{ "a": 2 }')).toEqual({ kind: 'value', bytes: stored('{"a":2}') });
  });

  it('may make other white space of JSON, and no other number', () => {
    const spaced = (text: string): Uint8Array => stored(JSON.stringify(JSON.parse(text), null, 1));
    const document = documentOf({ encode: spaced }, spaced('{"a":1}'));
    expect(document.save('{"a":2}')).toEqual({ kind: 'value', bytes: spaced('{"a":2}') });
    expect(document.save('{"a":9007199254740993}')).toEqual({
      kind: 'viewOnly',
      reason: 'its extension makes bytes of it that stand for another text',
    });
  });

  const endless = new Promise(() => undefined);
  it.each<[string, () => unknown, string]>([
    [
      'throws',
      () => {
        throw new Error('it ends early');
      },
      'it ends early',
    ],
    [
      'throws no error',
      () => {
        // oxlint-disable-next-line typescript/only-throw-error -- another extension may
        throw 'a text';
      },
      'a text',
    ],
    ['never answers', () => endless, 'its extension made no text of it'],
    ['gives nothing', () => undefined, 'its extension made no text of it'],
    ['gives a text alone', () => 'one', 'its extension made no text of it'],
    [
      'gives a wrong language',
      () => ({ text: 'one', languageId: 1 }),
      'its extension made no text of it',
    ],
    [
      'gives a wrong reason',
      () => ({ text: 'one', readOnly: true }),
      'its extension made no text of it',
    ],
    [
      'gives a NUL',
      () => ({ text: 'a\0' }),
      'its extension made a text of it that no editor can hold',
    ],
    [
      'gives half of a character',
      () => ({ text: '\ud800' }),
      'its extension made a text of it that no editor can hold',
    ],
    [
      'gives too much',
      () => ({ text: 'x'.repeat(16 * 1024 * 1024 + 1) }),
      'its extension made too long a text of it',
    ],
  ])('that %s leaves the value as it is, read-only', (_, decode, reason) => {
    const document = documentOf(
      { decode: decode as NatsKvValueCodec['decode'] },
      Buffer.from('text'),
    );
    const told = `not decoded as Marked: ${reason}`;
    expect(document).toMatchObject({ text: 'text', viewOnly: told, undecodable: told });
    expect(document.save('other')).toEqual({ kind: 'viewOnly', reason: told });
    expect(document.save('text')).toEqual({ kind: 'value', bytes: Buffer.from('text') });
  });

  it('leaves binary bytes as they are, read-only too', () => {
    const document = documentOf({}, Uint8Array.of(0, 200));
    expect(document.viewOnly).toBe('not decoded as Marked: it has no mark');
    expect(document.save('other')).toMatchObject({ kind: 'viewOnly' });
  });

  const notAgain = 'its bytes could not be made again from the text';
  it.each<[string, NatsKvValueCodec['encode'], string]>([
    [
      'throws',
      () => {
        throw new Error('no');
      },
      notAgain,
    ],
    ['gives a text', (text) => text as never, notAgain],
    ['never answers', () => endless as never, notAgain],
    [
      'gives other bytes',
      () => stored('another'),
      'its extension makes bytes of it that stand for another text',
    ],
    ['gives what it cannot decode', () => Uint8Array.of(9), 'it has no mark'],
  ])('whose encode %s is read-only', (_, encode) => {
    const document = documentOf({ encode });
    expect(document.text).toBe('one');
    expect(document.viewOnly).toBeTypeOf('string');
    expect(document.save('two')).toEqual({ kind: 'viewOnly', reason: document.viewOnly });
  });

  it.each<[string, NatsKvValueCodec['encode']]>([
    ['forgets what was edited', (_, before) => before],
    ['stores something else', (text, before) => (text === 'one' ? before : stored('three'))],
    ['makes what it cannot decode', (text, before) => (text === 'one' ? before : Uint8Array.of(9))],
    [
      'throws',
      (text, before) => {
        if (text === 'one') {
          return before;
        }
        throw new Error('no');
      },
    ],
    ['gives no bytes', (text, before) => (text === 'one' ? before : ('x' as never))],
    [
      'changes what it was given',
      (text, before) => {
        before.fill(7);
        return stored(text === 'two' ? '2' : text);
      },
    ],
  ])('that %s when a text is saved stores nothing', (_, encode) => {
    const document = documentOf({ encode });
    expect(document.viewOnly).toBeUndefined();
    expect(document.save('two').kind).not.toBe('value');
  });

  it('cannot change the value that it was given', () => {
    const value = stored('one');
    const document = documentOf(
      {
        decode: (bytes) => {
          const decoded = marked.decode(bytes);
          bytes.fill(7);
          return decoded;
        },
      },
      value,
    );
    expect([document.text, document.viewOnly]).toEqual(['one', undefined]);
    expect(value).toEqual(stored('one'));
  });

  it('cannot change the value either where that is a Buffer', () => {
    const value = Buffer.from(stored('one'));
    const decode: NatsKvValueCodec['decode'] = (bytes) => {
      const decoded = marked.decode(bytes);
      bytes.fill(7);
      return decoded;
    };
    const encode: NatsKvValueCodec['encode'] = (text, before) => {
      before.fill(7);
      return stored(text);
    };
    expect(documentOf({ decode, encode }, value).text).toBe('one');
    expect([...value]).toEqual([...stored('one')]);
  });

  it('cannot change what it has encoded, where it does all in one Buffer', () => {
    const all = Buffer.alloc(100);
    const document = documentOf({
      encode: (text) => all.subarray(0, all.write(`\u0001${text}`)),
    });
    const saved = document.save('two');
    document.save('three');
    expect(saved).toMatchObject({ kind: 'value' });
    expect([...(saved as { bytes: Uint8Array }).bytes]).toEqual([...stored('two')]);
  });

  it('may take its time for a text that is saved', () => {
    let now = 0;
    let takes = 0;
    const decode: NatsKvValueCodec['decode'] = (bytes) => {
      now += takes;
      return marked.decode(bytes);
    };
    const made = extensionCodec({ ...marked, decode }, () => now);
    const settings = { format: true, keepFinalNewline: true };
    const view = valueView(
      undefined,
      () => settings,
      () => made,
    );
    const opened = view.open(stored('one'));
    takes = 1_001;
    const saved = [1, 2].map(() => view.close(Buffer.from('two'), opened));
    expect(saved.map(({ kind }) => kind)).toEqual(['value', 'value']);
  });

  it('leaves no rejected promise behind that it gave in the place of an answer', async () => {
    const unhandled: unknown[] = [];
    const hear = (reason: unknown): void => void unhandled.push(reason);
    process.on('unhandledRejection', hear);
    onTestFinished(() => void process.off('unhandledRejection', hear));
    const rejected = () => Promise.reject(new Error('later')) as never;
    documentOf({ decode: rejected });
    documentOf({ encode: rejected });
    const find = codecFinder({ ...marked, matches: rejected });
    expect(find({ bucket: 'B', key: 'k', headers: [] })).toBeUndefined();
    await new Promise((resolve) => setImmediate(resolve));
    expect(unhandled).toEqual([]);
  });

  it('says itself why a value can only be looked at', () => {
    const document = documentOf({ decode: () => ({ text: 'signed', readOnly: 'it is signed' }) });
    expect(document).toMatchObject({ text: 'signed', viewOnly: 'it is signed' });
    expect(document.save('other')).toEqual({ kind: 'viewOnly', reason: 'it is signed' });
  });

  it('is not asked again once it was too slow', () => {
    let now = 0;
    let asked = 0;
    const decode: NatsKvValueCodec['decode'] = (bytes) => {
      now += 1_001;
      asked++;
      return marked.decode(bytes);
    };
    const codec = extensionCodec({ ...marked, decode }, () => now);
    const opened = [codec.open(stored('one')), codec.open(stored('one'))];
    const reason =
      'not decoded as Marked: its extension took longer than a second for one value, and is not asked again';
    expect(opened).toEqual([1, 2].map(() => ({ kind: 'undecodable', reason, isViewOnly: true })));
    expect(asked).toBe(1);
  });
});

describe('codecFinder', () => {
  const place = {
    bucket: 'B',
    key: 'k',
    headers: [['content-type', 'application/x-marked']] as const,
  };

  it('asks by bucket, key and headers, and gives one codec for all values', () => {
    const asked: unknown[] = [];
    const find = codecFinder({
      ...marked,
      matches: (where) => {
        asked.push(where);
        return where.contentType === 'application/x-marked';
      },
    });
    expect(find(place)?.label).toBe('Marked');
    expect(find(place)).toBe(find({ ...place, key: 'other' }));
    expect(find({ ...place, headers: [] })).toBeUndefined();
    expect(asked[0]).toEqual({ ...place, contentType: 'application/x-marked' });
  });

  it.each([
    [
      'throws',
      () => {
        throw new Error('no');
      },
    ],
    ['gives a promise', () => Promise.resolve(true)],
    ['gives a text', () => 'yes'],
  ])('takes a codec whose matches %s for one of no value', (_, matches) => {
    expect(codecFinder({ ...marked, matches: matches as never })(place)).toBeUndefined();
  });

  it.each([undefined, {}, { ...marked, label: '' }, { ...marked, encode: 'no' }, 'codec'])(
    'refuses %j',
    (given) => {
      expect(() => codecFinder(given as never)).toThrow('A codec has label, matches');
    },
  );
});
