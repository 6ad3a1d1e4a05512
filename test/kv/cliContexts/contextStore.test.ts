import { mkdir, rename, rm, unlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { credentialsOf } from '../../../src/kv/cliContexts/contextCredentials';
import type { ContextState } from '../../../src/kv/cliContexts/contextStore';
import { eventually } from '../../support/poll';
import { namesOf, open, select, selectedOf, setUp, writeContext } from './contextsOnDisk';
import { fakeAccess } from './fixtures';

describe('the context store', () => {
  it('follows a context that is added, replaced by renaming and removed', async () => {
    const { store, folder } = await setUp();
    await writeContext(folder, 'one');
    await store.start();
    expect(namesOf(store.current)).toEqual(['one']);
    const path = await writeContext(folder, 'two');
    await eventually(() => namesOf(store.current).join() === 'one,two');
    await writeFile(`${path}.tmp-1`, '{"url":"nats://replaced"}');
    await rename(`${path}.tmp-1`, path);
    await eventually(() => store.current.contexts[1]?.config.url === 'nats://replaced');
    await unlink(path);
    await eventually(() => namesOf(store.current).join() === 'one');
  });

  it('follows the selection', async () => {
    const { store, folder } = await setUp();
    await writeContext(folder, 'one');
    await writeContext(folder, 'two');
    await store.start();
    for (const name of ['one', 'two']) {
      await select(folder, name);
      await eventually(() => selectedOf(store.current).join() === `context--${name}`);
    }
    await unlink(join(folder, 'nats', 'context.txt'));
    await eventually(() => selectedOf(store.current).length === 0);
  });

  it('follows folders that come, go and come again, step by step', async () => {
    const { store, folder } = await setUp();
    await store.start();
    for (const name of ['one', 'two']) {
      await mkdir(folder);
      await mkdir(join(folder, 'nats'));
      await mkdir(join(folder, 'nats', 'context'));
      await writeContext(folder, name);
      await eventually(() => namesOf(store.current).join() === name);
      await writeContext(folder, 'later');
      await eventually(() => namesOf(store.current).includes('later'));
      await rm(folder, { recursive: true });
      await eventually(() => store.current.contexts.length === 0);
    }
  });

  it('follows a folder that appears slower than it is looked for', async () => {
    const { store, folder } = await setUp();
    await store.start();
    for (const path of [folder, join(folder, 'nats'), join(folder, 'nats', 'context')]) {
      await mkdir(path);
      await store.refresh();
    }
    await writeContext(folder, 'one');
    await eventually(() => namesOf(store.current).join() === 'one');
  });

  it('follows a folder that is replaced by another', async () => {
    const { store, folder, home } = await setUp();
    await writeContext(folder, 'one');
    await writeContext(join(home, 'other'), 'two');
    await store.start();
    await rename(join(folder, 'nats', 'context'), join(home, 'old'));
    await rename(join(home, 'other', 'nats', 'context'), join(folder, 'nats', 'context'));
    await eventually(() => namesOf(store.current).join() === 'two');
    await writeContext(folder, 'three');
    await eventually(() => namesOf(store.current).join() === 'three,two');
  });

  it('follows the file of NATS_CONTEXT', async () => {
    const { home } = await setUp();
    const path = join(home, 'apart', 'mine.json');
    const store = open({ home, env: { NATS_CONTEXT: path } });
    await store.start();
    expect(store.current.problems).toHaveLength(1);
    await mkdir(dirname(path));
    await writeFile(path, '{"url":"nats://mine"}');
    await eventually(() => store.current.contexts[0]?.config.url === 'nats://mine');
    expect(store.current.problems).toEqual([]);
  });

  it('tells once of what changed, and keeps the rest as it is', async () => {
    const { store, folder } = await setUp();
    await writeContext(folder, 'one');
    const path = await writeContext(folder, 'two', '{"url":"nats://before"}');
    await store.start();
    const before = store.current;
    const told: ContextState[] = [];
    store.onDidChange((state) => told.push(state));
    await writeFile(path, '{"url":"nats://after"}');
    await store.refresh();
    expect(told).toEqual([store.current]);
    expect(store.current.contexts[0]).toBe(before.contexts[0]);
    expect(store.current.contexts[1]).not.toBe(before.contexts[1]);
  });

  it('tells nothing of a file that is written again with the same text', async () => {
    const { store, folder } = await setUp();
    await writeContext(folder, 'one');
    await select(folder, 'one');
    await store.start();
    const before = store.current;
    let told = 0;
    store.onDidChange(() => told++);
    await writeContext(folder, 'one');
    await select(folder, 'one\n');
    await writeFile(join(folder, 'nats', 'previous-context.txt'), 'two');
    await store.refresh();
    expect(told).toBe(0);
    expect(store.current).toBe(before);
  });

  it('gives the secrets of a context as they stand on disk now', async () => {
    const { store, folder } = await setUp();
    await store.start();
    for (const token of ['first', 'second']) {
      await writeContext(folder, 'one', JSON.stringify({ token }));
      await eventually(async () => {
        const [context] = store.current.contexts;
        const credentials = context && (await credentialsOf(context, fakeAccess()));
        expect(credentials).toEqual([{ kind: 'token', token }]);
      });
    }
  });

  it('does not look at folders before it is started', async () => {
    const { home, folder } = await setUp();
    const store = open({ home });
    await store.refresh();
    await writeContext(folder, 'one');
    const watched = open({ home });
    await watched.start();
    await writeContext(folder, 'two');
    await eventually(() => namesOf(watched.current).length === 2);
    expect(store.current.contexts).toEqual([]);
  });

  it('tells nothing after it was disposed', async () => {
    const { store, folder } = await setUp();
    await store.start();
    let told = 0;
    store.onDidChange(() => told++);
    await writeContext(folder, 'one');
    const refreshing = store.refresh();
    await Promise.resolve();
    await Promise.resolve();
    store.dispose();
    await refreshing;
    await store.refresh();
    expect(told).toBe(0);
    expect(store.current.contexts).toEqual([]);
  });
});
