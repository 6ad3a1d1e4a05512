import assert from 'node:assert/strict';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import { after, before, describe, it } from 'mocha';
import * as vscode from 'vscode';
import { eventually } from '../support/poll';
import { answering } from './answers';
import { HostBench } from './hostBench';

/** What is copied for another client. */
interface CopiedServers {
  readonly 'nats-kv': { readonly url: string; readonly headers: Record<string, string> };
}

describe('the tools for language models, on a real server', () => {
  let bench: HostBench;

  before(async () => {
    bench = await HostBench.start();
    await bench.put('orders.eu.1', '{"id":1,"status":"stuck","apiKey":"hunter2"}');
    await bench.put('orders.eu.2', '{"id":2,"status":"done"}');
    await bench.put('flag', '{"on":false}');
    await bench.put('flag', '{"on":false,"by":"ops"}');
    await bench.open('flag');
    await vscode.commands.executeCommand('workbench.action.closeAllEditors');
  });

  after(async () => {
    await setting('allowWrites', undefined);
    await setting('enabled', undefined);
    await setting('mcp', undefined);
    await bench.stop();
  });

  async function setting(name: string, value: unknown): Promise<void> {
    await vscode.workspace
      .getConfiguration('natsKv.agents')
      .update(name, value, vscode.ConfigurationTarget.Global);
  }

  async function invoke(
    tool: string,
    input: object,
    token?: vscode.CancellationToken,
  ): Promise<Record<string, unknown>> {
    const options = { input, toolInvocationToken: undefined };
    const { content } = await vscode.lm.invokeTool(`natsKv_${tool}`, options, token);
    const [part] = content;
    assert.ok(part instanceof vscode.LanguageModelTextPart);
    assert.doesNotMatch(part.value, /hunter2/);
    return JSON.parse(part.value) as Record<string, unknown>;
  }

  async function problem(tool: string, input: unknown): Promise<string> {
    try {
      await invoke(tool, input as object);
    } catch (error) {
      return String(error);
    }
    return 'none';
  }

  async function stored(key: string): Promise<string | undefined> {
    const entry = await bench.bucket.get(key);
    return entry?.operation === 'PUT' ? entry.string() : undefined;
  }

  async function versionOf(key: string): Promise<unknown> {
    return (await invoke('readKey', { bucket: 'B', key })).version;
  }

  it('are all declared', () => {
    const names = vscode.lm.tools.map(({ name }) => name).filter((name) => /^natsKv_/.test(name));
    assert.equal(names.length, 13);
  });

  it('list, find, read and search', async () => {
    const { buckets } = await invoke('listBuckets', {});
    assert.deepEqual(
      (buckets as { bucket: string }[]).map(({ bucket }) => bucket),
      ['B'],
    );
    const { keys, total } = await invoke('findKeys', { bucket: 'B', pattern: 'orders.>' });
    assert.equal(total, 2);
    assert.equal((keys as object[]).length, 2);
    const read = await invoke('readKey', { bucket: 'B', key: 'orders.eu.1' });
    assert.match(String(read.value), /"apiKey": "‹redacted›"/);
    const { values } = await invoke('readMany', { bucket: 'B', keys: ['flag', 'none'] });
    assert.equal((values as object[]).length, 2);
    const { found } = await invoke('searchValues', { bucket: 'B', regex: 'st.ck|hunter' });
    assert.deepEqual(
      (found as { key: string }[]).map(({ key }) => key),
      ['orders.eu.1'],
    );
  });

  it('tell history, differences, configuration and shape', async () => {
    const { revisions } = await invoke('keyHistory', { bucket: 'B', key: 'flag' });
    assert.equal((revisions as object[]).length, 2);
    const { changes } = await invoke('diffRevisions', { bucket: 'B', key: 'flag' });
    assert.deepEqual(changes, [{ path: 'by', after: '"ops"' }]);
    assert.equal((await invoke('bucketInfo', { bucket: 'B' })).history, 5);
    const { shape } = await invoke('inferShape', { bucket: 'B', pattern: 'orders.>' });
    assert.equal(shape, '{ id: number; status: string; apiKey?: string }');
  });

  it('wait for a change', async () => {
    const watching = invoke('watchFor', { bucket: 'B', pattern: 'live.*', seconds: 60 });
    let seen = false;
    const watched = watching.then((told) => {
      seen = true;
      return told;
    });
    await eventually(async () => {
      await bench.put('live.1', '1');
      assert.ok(seen);
    });
    assert.match(JSON.stringify((await watched).changes), /live\.1/);
  });

  it('refuse inputs that do not fit, in words', async () => {
    assert.match(await problem('readKey', { bucket: 'B' }), /field key is missing/);
    assert.match(await problem('readKey', { bucket: 'B', key: 7 }), /key: must be a text/);
    assert.match(await problem('readKey', { bucket: 'B', key: 'a', x: 1 }), /no field "x"/);
    assert.match(await problem('findKeys', { bucket: 'B', limit: '9' }), /limit: must be a whole/);
    assert.match(await problem('readKey', { bucket: 'NONE', key: 'a' }), /no such bucket/);
    assert.match(await problem('searchValues', { bucket: 'B', regex: '(' }), /regex: /);
  });

  it('open a proposal as unsaved text, which is stored when the user saves it', async () => {
    const version = await versionOf('flag');
    const changes = [{ key: 'flag', text: '{\n  "on": true\n}', version }];
    const told = await invoke('proposeValue', { bucket: 'B', changes });
    assert.equal(told.written, 0);
    const document = vscode.window.activeTextEditor?.document;
    assert.ok(document);
    assert.equal(document.getText(), '{\n  "on": true\n}');
    assert.ok(document.isDirty);
    assert.equal(await stored('flag'), '{"on":false,"by":"ops"}');
    assert.match(await problem('proposeValue', { bucket: 'B', changes }), /unsaved changes/);
    await document.save();
    assert.equal(await stored('flag'), '{"on":true}');
    await vscode.commands.executeCommand('workbench.action.closeAllEditors');
  });

  it('open several proposals as one unsaved document of keys', async () => {
    const [first, second] = ['orders.eu.2', 'flag'];
    const changes = [
      { key: first, text: '{"id":2,"status":"stuck"}', version: await versionOf(first) },
      { key: second, text: '{"on":false}', version: await versionOf(second) },
      { key: 'made.together', text: 'hello' },
    ];
    const told = await invoke('proposeValue', { bucket: 'B', changes });
    assert.equal(told.proposed, 3);
    assert.match(String(told.note), /one unsaved document/);
    const document = vscode.window.activeTextEditor?.document;
    assert.ok(document);
    assert.equal(document.uri.scheme, 'natskvkeys');
    assert.ok(document.isDirty);
    const text = document.getText();
    assert.match(text, /"flag": \{\s+"on": false\s+\}/);
    assert.match(text, /"made\.together": "hello"/);
    assert.match(text, /"status": "stuck"/);
    assert.equal(await stored(second), '{"on":true}');
    assert.equal(await stored('made.together'), undefined);
    assert.match(await problem('proposeValue', { bucket: 'B', changes }), /unsaved changes/);
    await vscode.commands.executeCommand('workbench.action.revertAndCloseActiveEditor');
    assert.equal(await stored(first), '{"id":2,"status":"done"}');
  });

  it('open a proposal for a new key', async () => {
    const changes = [{ key: 'made.by.proposal', text: 'hello' }];
    await invoke('proposeValue', { bucket: 'B', changes });
    const document = vscode.window.activeTextEditor?.document;
    assert.equal(document?.getText(), 'hello');
    assert.equal(await stored('made.by.proposal'), undefined);
    await vscode.commands.executeCommand('workbench.action.revertAndCloseActiveEditor');
  });

  it('write nothing where that is not allowed', async () => {
    const version = await versionOf('flag');
    const input = { bucket: 'B', key: 'flag', text: '{"on":1}', version };
    assert.match(await problem('putKey', input), /writes are not allowed/);
    assert.match(await problem('deleteKey', { bucket: 'B', key: 'flag', version }), /not allowed/);
  });

  it('write what the user agreed to, and nothing else', async () => {
    await setting('allowWrites', ['bench']);
    const version = await versionOf('flag');
    const input = { bucket: 'B', key: 'flag', text: '{"on":1}', version };
    const refused = await answering({ buttons: [undefined] }, async () => {
      assert.match(await problem('putKey', input), /did not agree/);
    });
    assert.match(refused.messages.join(), /wants to store flag in B on bench/);
    assert.equal(await stored('flag'), '{"on":true}');
    await answering({ buttons: ['Store'] }, () => invoke('putKey', input));
    assert.equal(await stored('flag'), '{"on":1}');
    assert.match(await problem('putKey', input), /has changed since/);
    const gone = { bucket: 'B', key: 'flag', version: await versionOf('flag') };
    await answering({ buttons: ['Delete'] }, () => invoke('deleteKey', gone));
    assert.equal(await stored('flag'), undefined);
  });

  it('end at once when they are cancelled', async () => {
    const source = new vscode.CancellationTokenSource();
    const watching = invoke('watchFor', { bucket: 'B', seconds: 60 }, source.token);
    source.cancel();
    await assert.rejects(watching);
  });

  it('serve VS Code and other clients by the Model Context Protocol while that is on', async () => {
    await setting('mcp', true);
    const tool = await eventually(async () => {
      await vscode.commands.executeCommand('workbench.mcp.startServer', '*');
      const found = vscode.lm.tools.find(({ name }) => /^mcp_.*listBuckets$/i.test(name));
      assert.ok(found);
      return found;
    });
    const options = { input: {}, toolInvocationToken: undefined };
    const { content } = await vscode.lm.invokeTool(tool.name, options);
    assert.match(JSON.stringify(content), /bench/);

    await vscode.commands.executeCommand('natsKv.agents.copyMcp');
    const client = new Client({ name: 'other', version: '1.0.0' });
    const copied = JSON.parse(await vscode.env.clipboard.readText()) as CopiedServers;
    const { url, headers } = copied['nats-kv'];
    const transport = new StreamableHTTPClientTransport(new URL(url), { requestInit: { headers } });
    await client.connect(transport);
    const read = { name: 'readKey', arguments: { bucket: 'B', key: 'orders.eu.1' } };
    const text = JSON.stringify((await client.callTool(read)).content);
    assert.match(text, /‹redacted›/);
    assert.doesNotMatch(text, /hunter2/);

    await setting('mcp', undefined);
    await eventually(() => assert.rejects(client.callTool(read)));
    await client.close();
    const off = await answering({}, () => vscode.commands.executeCommand('natsKv.agents.copyMcp'));
    assert.match(off.messages.join(), /MCP server is off/);
  });

  it('see nothing once they are switched off', async () => {
    await setting('enabled', false);
    assert.match(await problem('listBuckets', {}), /switched off/);
    await setting('enabled', undefined);
  });
});
