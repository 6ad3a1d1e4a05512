import { Uri } from 'vscode';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { DocumentLanguages } from '../../../../src/extension/documents/editors/documentLanguage';
import { keyUri } from '../../../../src/extension/documents/address/keyUri';
import { eventually } from '../../../support/poll';

const { fake, editor } = vi.hoisted(() => {
  const listeners: Record<string, ((value: unknown) => void)[]> = {};
  const event = (name: string) => (listener: (value: unknown) => void) => {
    (listeners[name] ??= []).push(listener);
    return { dispose: () => (listeners[name] = []) };
  };
  const editor = {
    fire: (name: string, value: unknown) => listeners[name]?.forEach((listener) => listener(value)),
    asked: [] as string[],
    answer: () => Promise.resolve(['json', 'plaintext']),
    refuse: undefined as Error | undefined,
  };
  const fake = {
    workspace: {
      textDocuments: [] as unknown[],
      onDidOpenTextDocument: event('opened'),
      onDidChangeTextDocument: event('changed'),
      onDidCloseTextDocument: event('closed'),
      onDidChangeConfiguration: event('configured'),
      getConfiguration: () => ({ get: () => undefined }),
    },
    languages: {
      getLanguages: () => editor.answer(),
      setTextDocumentLanguage: (document: { languageId: string }, language: string) => {
        editor.asked.push(language);
        if (editor.refuse) {
          return Promise.reject(editor.refuse);
        }
        document.languageId = language;
        return Promise.resolve(document);
      },
    },
  };
  return { fake, editor };
});

vi.mock('vscode', async (original) => ({ ...(await original<object>()), ...fake }));

const told: string[] = [];
let languages: DocumentLanguages;

beforeEach(() => {
  told.length = 0;
  editor.asked.length = 0;
  editor.refuse = undefined;
  languages = new DocumentLanguages((doing, work) => {
    work.then(undefined, (error: unknown) => told.push(`${doing}: ${String(error)}`));
  });
});

afterEach(() => languages.dispose());

describe('DocumentLanguages', () => {
  it('keeps the language when a text becomes invalid by typing, though dirty is told late', async () => {
    const document = await opened('{"on":true}');
    document.text = '{"on":fal}';
    document.version++;
    editor.fire('changed', { document });
    document.isDirty = true;
    await allDone();
    expect(document.languageId).toBe('json');
  });

  it('has that of the codec which made the text, where VS Code knows it', async () => {
    languages.dispose();
    let ofCodec = 'json';
    languages = new DocumentLanguages(
      () => undefined,
      () => false,
      () => ofCodec,
    );
    const document = await opened('just words');
    ofCodec = 'no such language';
    editor.fire('changed', { document });
    await eventually(() => expect(document.languageId).toBe('plaintext'));
  });

  it('follows a value that the server changed', async () => {
    const document = await opened('{"on":true}');
    document.text = 'just words';
    document.version++;
    editor.fire('changed', { document });
    await eventually(() => expect(document.languageId).toBe('plaintext'));
  });

  it('tells nothing of a document that was closed before it had its language', async () => {
    editor.refuse = new Error('no such model');
    editor.fire('opened', documentOf('{"on":true}', { closesSoon: true }));
    await eventually(() => expect(editor.asked).toEqual(['json']));
    await allDone();
    expect(told).toEqual([]);
  });

  it('tells of a language that an open document was refused', async () => {
    editor.refuse = new Error('no such language');
    editor.fire('opened', documentOf('{"on":true}'));
    await eventually(() => expect(told).toEqual(['choose a language: Error: no such language']));
  });
});

function documentOf(text: string, { closesSoon = false } = {}) {
  return {
    uri: Uri.parse(String(keyUri({ connectionId: 'local', bucket: 'B', key: 'k' }))),
    languageId: 'plaintext',
    isDirty: false,
    version: 1,
    text,
    /** VS Code tells of a closing only after it has been asked for the language. */
    get isClosed(): boolean {
      return closesSoon && editor.asked.length > 0;
    },
    getText() {
      return this.text;
    },
  };
}

async function opened(text: string) {
  const document = documentOf(text);
  editor.fire('opened', document);
  await eventually(() => expect(document.languageId).toBe('json'));
  return document;
}

async function allDone(): Promise<void> {
  await new Promise((resolve) => setImmediate(resolve));
}
