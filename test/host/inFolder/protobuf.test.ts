import assert from 'node:assert/strict';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, afterEach, before, describe, it } from 'mocha';
import * as vscode from 'vscode';
import { eventually } from '../../support/poll';
import { HostBench } from '../hostBench';
import { closeAll } from '../keyTabs';

describe('Protobuf values with their types in the workspace', () => {
  let bench: HostBench;
  const root = vscode.workspace.workspaceFolders?.[0]?.uri.fsPath ?? '';
  const folder = join(root, 'proto');
  const { Workspace } = vscode.ConfigurationTarget;

  async function setTypes(types: object | undefined): Promise<void> {
    await vscode.workspace.getConfiguration().update('natsKv.protobuf', types, Workspace);
  }

  async function declare(field: string): Promise<void> {
    await mkdir(folder, { recursive: true });
    const text = `syntax = "proto3"; package shop; message Order { int32 ${field} = 1; }`;
    await writeFile(join(folder, 'order.proto'), text);
  }

  before(async () => {
    bench = await HostBench.start();
  });

  afterEach(async () => {
    await closeAll();
    await setTypes(undefined);
    await rm(folder, { recursive: true, force: true });
  });

  after(() => bench.stop());

  it('are edited as JSON, keep what their schema does not know, and follow its file', async () => {
    await declare('id');
    await setTypes({ '*/order-*': { files: ['proto/order.proto'], message: 'shop.Order' } });
    await bench.put('order-1', Uint8Array.of(0x08, 5, 0x98, 0x06, 1));
    await bench.open('order-1');
    await bench.shows('order-1', '{\n  "id": 5\n}');

    await bench.type('order-1', '{"id":7}');
    assert.ok(await bench.document('order-1').save());
    const stored = await bench.bucket.get('order-1');
    assert.deepEqual([...(stored?.value ?? [])], [0x08, 7, 0x98, 0x06, 1]);

    await declare('number');
    await eventually(() =>
      assert.match(bench.document('order-1').getText(), /^\{\s*"number": 7\s*\}$/),
    );
  });
});
