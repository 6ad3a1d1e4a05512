import assert from 'node:assert/strict';
import { after, before, describe, it } from 'mocha';
import { connect, type KV, type NatsConnection } from 'nats';
import * as vscode from 'vscode';
import { eventually } from '../support/poll';
import { answering } from './answers';
import { HostBench } from './hostBench';
import { TreeProbe } from './treeProbe';

const bytes = (text: string) => new TextEncoder().encode(text);
const text = (value: Uint8Array | undefined) => new TextDecoder().decode(value);

/** Commands on the key of the active editor, as the palette runs them, against a real server. */
describe('the commands on keys', () => {
  let bench: HostBench;
  let other: NatsConnection;
  let second: KV;

  before(async () => {
    bench = await HostBench.start();
    other = await connect({ servers: bench.server.url });
    second = await other.jetstream().views.kv('SECOND');
    const config = { name: 'KV_TTL', subjects: ['$KV.TTL.>'], max_msgs_per_subject: 1 };
    const recipe = { ...config, allow_rollup_hdrs: true, allow_direct: true, discard: 'new' };
    const request = { ...recipe, allow_msg_ttl: true, subject_delete_marker_ttl: 60_000_000_000 };
    await other.request('$JS.API.STREAM.CREATE.KV_TTL', JSON.stringify(request));
  });

  after(async () => {
    await other.close();
    await bench.stop();
  });

  const run = (command: string) => vscode.commands.executeCommand(`natsKv.key.${command}`);

  async function operations(key: string): Promise<string[]> {
    const all: string[] = [];
    for await (const entry of await bench.bucket.history({ key })) {
      all.push(entry.operation);
    }
    return all;
  }

  /** The TTL that a key of the bucket with TTLs is stored with; undefined where it is not stored. */
  async function storedTtl(key: string): Promise<string | undefined> {
    const last = await other.request(`$JS.API.DIRECT.GET.KV_TTL.$KV.TTL.${key}`);
    return last.headers?.get('Nats-TTL') || undefined;
  }

  it('rename: the value is at the new key, and the history stays with the old one', async () => {
    await bench.put('names.old', '1');
    await bench.put('names.old', '2');
    await bench.open('names.old');
    const shown = await answering({ texts: ['names.new'] }, () => run('rename'));

    assert.deepEqual(shown.errors, []);
    assert.match(shown.prompts[0] ?? '', /The history stays with the old one/);
    assert.equal((await bench.read('names.new')).value, '2');
    assert.deepEqual(await operations('names.old'), ['PUT', 'PUT', 'DEL']);
  });

  it('selects what was renamed or made in a tree that is in view, and fails no command for it', async () => {
    await bench.put('seen.one', '1');
    const tree = await TreeProbe.open();
    // What other tests have left open is read again.
    await vscode.commands.executeCommand('natsKv.view.refresh');
    await tree.expand('bench');
    await tree.expand('bench', 'B');
    await tree.expand('bench', 'B', 'seen');
    const selects = (...path: string[]) =>
      eventually(async () => {
        const { id } = await tree.item(await tree.row(...path));
        assert.deepEqual(tree.selected(), [id]);
      });

    await bench.open('seen.one');
    for (const [command, name] of [
      ['rename', 'two'],
      ['duplicate', 'three'],
      ['rename', 'four'],
      ['duplicate', 'five'],
    ] as const) {
      const shown = await answering({ texts: [`seen.${name}`] }, () => run(command));
      assert.deepEqual(shown.errors, []);
      await selects('bench', 'B', 'seen', name);
    }
    const copied = await answering({ picks: ['SECOND'], texts: ['far'] }, () => run('copyTo'));
    assert.deepEqual(copied.errors, []);
    const made = await answering({ picks: ['B'], texts: ['seen.new', ''] }, () => run('create'));
    assert.deepEqual(made.errors, []);
    await vscode.commands.executeCommand('workbench.action.files.save');
    await selects('bench', 'B', 'seen', 'new');
    await vscode.commands.executeCommand('workbench.view.explorer');
  });

  it('duplicate: asks about what exists, and overwrites just that', async () => {
    await bench.put('twins.a', 'new');
    await bench.put('twins.b', 'old');
    await bench.open('twins.a');
    const answers = { texts: ['twins.b'], buttons: [undefined] };
    const kept = await answering(answers, () => run('duplicate'));
    assert.match(kept.messages[0] ?? '', /^twins\.b exists already in B on bench\.$/);
    assert.equal((await bench.read('twins.b')).value, 'old');

    // The tree, where it is in view, has turned to the copy: back to the original.
    await bench.open('twins.b');
    await bench.open('twins.a');
    await answering({ ...answers, buttons: ['Overwrite'] }, () => run('duplicate'));
    assert.equal((await bench.read('twins.b')).value, 'new');
    assert.equal((await bench.read('twins.a')).value, 'new');
  });

  it('copy and move to another bucket', async () => {
    await bench.put('travels', 'x');
    await bench.open('travels');
    await answering({ picks: ['SECOND'], texts: ['copied'] }, () => run('copyTo'));
    assert.equal(text((await second.get('copied'))?.value), 'x');
    await answering({ picks: ['SECOND'], texts: ['moved'] }, () => run('move'));
    assert.equal(text((await second.get('moved'))?.value), 'x');
    assert.equal((await bench.bucket.get('travels'))?.operation, 'DEL');
  });

  it('delete, and undo', async () => {
    await second.put('gone', bytes('was here'));
    const uri = vscode.Uri.parse('natskv://bench/SECOND/gone');
    await vscode.window.showTextDocument(await vscode.workspace.openTextDocument(uri));
    const shown = await answering({ buttons: ['Delete'] }, () => run('delete'));
    assert.match(shown.messages[0] ?? '', /^Delete gone in SECOND on bench\?$/);
    assert.equal((await second.get('gone'))?.operation, 'DEL');

    const undone = await answering({}, () => run('undoDelete'));
    assert.deepEqual(undone.errors, []);
    assert.equal(text((await second.get('gone'))?.value), 'was here');
  });

  it('purge: nothing but the marker is left, and it cannot be undone', async () => {
    await bench.put('secret', '1');
    await bench.put('secret', '2');
    await bench.open('secret');
    await answering({ buttons: ['Purge'] }, () => run('purge'));
    assert.deepEqual(await operations('secret'), ['PURGE']);
    await answering({}, () => run('undoDelete'));
    assert.deepEqual(await operations('secret'), ['PURGE']);
  });

  it('restore deleted keys from the history', async () => {
    await bench.put('lost', 'found');
    await bench.bucket.delete('lost');
    const { window } = vscode;
    const { showQuickPick } = window;
    await answering({}, async () => {
      const picks = (items: Thenable<(string | vscode.QuickPickItem)[]>) =>
        Promise.resolve(items).then((all) => {
          const labelled = (label: string) =>
            all.filter((item) => (typeof item === 'string' ? item : item.label) === label);
          return labelled('B')[0] ?? labelled('lost');
        });
      Object.assign(window, { showQuickPick: picks });
      await run('restoreDeleted');
      Object.assign(window, { showQuickPick });
    });
    assert.equal((await bench.read('lost')).value, 'found');
  });

  it('new key with a TTL, which counts from the first save, until the server ends it', async () => {
    const answers = { picks: ['TTL'], texts: ['session', '{"a":1}', '6s'] };
    const shown = await answering(answers, () => run('create'));
    assert.deepEqual(shown.errors, []);
    assert.match(shown.prompts[2] ?? '', /^TTL/);
    const document = vscode.window.activeTextEditor?.document;
    assert.equal(document?.getText(), '{"a":1}');
    assert.equal(document.isDirty, true);
    assert.equal(document.languageId, 'json');
    assert.equal(await storedTtl('session'), undefined);
    assert.equal(await document.save(), true);
    const stored = await other.request('$JS.API.DIRECT.GET.KV_TTL.$KV.TTL.session');
    assert.equal(stored.headers?.get('Nats-TTL'), '6');
    await eventually(async () => {
      const last = await other.request('$JS.API.DIRECT.GET.KV_TTL.$KV.TTL.session');
      assert.equal(last.headers?.get('Nats-Marker-Reason'), 'MaxAge');
    });
  });

  it('does not ask for a TTL where the bucket has none, and says why', async () => {
    const shown = await answering({ picks: ['SECOND'], texts: ['plain', 'x'] }, () =>
      run('create'),
    );
    assert.equal(shown.prompts.length, 2);
    assert.match(shown.prompts[1] ?? '', /Values of SECOND cannot have a TTL.*allow_msg_ttl/);
    assert.equal(await second.get('plain'), null);
    assert.equal(await vscode.window.activeTextEditor?.document.save(), true);
    assert.equal(text((await second.get('plain'))?.value), 'x');
  });

  it('new key: nothing is stored when its editor is closed, and an empty one can be saved', async () => {
    const answers = { picks: ['SECOND'], texts: ['never', ''] };
    await answering(answers, () => run('create'));
    await vscode.commands.executeCommand('workbench.action.closeActiveEditor');
    assert.equal(await second.get('never'), null);

    await answering({ ...answers, texts: ['empty', ''] }, () => run('create'));
    assert.equal(vscode.window.activeTextEditor?.document.isDirty, false);
    await vscode.commands.executeCommand('workbench.action.files.save');
    await eventually(async () => assert.equal((await second.get('empty'))?.value.length, 0));
  });

  it('new key: what another client made meanwhile is not overwritten', async () => {
    const answers = { picks: ['SECOND'], texts: ['raced', 'mine'] };
    await answering(answers, () => run('create'));
    const document = vscode.window.activeTextEditor?.document;
    await second.put('raced', bytes('theirs'));
    await eventually(() => assert.equal(document?.isDirty, true));

    assert.equal(await document?.save(), false);
    assert.equal(text((await second.get('raced'))?.value), 'theirs');
    await vscode.commands.executeCommand('workbench.action.files.revert');
    await eventually(() => assert.equal(document?.getText(), 'theirs'));
  });

  it('new key: asks for nothing where a bucket takes none, and says why', async () => {
    const mirror = { name: 'KV_COPY', mirror: { name: 'KV_B' }, mirror_direct: true };
    const recipe = { max_msgs_per_subject: 5, allow_direct: true };
    await other.request('$JS.API.STREAM.CREATE.KV_COPY', JSON.stringify({ ...mirror, ...recipe }));
    const shown = await answering({ picks: ['COPY'], texts: ['k', ''] }, () => run('create'));

    assert.deepEqual(shown.prompts, []);
    assert.deepEqual(shown.messages, ['COPY is a mirror of B: its keys are made there.']);
  });

  it('bucket as JSON: the configuration just as the server has it, read anew each time', async () => {
    const show = () =>
      answering({ picks: ['SECOND'] }, () =>
        vscode.commands.executeCommand('natsKv.bucket.showJson'),
      );
    const properties = () =>
      JSON.parse(vscode.window.activeTextEditor?.document.getText() ?? '') as {
        contents: { messages: number };
        configuration: { name: string };
      };
    const first = await show();
    assert.deepEqual(first.errors, []);
    // It is about the bucket that is selected in the tree, and asks where none is.
    const { name } = properties().configuration;
    const info = await other.request(`$JS.API.STREAM.INFO.${name}`);
    assert.deepEqual(properties().configuration, info.json<{ config: object }>().config);
    const before = properties().contents.messages;
    await other.jetstream().publish(`$KV.${name.slice('KV_'.length)}.one.more`, bytes('x'));
    await show();
    await eventually(() => assert.equal(properties().contents.messages, before + 1));
    assert.equal(vscode.window.activeTextEditor?.document.languageId, 'json');
  });

  it('copy the value, the URI, a command and code', async () => {
    await bench.put('orders.42', '{"a":1}');
    await bench.open('orders.42');
    const copied = async (command: string, pick?: string): Promise<string> => {
      await answering({ picks: pick === undefined ? [] : [pick] }, () => run(command));
      return vscode.env.clipboard.readText();
    };
    assert.equal(await copied('copyValue'), '{"a":1}');
    assert.equal(await copied('copyUri'), 'natskv://bench/B/orders.42');
    assert.match(
      await copied('copyCommand', 'Get'),
      /^nats --no-context --server \S+ kv get --raw/,
    );
    assert.match(await copied('copyCode', 'Go'), /kv\.Get\(ctx, "orders\.42"\)/);
  });
});
