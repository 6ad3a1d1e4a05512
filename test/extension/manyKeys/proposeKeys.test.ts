import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { TextDocument } from 'vscode';
import { proposeKeys } from '../../../src/extension/manyKeys/proposeKeys';
import type { Entry } from '../../../src/kv/model/entry';
import { KeysWindow, OpenServer, uri } from './keysWindow';
import { simulation, SimulatedVscode } from './simulatedVscode';

vi.mock('vscode', async (original) => {
  const { simulatedModule } = await import('./simulatedVscode');
  return simulatedModule(await original());
});

let server: OpenServer;
let editor: SimulatedVscode;
let window: KeysWindow;
let writes: number;

beforeEach(async () => {
  server = new OpenServer();
  server.foreignCreateBucket({ name: 'B' });
  server.foreignUpdateBucket('B', { stream: { allow_atomic: true } });
  ['a.x', 'a.y'].forEach((key) => server.foreignPut('B', key, '1'));
  editor = new SimulatedVscode();
  simulation.editor = editor;
  writes = 0;
  window = new KeysWindow(
    ...[server, editor],
    (_name, _args, send) => {
      writes++;
      return send();
    },
    (problem) => expect.fail(problem),
  );
  await editor.open(uri);
});

afterEach(() => {
  window.dispose();
});

/** Proposes values over revisions, 0 for a key that is new. */
async function propose(...keys: readonly (readonly [key: string, value: string, over: number])[]) {
  const { created: bucketCreated } = await server.bucketStatus('B');
  const entries = keys.map(([key, text, over]) => {
    const value = Buffer.from(text);
    const facts = { operation: 'PUT', created: 0, size: value.length, headers: [] } as const;
    const entry: Entry = { key, revision: over, value, ...facts };
    return { entry, over };
  });
  const document = window.document as unknown as TextDocument;
  return proposeKeys(window.documents, document, { bucketCreated, keys: entries });
}

const stored = (key: string): unknown => server.foreignGet('B', key);

describe('proposals of several keys', () => {
  it('are unsaved text of one document, which a save stores', async () => {
    expect(await propose(['a.y', '{"n":1}', 2], ['a.z', 'hello', 0])).toBe('opened');
    const { document } = window;
    expect(document.getText()).toContain(
      '"a.x": 1,\n  "a.y": {\n    "n": 1\n  },\n  "a.z": "hello"',
    );
    expect(document.isDirty).toBe(true);
    expect([writes, stored('a.y'), stored('a.z')]).toEqual([0, '1', undefined]);
    await editor.save(document);
    expect([stored('a.x'), stored('a.y'), stored('a.z')]).toEqual(['1', '{"n":1}', 'hello']);
  });

  it('leave unsaved text of the user alone', async () => {
    editor.type(window.document, window.document.getText().replace('"a.x": 1', '"a.x": 7'));
    const before = window.document.getText();
    expect(await propose(['a.y', '2', 2])).toBe('unsaved');
    expect(window.document.getText()).toBe(before);
  });

  it('do not come over what somebody else has stored since it was read', async () => {
    server.foreignPut('B', 'a.y', '9');
    expect(await propose(['a.y', '2', 2])).toBe('changed');
    expect(window.document.isDirty).toBe(false);
  });
});
