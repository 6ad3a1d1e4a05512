import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, afterEach, before, describe, it } from 'mocha';
import * as vscode from 'vscode';
import { eventually } from '../support/poll';
import { answering } from './answers';
import { HostBench } from './hostBench';
import { closeAll, save, uriOf } from './keyTabs';

describe('the language of a value', () => {
  let bench: HostBench;
  const user = vscode.ConfigurationTarget.Global;

  before(async () => {
    bench = await HostBench.start();
  });

  after(() => bench.stop());

  afterEach(closeAll);

  it('gives keys the language of the settings, else that of their content', async () => {
    const settings = vscode.workspace.getConfiguration();
    await bench.put('notes.a.1', 'just words');
    await bench.put('conf', 'name: x\nitems:\n  - a\n  - b\n');
    await bench.open('conf');
    await eventually(() => assert.equal(bench.document('conf').languageId, 'yaml'));
    try {
      await settings.update('natsKv.languages', { 'B/notes.*': 'markdown' }, user);
      await bench.open('notes.a.1');
      await eventually(() => assert.equal(bench.document('notes.a.1').languageId, 'markdown'));
    } finally {
      await settings.update('natsKv.languages', undefined, user);
    }
    await eventually(() => assert.equal(bench.document('notes.a.1').languageId, 'plaintext'));
    await vscode.languages.setTextDocumentLanguage(bench.document('notes.a.1'), 'sql');
    await vscode.window.showTextDocument(bench.document('notes.a.1'));
    const { picked } = await remember('B/notes.*');
    assert.deepEqual(picked, { 'B/notes.*': 'sql' });
  });

  async function remember(pattern: string): Promise<{ picked: unknown }> {
    await answering({ picks: [pattern] }, () =>
      vscode.commands.executeCommand('natsKv.editor.rememberLanguage'),
    );
    const picked = vscode.workspace.getConfiguration().get<object>('natsKv.languages');
    await vscode.workspace.getConfiguration().update('natsKv.languages', undefined, user);
    return { picked: { ...picked } };
  }

  it('validates values by the schemas of the settings, and asks before a save breaks one', async () => {
    const settings = vscode.workspace.getConfiguration();
    const schema = { type: 'object', properties: { age: { type: 'number' } } };
    await settings.update('natsKv.schemas', { 'B/people.*': schema }, user);
    try {
      await bench.put('people.1', '{"age":1}');
      await bench.open('people.1');
      await bench.type('people.1', '{"age":"old"}');

      const asked = await answering({ buttons: [undefined] }, () => save(uriOf('people.1')));

      assert.match(asked.messages[0] ?? '', /^Save people\.1 as it is/);
      assert.equal((await bench.read('people.1')).value, '{"age":1}');
    } finally {
      await settings.update('natsKv.schemas', undefined, user);
    }
  });

  it('says once that a schema cannot be read, and asks nothing', async () => {
    const settings = vscode.workspace.getConfiguration();
    const folder = await mkdtemp(join(tmpdir(), 'natskv-schema-'));
    await writeFile(join(folder, 'broken.json'), '{ "type": ');
    const unreadable = {
      broken: join(folder, 'broken.json'),
      missing: join(folder, 'missing.json'),
      // Nobody listens there; a version that asks for trust first refuses it before.
      refused: 'http://127.0.0.1:9/schema.json',
      dangling: { $ref: '#/definitions/nothing' },
    };
    const schemas = Object.entries(unreadable).map(([key, schema]) => [`B/schema.${key}`, schema]);
    await settings.update('natsKv.schemas', Object.fromEntries(schemas), user);
    try {
      for (const key of Object.keys(unreadable).map((name) => `schema.${name}`)) {
        await bench.put(key, '{"a":1}');
        await bench.open(key);
        let last = 1;
        const saveNext = async (): Promise<void> => {
          await bench.type(key, `{"a":${++last}}`);
          assert.ok(await save(uriOf(key)));
        };
        const asked = await answering({}, async ({ messages }) => {
          // VS Code's JSON support may be starting anew, and answers nothing meanwhile.
          await eventually(async () => {
            await saveNext();
            assert.equal(messages.length, 1, `${key} was saved, and nothing was told`);
          });
          await saveNext();
        });
        assert.deepEqual(asked.errors, []);
        assert.equal((await bench.read(key)).value, `{"a":${last}}`);
      }
    } finally {
      await settings.update('natsKv.schemas', undefined, user);
      await rm(folder, { recursive: true });
    }
  });
});
