import { afterEach, describe, expect, it } from 'vitest';
import { URI, Utils } from 'vscode-uri';
import { readSyncSettings } from '../../../src/extension/sync/syncSettings';
import type { ConnectionSession } from '../../../src/kv/session/connectionSession';
import { Uri, workspace } from '../../support/fakeVscode';

interface Values {
  readonly globalValue?: unknown;
  readonly workspaceValue?: unknown;
  readonly workspaceFolderValue?: unknown;
}

interface Fake {
  readonly isTrusted?: boolean;
  readonly folders: readonly string[];
  readonly file?: string;
  readonly values: Values;
  /** Of each folder's own settings. */
  readonly own?: Readonly<Record<string, unknown>>;
}

const before = { ...workspace };
afterEach(() => {
  Object.keys(workspace).forEach((name) => Reflect.deleteProperty(workspace, name));
  Object.assign(workspace, before);
});

/** What is read of a workspace: the pairs as `folder: path`, and why others cannot be used. */
function read({ isTrusted = true, folders, file, values, own = {} }: Fake) {
  const all = folders.map((name) => ({ name, uri: URI.file(`/w/${name}`) }));
  Object.assign(Uri, { joinPath: Utils.joinPath });
  Object.assign(workspace, {
    isTrusted,
    workspaceFolders: all,
    workspaceFile: file === undefined ? undefined : URI.file(file),
    getConfiguration: (_: unknown, folder?: { readonly name: string }) => ({
      inspect: () => (folder ? { workspaceFolderValue: own[folder.name] } : values),
    }),
  });
  const sessions = [{ id: 'a', name: 'local' }] as ConnectionSession[];
  const { pairs, problems } = readSyncSettings({ all: sessions });
  return {
    pairs: pairs.map(({ root, pair, folder }) => `${root.name}: ${pair.folder} ${folder.path}`),
    problems: problems.map(({ place, reason }) => [
      [place.file?.path, ...place.path].join(' '),
      reason,
    ]),
  };
}

const pair = (folder: string, more: object = {}) => ({
  connection: 'local',
  bucket: 'b',
  folder,
  ...more,
});

describe('natsKv.sync', () => {
  it('of a workspace of one folder is relative to it', () => {
    const values = { workspaceValue: [pair('config')], workspaceFolderValue: [pair('config')] };
    expect(read({ folders: ['shop'], values })).toEqual({
      pairs: ['shop: config /w/shop/config'],
      problems: [],
    });
  });

  it('of several folders names one of them, or stands in its own settings', () => {
    const found = read({
      folders: ['shop', 'site'],
      file: '/w/all.code-workspace',
      values: { workspaceValue: [pair('site/config'), pair('elsewhere/config'), pair('shop')] },
      own: { shop: [pair('config', { prefix: 'x' }), pair('config', { bucket: 'c' })] },
    });
    const inWorkspace = '/w/all.code-workspace settings natsKv.sync';
    const named = 'it has to begin with the name of a folder of this workspace';
    expect(found).toEqual({
      pairs: ['site: config /w/site/config', 'shop: config /w/shop/config'],
      problems: [
        [`${inWorkspace} 1 folder`, named],
        [`${inWorkspace} 2 folder`, named],
        [
          '/w/shop/.vscode/settings.json natsKv.sync 0 bucket',
          'its keys are also those of "config", the folder of another pair',
        ],
      ],
    });
  });

  it('is not read of a workspace that is not trusted, nor of the settings of the user', () => {
    const values = { workspaceValue: [pair('config')] };
    expect(read({ isTrusted: false, folders: ['shop'], values })).toEqual({
      pairs: [],
      problems: [],
    });
    const { problems } = read({ folders: ['shop'], values: { globalValue: [pair('config')] } });
    expect(problems).toEqual([
      ['', 'it is in your own settings; it belongs into those of a workspace'],
    ]);
  });

  it.each([
    [{ not: 'a list' }, 'natsKv.sync not', '"not" is no field of a pair'],
    [
      [pair('config', { connection: 'x' })],
      'natsKv.sync 0 connection',
      'there is no connection "x"',
    ],
  ])('says of %j what is wrong and where', (workspaceValue, path, reason) => {
    const { pairs, problems } = read({ folders: ['shop'], values: { workspaceValue } });
    expect(pairs).toEqual([]);
    expect(problems).toEqual([[`/w/shop/.vscode/settings.json ${path}`, reason]]);
  });
});
