import assert from 'node:assert/strict';
import { after, afterEach, before, describe, it } from 'mocha';
import * as vscode from 'vscode';
import { eventually } from '../support/poll';
import { answering } from './answers';
import { HostBench } from './hostBench';
import { restartExtension } from './restartProbe';

const name = 'CONFIGURED';

function streamOf(bucket: string): object {
  const subjects = [`$KV.${bucket}.>`];
  return { name: `KV_${bucket}`, subjects, allow_direct: true, discard: 'new' };
}

describe('the configuration of a bucket as a document', () => {
  let bench: HostBench;

  before(async () => {
    bench = await HostBench.start(name);
  });

  afterEach(async () => {
    for (const document of vscode.workspace.textDocuments.filter(({ isDirty }) => isDirty)) {
      await vscode.window.showTextDocument(document);
      await vscode.commands.executeCommand('workbench.action.revertAndCloseActiveEditor');
    }
    await vscode.commands.executeCommand('workbench.action.closeAllEditors');
  });

  after(() => bench.stop());

  function uriOf(bucket: string): vscode.Uri {
    const path = `/${bucket}.bucket.json`;
    return vscode.Uri.from({ scheme: 'natskvbucket', authority: 'bench', path });
  }

  async function open(bucket = name): Promise<vscode.TextDocument> {
    const document = await vscode.workspace.openTextDocument(uriOf(bucket));
    await vscode.window.showTextDocument(document, { preview: false });
    return document;
  }

  async function set(document: vscode.TextDocument, fields: object): Promise<void> {
    await eventually(async () => {
      const values = JSON.parse(document.getText() || '{}') as object;
      const edit = new vscode.WorkspaceEdit();
      const all = document.validateRange(new vscode.Range(0, 0, document.lineCount, 0));
      edit.replace(document.uri, all, JSON.stringify({ ...values, ...fields }, undefined, 2));
      assert.ok(await vscode.workspace.applyEdit(edit));
      assert.ok(document.isDirty);
    });
  }

  async function config(bucket = name): Promise<Record<string, unknown>> {
    return bench.info(bucket);
  }

  async function lenses(document: vscode.TextDocument): Promise<string[]> {
    const found = await vscode.commands.executeCommand<vscode.CodeLens[]>(
      'vscode.executeCodeLensProvider',
      document.uri,
    );
    return found.map(({ command }) => command?.title ?? '');
  }

  function planText(): string | undefined {
    const plan = vscode.workspace.textDocuments.find(({ uri }) => uri.scheme === 'natskv-plan');
    return vscode.window.activeTextEditor?.document.uri.scheme === 'natskv-plan'
      ? vscode.window.activeTextEditor.document.getText()
      : plan && undefined;
  }

  /** Saves, waits for the plan, and gives it with the save that waits for it. */
  async function saved(document: vscode.TextDocument) {
    const saving = Promise.resolve(document.save());
    const plan = await eventually(() => {
      const text = planText();
      assert.ok(text);
      return text;
    });
    return { plan, saving };
  }

  it('opens with what the bucket is, and facts above it', async () => {
    await bench.put('a', 'value');
    const document = await open();
    assert.equal(document.languageId, 'json');
    assert.partialDeepStrictEqual(JSON.parse(document.getText()), { history: 5, ttl: 'none' });
    await eventually(async () => {
      const shown = await lenses(document);
      assert.match(shown.at(-1) ?? '', /bench · 1 messages of 1 keys at most/);
      assert.ok(shown.includes('Create Bucket from This…'));
    });
  });

  it('shows what a save does, and does that when it is carried out', async () => {
    for (const value of ['1', '2', '3', '4']) {
      await bench.put('counted', value);
    }
    const document = await open();
    await set(document, { history: 2, description: 'for a test' });
    const { plan, saving } = await saved(document);
    assert.match(plan, /# Change CONFIGURED on bench/);
    assert.match(plan, /! 2 revisions of 1 keys are beyond the new history and go at once\./);
    assert.match(plan, /history\n-5\n\+2/);
    assert.equal((await config())['max_msgs_per_subject'], 5);
    await answering({ buttons: ['Change'] }, () =>
      vscode.commands.executeCommand('natsKv.plan.carryOut'),
    );
    assert.equal(await saving, true);
    assert.equal((await config())['max_msgs_per_subject'], 2);
    assert.equal((await config())['description'], 'for a test');
    assert.equal(document.isDirty, false);
  });

  it('counts what goes of a large bucket when it is asked to', async () => {
    const config = { max_msgs_per_subject: 64, allow_direct: true, storage: 'memory' };
    const subjects = ['$KV.LARGE.>'];
    await bench.api('STREAM.CREATE.KV_LARGE', { name: 'KV_LARGE', subjects, ...config });
    await bench.fill('LARGE', 50_000, 100_010);
    const document = await open('LARGE');
    await set(document, { history: 2 });
    const { plan, saving } = await saved(document);
    assert.match(plan, /none was read: what goes is an upper bound\./);
    assert.match(plan, /Up to 50,010 revisions/);
    const large = vscode.window.activeTextEditor?.document as vscode.TextDocument;
    assert.ok((await lenses(large)).includes('$(search) Count Exactly (100,010 messages)'));
    await vscode.commands.executeCommand('natsKv.plan.refine');
    await eventually(() => assert.match(large.getText(), /! 10 revisions of 10 keys are beyond/));
    assert.match(large.getText(), /headers of all 100,010 messages/);
    assert.deepEqual(await lenses(large), ['$(check-all) Change LARGE', '$(discard) Discard']);
    await vscode.commands.executeCommand('natsKv.plan.discard');
    assert.equal(await saving, false);
    await bench.api('STREAM.DELETE.KV_LARGE', {});
  });

  it('ends the save of a plan that is closed while it is counted', async () => {
    const config = { max_msgs_per_subject: 64, allow_direct: true, storage: 'memory' };
    const subjects = ['$KV.CLOSED.>'];
    await bench.api('STREAM.CREATE.KV_CLOSED', { name: 'KV_CLOSED', subjects, ...config });
    await bench.fill('CLOSED', 50_000, 100_010);
    const document = await open('CLOSED');
    await set(document, { history: 2 });
    const { saving } = await saved(document);
    const refined = vscode.commands.executeCommand('natsKv.plan.refine');
    await vscode.commands.executeCommand('workbench.action.closeActiveEditor');
    await refined;
    assert.equal(await saving, false);
    assert.equal(document.isDirty, true);
    await bench.api('STREAM.DELETE.KV_CLOSED', {});
  });

  it('changes nothing when the plan is closed', async () => {
    const document = await open();
    await set(document, { description: 'never' });
    const { saving } = await saved(document);
    await vscode.commands.executeCommand('natsKv.plan.discard');
    assert.equal(await saving, false);
    assert.notEqual((await config())['description'], 'never');
    assert.equal(document.isDirty, true);
  });

  it('marks what cannot be, with the reason, and does not save it', async () => {
    const document = await open();
    await set(document, { storage: 'memory', replicas: 3, ttl: 'soon' });
    await eventually(() => {
      const told = vscode.languages
        .getDiagnostics(document.uri)
        .map(({ message }) => message)
        .join('\n');
      assert.match(told, /Ttl must be a duration/);
    });
    await set(document, { ttl: 'none' });
    await eventually(() => {
      const told = vscode.languages
        .getDiagnostics(document.uri)
        .map(({ message }) => message)
        .join('\n');
      assert.match(told, /Storage cannot be changed .* Create Bucket from/);
      assert.match(told, /not in a cluster/);
    });
    assert.equal(await document.save(), false);
    assert.equal((await config())['storage'], 'file');
  });

  it('has completion and hovers from its schema', async () => {
    const document = await open();
    const at = document.positionAt(document.getText().indexOf('"history"') + 3);
    await eventually(async () => {
      const hovers = await vscode.commands.executeCommand<vscode.Hover[]>(
        'vscode.executeHoverProvider',
        document.uri,
        at,
      );
      const text = hovers
        .flatMap(({ contents }) => contents)
        .map((each) => (typeof each === 'string' ? each : each.value))
        .join('\n');
      assert.match(text, /Revisions that are kept of each key/);
      assert.match(text, /max_msgs_per_subject/);
    });
  });

  it('refuses to overwrite what another client changed, and merges it field by field', async () => {
    const document = await open();
    await set(document, { description: 'mine' });
    await bench.update(name, { max_msgs: 777 });
    assert.equal(await document.save(), false);
    await eventually(async () => {
      assert.match((await lenses(document))[0] ?? '', /changed on bench: maxMessages/);
    });
    await vscode.window.showTextDocument(document);
    await vscode.commands.executeCommand('natsKv.bucketConfig.merge');
    assert.partialDeepStrictEqual(JSON.parse(document.getText()), {
      description: 'mine',
      maxMessages: 777,
    });
    const { plan, saving } = await saved(document);
    assert.match(plan, /1 field changes, and nothing stored is lost/);
    await vscode.commands.executeCommand('natsKv.plan.carryOut');
    assert.equal(await saving, true);
    assert.partialDeepStrictEqual(await config(), { description: 'mine', max_msgs: 777 });
  });

  it('takes the server’s text, and shows what changes elsewhere while nothing is unsaved', async () => {
    const document = await open();
    await set(document, { description: 'lost' });
    await bench.update(name, { description: 'theirs' });
    await vscode.commands.executeCommand('natsKv.bucketConfig.takeServers');
    await eventually(() => assert.match(document.getText(), /"description": "theirs"/));
    assert.equal(document.isDirty, false);
    await bench.update(name, { description: 'theirs again' });
    await eventually(() => assert.match(document.getText(), /"description": "theirs again"/));
  });

  it('keeps what a text was made of when another extension reads the configuration', async () => {
    const document = await open();
    await set(document, { description: 'read by another' });
    await bench.update(name, { max_msgs: 778 });
    await vscode.workspace.fs.readFile(document.uri);
    assert.equal(await document.save(), false);
    await eventually(async () => {
      assert.match((await lenses(document))[0] ?? '', /changed on bench: maxMessages/);
    });
    assert.partialDeepStrictEqual(await config(), { max_msgs: 778 });
  });

  it('has a text in conflict again once its merge is undone', async () => {
    const document = await open();
    await set(document, { description: 'merged and undone' });
    await bench.update(name, { max_msgs: 779 });
    await vscode.window.showTextDocument(document);
    await vscode.commands.executeCommand('natsKv.bucketConfig.merge');
    await eventually(() => assert.match(document.getText(), /"maxMessages": 779/));
    await eventually(async () => assert.doesNotMatch((await lenses(document))[0] ?? '', /changed/));
    await vscode.commands.executeCommand('undo');
    await eventually(() => assert.doesNotMatch(document.getText(), /"maxMessages": 779/));
    assert.equal(await document.save(), false);
    await eventually(async () => {
      assert.match((await lenses(document))[0] ?? '', /changed on bench: maxMessages/);
    });
  });

  it('takes up what was open before the extension was started', async () => {
    const document = await open();
    await bench.update(name, { description: 'before' });
    await eventually(() => assert.match(document.getText(), /"description": "before"/));
    restartExtension();
    await bench.update(name, { description: 'after' });
    await eventually(() => assert.match(document.getText(), /"description": "after"/));
    await set(document, { description: 'edited' });
    const { plan, saving } = await saved(document);
    assert.match(plan, /-"after"\n\+"edited"/);
    await vscode.commands.executeCommand('natsKv.plan.carryOut');
    assert.equal(await saving, true);
    assert.partialDeepStrictEqual(await config(), { description: 'edited' });
  });

  it('saves a text that was made on top of what a revert has brought', async () => {
    const document = await open();
    await set(document, { description: 'lost' });
    await bench.update(name, { description: 'theirs, which is longer than what was read' });
    await vscode.commands.executeCommand('natsKv.bucketConfig.takeServers');
    await eventually(() => assert.match(document.getText(), /"description": "theirs, which/));
    await set(document, { description: 'on top' });
    const { plan, saving } = await saved(document);
    assert.match(plan, /-"theirs, which is longer than what was read"\n\+"on top"/);
    await vscode.commands.executeCommand('natsKv.plan.carryOut');
    assert.equal(await saving, true);
    assert.partialDeepStrictEqual(await config(), { description: 'on top' });
  });

  it('saves again a text that the server tells in another way', async () => {
    const document = await open();
    await set(document, { description: 'once', ttl: '1440m' });
    const first = await saved(document);
    await answering({ buttons: ['Change'] }, () =>
      vscode.commands.executeCommand('natsKv.plan.carryOut'),
    );
    assert.equal(await first.saving, true);
    await eventually(() => assert.match(document.getText(), /"ttl": "1d"/));
    await vscode.window.showTextDocument(document);
    await set(document, { description: 'twice', ttl: 'none' });
    const { plan, saving } = await saved(document);
    assert.match(plan, /-"once"\n\+"twice"/);
    await vscode.commands.executeCommand('natsKv.plan.carryOut');
    assert.equal(await saving, true);
    assert.partialDeepStrictEqual(await config(), { description: 'twice', max_age: 0 });
  });

  it('saves the merge of a text that was unsaved over a restart, whoever reads the document', async () => {
    const document = await open();
    await set(document, { description: 'unsaved over a restart' });
    restartExtension();
    await eventually(async () => {
      assert.ok((await lenses(document)).includes('Show What Would Change'));
    });
    await bench.update(name, { description: 'theirs, of another length', max_msgs: 780 });
    await vscode.workspace.fs.readFile(document.uri);
    assert.equal(await document.save(), false);
    await eventually(async () => {
      assert.match((await lenses(document))[0] ?? '', /changed on bench: .*maxMessages/);
    });
    assert.partialDeepStrictEqual(await config(), { description: 'theirs, of another length' });
    await vscode.window.showTextDocument(document);
    await vscode.commands.executeCommand('natsKv.bucketConfig.merge');
    const { plan, saving } = await saved(document);
    assert.match(plan, /\+"unsaved over a restart"/);
    await vscode.commands.executeCommand('natsKv.plan.carryOut');
    assert.equal(await saving, true);
    assert.partialDeepStrictEqual(await config(), {
      description: 'unsaved over a restart',
      max_msgs: 780,
    });
  });

  it('does not save over a bucket that was deleted and made again', async () => {
    await bench.api('STREAM.CREATE.KV_AGAIN', streamOf('AGAIN'));
    const document = await open('AGAIN');
    await set(document, { description: 'of the first' });
    await bench.api('STREAM.DELETE.KV_AGAIN', {});
    await eventually(() => bench.api('STREAM.CREATE.KV_AGAIN', streamOf('AGAIN')));
    assert.equal(await document.save(), false);
    await eventually(async () => {
      assert.match((await lenses(document))[0] ?? '', /made again on bench: another bucket now/);
    });
    assert.equal((await config('AGAIN'))['description'], undefined);
  });

  it('creates a bucket from another one when the unsaved document is saved', async () => {
    await open();
    await answering({ texts: ['MADE_FROM'] }, () =>
      vscode.commands.executeCommand('natsKv.bucket.createFrom'),
    );
    const made = await eventually(() => {
      const { activeTextEditor } = vscode.window;
      assert.equal(activeTextEditor?.document.uri.path, '/MADE_FROM.bucket.json');
      assert.equal(activeTextEditor.document.isDirty, true);
      return activeTextEditor.document;
    });
    await set(made, { storage: 'memory' });
    assert.equal(await made.save(), true);
    const { subjects, storage, max_msgs_per_subject } = await config('MADE_FROM');
    assert.deepEqual(subjects, ['$KV.MADE_FROM.>']);
    assert.equal(storage, 'memory');
    assert.equal(max_msgs_per_subject, (await config())['max_msgs_per_subject']);
    await bench.delete('MADE_FROM');
  });

  it('copies a bucket as a command', async () => {
    await open();
    await answering({ picks: ['nats kv add'] }, () =>
      vscode.commands.executeCommand('natsKv.bucket.copyAs'),
    );
    const copied = await vscode.env.clipboard.readText();
    assert.match(copied, /nats .*kv add .*CONFIGURED$/);
  });
});
