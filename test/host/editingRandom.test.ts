import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { after, before, describe, it } from 'mocha';
import * as vscode from 'vscode';
import { openValue } from '../../src/kv/values/valueForm';
import { eventually } from '../support/poll';
import { HostBench } from './hostBench';
import { documentOf, revert, save as saveTab, type as typeInto } from './keyTabs';
import { runProgram, type Pick } from './randomProgram';
import { restartExtension } from './restartProbe';

const steps = 500;
const key = 'shared';
const values = ['{"a":1}', '{"a":2}', '{"a": 1}', 'x', 'yy', '42', '[1,2]', '{\n  "a": 1\n}'];
const texts = ['{"a":1}', '{ "a": 3 }', '{\n  "a": 2\n}', 'x', 'zz', '42\n', '[1, 2]', ''];

const kinds = [
  ...(['type', 'type', 'type', 'save', 'save', 'save', 'foreign', 'revert', 'settle'] as const),
  ...(['remake', 'other', 'cut', 'mend', 'stall', 'deny'] as const),
  ...(['wipe', 'lag', 'restart'] as const),
];

const login = { user: 'other', pass: 'p' };

/** Who logs in as nobody, as the extension does, has the rights that are left. */
function configWith(denied: string): string {
  const users = `[ { user: other, password: p }, { user: editor, password: p ${denied} } ]`;
  return `authorization { users: ${users} }\nno_auth_user: editor\n`;
}

/** Rights that are taken away: to ask JetStream, and to hear what it answers and sends. */
const denials = [
  ', permissions: { publish: { deny: "$JS.API.>" } }',
  ', permissions: { subscribe: { deny: "_INBOX.>" } }',
];

const stream = {
  name: 'KV_B',
  subjects: ['$KV.B.>'],
  max_msgs_per_subject: 5,
  allow_rollup_hdrs: true,
  allow_direct: true,
  discard: 'new',
};

/** An editor with what its user knows: the values that it has shown, and the texts typed into it. */
interface Editor {
  readonly uri: vscode.Uri;
  readonly raw: boolean;
  readonly seen: Set<string>;
  readonly typed: Set<string>;
}

