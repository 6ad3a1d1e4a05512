import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import * as vscode from 'vscode';
import { BinaryEditors } from '../../../../src/extension/documents/editors/binaryEditors';
import { MovedEditors } from '../../../../src/extension/documents/editors/movedEditors';
import { keyUri } from '../../../../src/extension/documents/address/keyUri';
import type { KeyDocuments } from '../../../../src/extension/documents/model/keyDocuments';
import { valueView } from '../../../../src/extension/documents/model/valueView';
import { versionOf, type Version } from '../../../../src/extension/documents/model/version';
import { Emitter } from '../../../../src/kv/base/event';
import { codecOfText } from '../../../../src/kv/values/codecOfText';
import { inBackground } from '../../../support/inBackground';
import { SimulatedServer } from '../model/editorSimulation';

class TabInputText {
  constructor(readonly uri: vscode.Uri) {}
}

const address = { connectionId: 'local', bucket: 'B', key: 'logo' };
const uri = keyUri(address);
let closed: unknown[];
let run: [string, string | undefined][];
let isOpen: boolean;
let tabsChanged: Emitter<{ opened: unknown[]; changed: unknown[] }>;

/** The tab of the key, as another object each time that it is asked for: VS Code 1.103 tells its group anew. */
function tab(): object {
  const group = { viewColumn: 1 };
  return { input: new TabInputText(uri), isActive: true, isDirty: false, isPreview: false, group };
}

beforeEach(() => {
  closed = [];
  run = [];
  isOpen = true;
  tabsChanged = new Emitter();
  const groups = () => {
    const tabs = isOpen ? [tab()] : [];
    return {
      all: [
        { viewColumn: 1, tabs },
        { viewColumn: 2, tabs: [] },
      ],
      tabs,
    };
  };
  const tabGroups = {
    get all() {
      return groups().all;
    },
    activeTabGroup: {},
    onDidChangeTabs: tabsChanged.event,
    close: (tabs: object[]) => Promise.resolve(closed.push(...tabs)),
  };
  Object.assign(vscode, { TabInputText, TabInputCustom: class {} });
  Object.assign(vscode.window, { tabGroups });
  Object.assign(vscode.extensions, { getExtension: () => undefined });
  vi.spyOn(vscode.commands, 'executeCommand').mockImplementation((name, what, how) => {
    run.push([name, typeof how === 'string' ? how : String(what)]);
    return Promise.resolve();
  });
});

afterEach(() => vi.restoreAllMocks());

describe('tabs of keys that VS Code tells of as other objects', () => {
  const image = {
    operation: 'PUT',
    revision: 1,
    opened: () => ({ form: { kind: 'binary' }, shown: Buffer.from('GIF89a\0') }),
  };

  function lookAtImages(): void {
    const documents = {
      onDidChangeFacts: new Emitter<string>().event,
      known: () => Promise.resolve({ latest: image }),
    } as unknown as KeyDocuments;
    const state = { get: () => true } as unknown as vscode.Memento;
    new BinaryEditors(documents, state, inBackground);
    tabsChanged.fire({ opened: [tab()], changed: [] });
  }

  it('give way to an editor of what is no text', async () => {
    lookAtImages();
    await expect.poll(() => run).toEqual([['vscode.openWith', 'imagePreview.previewEditor']]);
    await expect.poll(() => closed).toEqual([tab()]);
  });

  it('are left alone once they are closed', async () => {
    isOpen = false;
    lookAtImages();
    await new Promise((resolve) => setImmediate(resolve));
    expect(run).toEqual([]);
  });

  it('go where their key was moved to', async () => {
    const documents = { editorOf: () => undefined, find: () => undefined };
    const to = { ...address, key: 'moved' };
    await new MovedEditors(documents as unknown as KeyDocuments).follow(address, to);
    expect(run).toEqual([['vscode.open', keyUri(to).toString()]]);
    expect(closed).toEqual([tab()]);
  });

  it('take an unsaved text along with the codec that made it', async () => {
    const codec = codecOfText({
      label: 'Backwards',
      decode: (stored) => ({ kind: 'text', text: Buffer.from(stored).reverse().toString() }),
      encode: (text) => ({ kind: 'bytes', bytes: Buffer.from(text).reverse() }),
    });
    const settings = () => ({ format: true, keepFinalNewline: true });
    const server = new SimulatedServer();
    const entry = server.write('}1:"a"{');
    const base = versionOf(
      entry,
      undefined,
      valueView(undefined, settings, () => codec),
    );
    const latest = versionOf(entry, undefined, valueView(undefined, settings));
    const carried: string[] = [];
    const documents = {
      editorOf: () => ({ text: 'mine', dirty: true }),
      find: () => ({ document: { base } }),
      known: () => Promise.resolve({ latest }),
      carry: (_id: unknown, _text: string, { opened }: Version) =>
        carried.push(Buffer.from(opened().shown).toString()),
    };
    Object.assign(vscode.workspace, {
      openTextDocument: () => Promise.reject(new Error('enough')),
    });
    const to = { ...address, key: 'moved' };
    const moving = new MovedEditors(documents as unknown as KeyDocuments).follow(address, to);
    await expect(moving).rejects.toThrow('enough');
    expect(carried).toEqual(['{\n  "a": 1\n}']);
  });

  it('stay with an unsaved text that could only be stored in another form', async () => {
    const documents = {
      editorOf: () => ({ text: 'mine', dirty: true }),
      find: () => ({ document: { isFormLost: true } }),
    };
    const to = { ...address, key: 'moved' };
    await new MovedEditors(documents as unknown as KeyDocuments).follow(address, to);
    expect(run).toEqual([]);
    expect(closed).toEqual([]);
  });
});
