import type * as fs from 'node:fs';
import { type FSWatcher, mkdirSync, watch, type WatchListener } from 'node:fs';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { FolderWatch } from '../../../src/kv/cliContexts/folderWatch';
import { eventually } from '../../support/poll';

vi.mock('node:fs', async (importOriginal) => {
  const original = await importOriginal<typeof fs>();
  return { ...original, watch: vi.fn(original.watch) };
});

const opened = vi.mocked(watch);

describe('the watch of folders', () => {
  beforeEach(() => void opened.mockClear());

  it('opens nothing anew while the folders stay the same', async () => {
    const { folders, folder } = await setUp();
    expect(await folders.follow([{ folder }])).toEqual([]);
    await folders.follow([{ folder }]);
    expect(opened.mock.calls).toHaveLength(1);
  });

  it('tells only of the names that matter, and of the folder itself', async () => {
    const { folders, folder, changes } = await setUp();
    await folders.follow([{ folder, names: ['mine'] }]);
    const tell = listenerOf(0);
    tell('rename', 'other');
    tell('change', 'mine.json');
    expect(changes()).toBe(0);
    tell('rename', 'mine');
    tell('rename', null);
    tell('rename', basename(folder));
    expect(changes()).toBe(3);
  });

  it('watches the nearest parent for the name that is missing in it', async () => {
    const { folders, folder, changes } = await setUp();
    await folders.follow([{ folder: join(folder, 'a', 'b'), names: ['mine'] }]);
    expect(opened.mock.calls.map(([path]) => path)).toEqual([folder]);
    listenerOf(0)('rename', 'mine');
    expect(changes()).toBe(0);
    listenerOf(0)('rename', 'a');
    expect(changes()).toBe(1);
  });

  it('looks again when a folder comes just before its parent is watched', async () => {
    const { folders, folder, changes } = await setUp();
    const inner = join(folder, 'a');
    const { watch: original } = await vi.importActual<typeof fs>('node:fs');
    opened.mockImplementationOnce((path, ...rest: unknown[]) => {
      mkdirSync(inner);
      return Reflect.apply(original, undefined, [path, ...rest]) as FSWatcher;
    });
    await folders.follow([{ folder: inner }]);
    expect(opened.mock.calls.map(([path]) => path)).toEqual([folder, inner]);
    await writeFile(join(inner, 'b'), '');
    await eventually(() => changes() > 0);
  });

  it('closes what it does not follow any more', async () => {
    const { folders, folder } = await setUp();
    await folders.follow([{ folder }]);
    const closed = vi.spyOn(resultOf(0), 'close');
    await folders.follow([]);
    expect(closed).toHaveBeenCalledOnce();
  });

  it('says what cannot be watched, and watches the rest', async () => {
    const { folders, folder, changes } = await setUp();
    const { watch: original } = await vi.importActual<typeof fs>('node:fs');
    const other = join(folder, 'other');
    await mkdir(other);
    opened.mockImplementation((path, ...rest: unknown[]) => {
      if (path === folder) {
        throw Object.assign(new Error('no space'), { code: 'ENOSPC' });
      }
      return Reflect.apply(original, undefined, [path, ...rest]) as FSWatcher;
    });
    onTestFinished(() => void opened.mockImplementation(original));
    expect(await folders.follow([{ folder }, { folder: other }])).toEqual([
      `${folder} cannot be watched (ENOSPC); refresh to see what changed.`,
    ]);
    await writeFile(join(other, 'mine'), '');
    await eventually(() => changes() > 0);
  });

  it('tells when a watcher fails, and opens another when it follows again', async () => {
    const { folders, folder, changes } = await setUp();
    await folders.follow([{ folder }]);
    resultOf(0).emit('error', new Error('gone'));
    expect(changes()).toBe(1);
    await folders.follow([{ folder }]);
    expect(opened.mock.calls).toHaveLength(2);
  });

  it('tells nothing after it was disposed, even while it looks for folders', async () => {
    const { folders, folder } = await setUp();
    const following = folders.follow([{ folder }]);
    folders.dispose();
    await following;
    expect(opened.mock.calls).toHaveLength(0);
  });
});

async function setUp() {
  const folder = await mkdtemp(join(tmpdir(), 'watched-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  let changes = 0;
  const folders = new FolderWatch(() => changes++);
  onTestFinished(() => folders.dispose());
  return { folder, folders, changes: () => changes };
}

function resultOf(call: number): FSWatcher {
  const result = opened.mock.results[call];
  if (result?.type !== 'return') {
    throw new Error('it was not opened');
  }
  return result.value;
}

function listenerOf(call: number): WatchListener<string> {
  const [, , listener] = opened.mock.calls[call] as unknown as [
    string,
    object,
    WatchListener<string>,
  ];
  return listener;
}