describe('two editors and another client on one key', () => {
  let bench: HostBench;
  let editors: readonly Editor[];
  let denies = '';
  /** Every value that the server has acknowledged. */
  const stored = new Set<string>();

  before(async () => {
    bench = await HostBench.start('B', { config: configWith(''), login });
    await foreignPut('{"a":1}');
    editors = ['', 'raw=1'].map((query) => ({
      uri: bench.uri(key).with({ query }),
      raw: query !== '',
      seen: new Set<string>(),
      typed: new Set<string>(),
    }));
    for (const { uri } of editors) {
      await vscode.commands.executeCommand('vscode.open', uri, { preview: false, override: false });
      await eventually(() => documentOf(uri));
    }
    editors.forEach(look);
  });

  after(async () => {
    await mend();
    for (const { uri } of editors) {
      await revert(uri);
    }
    await bench.stop();
  });

  async function foreignPut(value: string): Promise<void> {
    await bench.put(key, value);
    stored.add(value);
  }

  /** Deletes the bucket and makes one of the same name: its revisions begin at 1 again. */
  async function remake(value: string): Promise<void> {
    await bench.api('STREAM.DELETE.KV_B', {});
    await eventually(() => bench.api('STREAM.CREATE.KV_B', stream));
    await foreignPut(value);
  }

  /** Loses the store of the server, and makes a bucket of the same name in the new one. */
  async function wipe(value: string): Promise<void> {
    await bench.wipe(stream);
    await foreignPut(value);
  }

  /** Another extension changes the value that it has just read; it may be refused. */
  async function writeAsOther(uri: vscode.Uri, text: string): Promise<void> {
    const before = await bench.read(key);
    try {
      const read = Buffer.from(await vscode.workspace.fs.readFile(uri)).toString();
      await vscode.workspace.fs.writeFile(uri, Buffer.from(text));
      const now = await bench.read(key);
      const isWritten = now.value !== before.value;
      const views = valuesShownAs(read, false);
      assert.ok(!isWritten || views.includes(before.value), `${before.value} was not read`);
    } catch (error) {
      assert.ok(error instanceof vscode.FileSystemError, String(error));
    }
    stored.add((await bench.read(key)).value);
  }

  async function mend(): Promise<void> {
    bench.proxy.reset();
    await bench.proxy.accept();
    await allow('');
  }

  /** Changes what the extension's user may do, by a reload of the server's configuration. */
  async function allow(denied: string): Promise<void> {
    if (denied !== denies) {
      denies = denied;
      const { server } = bench;
      const from = server.log.length;
      await writeFile(server.configFile, configWith(denied));
      process.kill(server.pid, 'SIGHUP');
      await eventually(() => assert.match(server.log.slice(from), /Reloaded server configuration/));
    }
  }

  /** The values whose text an editor may show. */
  function valuesShownAs(text: string, raw: boolean): string[] {
    return [...stored].filter((value) => {
      const views = [openValue(Buffer.from(value), { raw: true }), openValue(Buffer.from(value))];
      return views
        .slice(0, raw ? 1 : 2)
        .some(({ shown }) => Buffer.from(shown).toString() === text);
    });
  }

  /** Notes what a clean editor shows; it must be somebody's. */
  function look(editor: Editor): void {
    const document = documentOf(editor.uri);
    if (!document.isDirty) {
      const text = document.getText();
      const shown = valuesShownAs(text, editor.raw);
      shown.forEach((value) => editor.seen.add(value));
      const isSomebodys = shown.length > 0 || editor.typed.has(text);
      assert.ok(isSomebodys, `${JSON.stringify(text)} is nobody's`);
    }
  }

  async function type(editor: Editor, text: string): Promise<void> {
    editor.typed.add(text);
    // An edit that meets a reload of the document is not applied: its user sees another text first.
    await eventually(async () => {
      look(editor);
      assert.ok(await typeInto(editor.uri, text));
    });
  }

  async function save(editor: Editor): Promise<void> {
    const before = await bench.read(key);
    const isSaved = await saveTab(editor.uri);
    const now = await bench.read(key);
    if (now.revision === before.revision) {
      return;
    }
    assert.ok(isSaved, 'what was not saved was written');
    assert.equal(now.revision, before.revision + 1, 'one save writes once');
    const isSeen = editor.seen.has(before.value);
    assert.ok(isSeen, `r${before.revision} ${before.value} was overwritten unseen`);
    stored.add(now.value);
    editor.seen.add(now.value);
  }

  async function step(pick: Pick): Promise<string> {
    const editor = pick(editors);
    const name = editor.raw ? 'raw' : 'plain';
    switch (pick(kinds)) {
      case 'type': {
        const text = pick(texts);
        await type(editor, text);
        return `${name} types ${JSON.stringify(text)}`;
      }
      case 'save':
        await save(editor);
        return `${name} saves`;
      case 'foreign': {
        const value = pick(values);
        await foreignPut(value);
        return `puts ${JSON.stringify(value)}`;
      }
      case 'revert':
        await revert(editor.uri);
        return `${name} reverts`;
      case 'remake': {
        const value = pick(values);
        await remake(value);
        return `makes the bucket again with ${JSON.stringify(value)}`;
      }
      case 'wipe': {
        const value = pick(values);
        await wipe(value);
        return `wipes the store and puts ${JSON.stringify(value)}`;
      }
      case 'lag': {
        const { revision } = await bench.read(key);
        bench.proxy.lag(revision);
        return `lets the follower stand still at r${revision}`;
      }
      case 'restart':
        restartExtension();
        return 'starts the extension again';
      case 'other': {
        const text = pick(texts);
        await writeAsOther(bench.uri(key).with({ query: 'raw=1' }), text);
        return `another extension writes ${JSON.stringify(text)}`;
      }
      case 'cut':
        bench.proxy.refuse();
        bench.proxy.cut();
        return 'cuts the link';
      case 'mend':
        await mend();
        return 'lets the link come back';
      case 'stall': {
        bench.proxy.stall();
        const value = pick(values);
        await foreignPut(value);
        bench.proxy.reset();
        return `puts ${JSON.stringify(value)} while the link stands still`;
      }
      case 'deny': {
        const denied = pick(denials);
        await allow(denied);
        return `takes rights away${denied}`;
      }
      case 'settle':
        await settled();
        return 'settles';
    }
  }

  /** Every clean editor comes to show the value that is on the server. */
  async function settled(): Promise<void> {
    await mend();
    const { value } = await bench.read(key);
    await eventually(() => {
      for (const { uri, raw, typed } of editors) {
        const document = documentOf(uri);
        const text = document.getText();
        const isLatest = valuesShownAs(text, raw).includes(value) || typed.has(text);
        assert.ok(document.isDirty || isLatest, `${text} is not ${value}`);
      }
    });
  }

  it('never overwrites an acknowledged value unseen, nor shows what is nobody’s', async function () {
    this.timeout(600_000);
    await runProgram(
      steps,
      async (pick) => {
        const told = await step(pick);
        editors.forEach(look);
        return told;
      },
      settled,
    );
  });
});
