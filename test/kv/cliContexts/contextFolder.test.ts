import { execFileSync } from 'node:child_process';
import { mkdir, symlink, unlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { inspect } from 'node:util';
import { describe, expect, it } from 'vitest';
import { namesOf, read, select, selectedOf, setUp, writeContext } from './contextsOnDisk';

describe('the contexts on disk', () => {
  it('are none where there is no folder, and that is no problem', async () => {
    const { store } = await setUp();
    await store.refresh();
    expect(store.current).toEqual({ contexts: [], problems: [] });
  });

  it('are those of XDG_CONFIG_HOME, or else of .config in the home folder', async () => {
    const { home } = await setUp();
    await writeContext(join(home, '.config'), 'of-home');
    await writeContext(join(home, 'xdg'), 'of-xdg');
    expect(namesOf(await read({ home }))).toEqual(['of-home']);
    expect(namesOf(await read({ home, env: { XDG_CONFIG_HOME: '' } }))).toEqual(['of-home']);
    const env = { XDG_CONFIG_HOME: join(home, 'xdg') };
    expect(namesOf(await read({ home, env }))).toEqual(['of-xdg']);
  });

  it('are not looked for at a relative XDG_CONFIG_HOME, and that is told', async () => {
    const { home } = await setUp();
    await writeContext(join(home, '.config'), 'of-home');
    const state = await read({ home, env: { XDG_CONFIG_HOME: 'xdg' } });
    expect(namesOf(state)).toEqual(['of-home']);
    expect(state.problems).toEqual([
      'XDG_CONFIG_HOME is not used: "xdg" is a relative path; set it to an absolute one.',
    ]);
  });

  it('are listed in natural order, with what cannot be used and why, without other endings', async () => {
    const { home, folder } = await setUp();
    for (const name of ['shop 10', 'shop 2', 'ngs.js', '.hidden', 'kľúč']) {
      await writeContext(folder, name);
    }
    const contexts = join(folder, 'nats', 'context');
    await mkdir(join(contexts, 'folder.json'));
    await symlink(join(contexts, 'folder.json'), join(contexts, 'link to a folder.json'));
    await symlink(join(contexts, 'nowhere.json'), join(contexts, 'link to nothing.json'));
    await symlink(join(contexts, 'ngs.js.json'), join(contexts, 'linked.json'));
    await writeFile(join(contexts, 'empty.json'), '');
    await writeFile(join(contexts, 'a..b.json'), '{}');
    await writeFile(join(contexts, '.json'), '{}');
    execFileSync('mkfifo', [join(contexts, 'pipe.json')]);
    await symlink('/dev/zero', join(contexts, 'zero.json'));
    await writeFile(join(contexts, 'huge.json'), ' '.repeat(1024 * 1024 + 1));
    await writeFile(join(contexts, 'notes.txt'), '{}');
    await writeFile(join(contexts, 'local.json.tmp-123'), '{}');
    const state = await read({ home });
    const names = state.contexts.flatMap(({ config }) => (config.problems ? [] : [config.name]));
    expect(names).toEqual(['.hidden', 'kľúč', 'linked', 'ngs.js', 'shop 2', 'shop 10']);
    const broken = state.contexts.flatMap(({ config: { name, problems = [] } }) =>
      problems.map((problem) => [name, problem.slice(contexts.length + 1)]),
    );
    expect(Object.fromEntries(broken)).toEqual({
      folder: 'folder.json is a folder and no file.',
      'link to a folder': 'link to a folder.json is a folder and no file.',
      'link to nothing': 'link to nothing.json is a link that leads to nothing.',
      empty: 'empty.json is empty.',
      'a..b': 'a..b.json has a name that the nats CLI does not take; rename it.',
      '.json': '.json has a name that the nats CLI does not take; rename it.',
      pipe: 'pipe.json is no file that can be read.',
      zero: 'zero.json is no file that can be read.',
      huge: 'huge.json is larger than 1 MiB.',
    });
    expect(state.problems).toEqual([]);
  });

  it('mark the one of context.txt, white space around it notwithstanding', async () => {
    const { home, folder } = await setUp();
    await writeContext(folder, 'one');
    await writeContext(folder, 'two');
    await select(folder, ' two\n');
    expect(selectedOf(await read({ home }))).toEqual(['context--two']);
    await select(folder, '');
    expect(selectedOf(await read({ home }))).toEqual([]);
  });

  it('mark the one of NATS_CONTEXT before that', async () => {
    const { home, folder } = await setUp();
    await writeContext(folder, 'one');
    await writeContext(folder, 'two');
    await select(folder, 'two');
    const state = await read({ home, env: { NATS_CONTEXT: 'one' } });
    expect(selectedOf(state)).toEqual(['context--one']);
  });

  it('have the file of NATS_CONTEXT among them, apart from one of its name', async () => {
    const { home, folder } = await setUp();
    await writeContext(folder, 'one');
    const path = join(home, 'one.json');
    await writeFile(path, '{"url":"nats://elsewhere"}');
    const state = await read({ home, env: { NATS_CONTEXT: path } });
    expect(state.contexts.map(({ config }) => config.name)).toEqual(['one', 'one']);
    expect(new Set(state.contexts.map(({ config }) => config.id)).size).toBe(2);
    expect(state.contexts.find(({ config }) => config.selected)?.config).toMatchObject({
      id: expect.stringMatching(/^context-file--one--[0-9a-f]{8}$/) as string,
      url: 'nats://elsewhere',
    });
  });

  it('have it once when it stands in their folder', async () => {
    const { home, folder } = await setUp();
    const env = { NATS_CONTEXT: await writeContext(folder, 'one') };
    const state = await read({ home, env });
    expect(selectedOf(state)).toEqual(['context--one']);
    expect(state.contexts).toHaveLength(1);
  });

  it.each([
    [{ NATS_CONTEXT: 'gone' }, 'NATS_CONTEXT selects the context "gone", which does not exist'],
    [{ NATS_CONTEXT: 'a/b.json' }, 'NATS_CONTEXT selects the context "a/b.json", which does not'],
    [{ NATS_CONTEXT: '/no/such/file.json' }, 'NATS_CONTEXT names /no/such/file.json, which is not'],
  ])('tell that %j leads nowhere', async (env, problem) => {
    const { home, folder } = await setUp();
    await writeContext(folder, 'one');
    const { problems, contexts } = await read({ home, env });
    expect(problems).toEqual([expect.stringContaining(problem)]);
    expect(contexts).toHaveLength(1);
  });

  it('tell that the selected one does not exist', async () => {
    const { home, folder } = await setUp();
    await select(folder, 'gone');
    const [problem] = (await read({ home })).problems;
    expect(problem).toContain('context.txt selects the context "gone", which does not exist');
  });

  it('tell what stands where a folder or file of theirs should', async () => {
    const { home, folder } = await setUp();
    await mkdir(join(folder, 'nats', 'context.txt'), { recursive: true });
    await writeFile(join(folder, 'nats', 'context'), '');
    const { problems } = await read({ home });
    expect(problems).toEqual([
      expect.stringContaining('context cannot be read (ENOTDIR); check its permissions.'),
      expect.stringContaining('context.txt is a folder and no file.'),
    ]);
  });

  it('keep a file that cannot be read as a connection with its problem', async () => {
    const { home, folder } = await setUp();
    const path = await writeContext(folder, 'loop');
    await unlink(path);
    await symlink(path, path);
    const { contexts } = await read({ home });
    expect(contexts[0]?.config).toMatchObject({ id: 'context--loop', name: 'loop', url: '' });
    expect(contexts[0]?.config.problems).toEqual([
      `${path} cannot be read (ELOOP); check its permissions.`,
    ]);
  });

  it('keep a broken file as a connection with its problem', async () => {
    const { store, folder } = await setUp();
    await writeContext(folder, 'broken', '{ "token": "s3cret');
    await store.refresh();
    const { contexts, problems } = store.current;
    expect(problems).toEqual([]);
    expect(contexts[0]?.config).toMatchObject({ id: 'context--broken', url: '' });
  });

  it('show no secret when the store is printed or serialised', async () => {
    const { store, folder } = await setUp();
    await writeContext(folder, 'broken', '{ "token": "s3cret');
    await writeContext(folder, 'whole', '{ "user": "app", "password": "s3cret" }');
    await store.refresh();
    const printed = inspect(store, { depth: null, showHidden: true });
    expect(printed).toContain("name: 'whole'");
    expect(printed + JSON.stringify(store.current)).not.toContain('s3cret');
  });
});
