import assert from 'node:assert/strict';
import { after, afterEach, before, describe, it } from 'mocha';
import * as vscode from 'vscode';
import { eventually } from '../support/poll';
import { answering } from './answers';
import { HostBench } from './hostBench';
import { closeAll, documentOf, open, save, type, uriOf } from './keyTabs';

describe('a value with a TTL in an editor', () => {
  let bench: HostBench;

  before(async () => {
    bench = await HostBench.start();
    await bench.api('STREAM.CREATE.KV_T', {
      ...{ name: 'KV_T', subjects: ['$KV.T.>'], storage: 'memory', max_msgs_per_subject: 1 },
      ...{ allow_direct: true, allow_rollup_hdrs: true, deny_delete: true, discard: 'new' },
      ...{ allow_msg_ttl: true, subject_delete_marker_ttl: 1_000_000_000 },
    });
  });

  after(() => bench.stop());

  afterEach(closeAll);

  it('keeps the TTL of a value on save, and changes or drops it when asked', async () => {
    await bench.putWith('T', 'session', 'one', { 'Nats-TTL': '1h' });
    const uri = uriOf('session', '', 'T');
    await open(uri);
    await eventually(() => assert.equal(documentOf(uri).getText(), 'one'));
    assert.ok(await type(uri, 'two'));
    assert.ok(await save(uri));
    assert.deepEqual(await bench.last('T', 'session'), { value: 'two', ttl: '3600' });

    assert.ok(await type(uri, 'draft'));
    const change = (text: string) =>
      answering({ texts: [text] }, () => vscode.commands.executeCommand('natsKv.editor.changeTtl'));
    assert.deepEqual((await change('2h')).errors, []);
    assert.deepEqual(await bench.last('T', 'session'), { value: 'two', ttl: '7200' });
    await change('');
    assert.deepEqual(await bench.last('T', 'session'), { value: 'two', ttl: undefined });

    // The unsaved text was made of the same value: it is no conflict.
    assert.equal(documentOf(uri).getText(), 'draft');
    assert.ok(await save(uri));
    assert.deepEqual(await bench.last('T', 'session'), { value: 'draft', ttl: undefined });
  });

  it('says why a TTL is refused where the value before would come back', async () => {
    await bench.api('STREAM.CREATE.KV_H', {
      ...{ name: 'KV_H', subjects: ['$KV.H.>'], storage: 'memory', max_msgs_per_subject: 5 },
      ...{ allow_direct: true, allow_rollup_hdrs: true, deny_delete: true, discard: 'new' },
      ...{ allow_msg_ttl: true },
    });
    await bench.putWith('H', 'kept', 'one', {});
    const uri = uriOf('kept', '', 'H');
    await open(uri);
    await eventually(() => assert.equal(documentOf(uri).getText(), 'one'));

    const { errors } = await answering({ texts: ['90s'] }, () =>
      vscode.commands.executeCommand('natsKv.editor.changeTtl'),
    );

    assert.match(errors[0] ?? '', /^Failed to change the TTL of kept: .*would come back/);
  });

  it('says what to turn on where values cannot expire, instead of asking how long', async () => {
    await bench.put('everlasting', 'one');
    await open(uriOf('everlasting'));
    await eventually(() => assert.equal(documentOf(uriOf('everlasting')).getText(), 'one'));

    const { messages, prompts } = await answering({ texts: ['90s'] }, () =>
      vscode.commands.executeCommand('natsKv.editor.changeTtl'),
    );

    assert.match(messages[0] ?? '', /^Values of B cannot have a TTL of their own: allow_msg_ttl/);
    assert.deepEqual(prompts, []);
  });

  it('tells that a value has expired, and asks before it is created again', async () => {
    const { key, uri, seconds } = await openBrief();
    await eventually(() => assert.rejects(async () => vscode.workspace.fs.stat(uri)));

    const asked = await answering({ buttons: [undefined] }, () => save(uri));
    assert.match(asked.messages[0] ?? '', new RegExp(`^${key} expired on the server`));
    assert.equal(documentOf(uri).getText(), 'mine');
    await answering({ buttons: ['Save as New'] }, () => save(uri));
    // It lives as long as the value that it was made of, from now on.
    assert.deepEqual(await bench.last('T', key), { value: 'mine', ttl: `${seconds}` });
  });

  /** Opens a value that expires soon and types into it; one that lives longer where it was gone by then. */
  async function openBrief(): Promise<{ key: string; uri: vscode.Uri; seconds: number }> {
    for (const seconds of [2, 10, 40]) {
      const key = `brief-${seconds}`;
      const uri = uriOf(key, '', 'T');
      await bench.putWith('T', key, 'one', { 'Nats-TTL': `${seconds}s` });
      try {
        await open(uri);
        const isThere = () => assert.equal(documentOf(uri).getText(), 'one');
        await eventually(isThere, { timeoutMs: seconds * 1_000 });
        assert.ok(await type(uri, 'mine'));
        return { key, uri, seconds };
      } catch (error) {
        assert.ok(seconds < 40, error as Error);
        await closeAll();
      }
    }
    throw new Error('none of them was opened');
  }
});
