import { gzipSync } from 'node:zlib';
import type { Locator } from 'playwright-core';
import { connect, headers, type KV, type NatsConnection } from 'nats';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startNatsServer, type NatsServer } from '../support/natsServer';
import { eventually } from '../support/poll';
import { openWorkbench } from './openWorkbench';
import { pictureFailures } from './pictureFailures';
import type { Workbench } from './workbench';

/** A red square of 8 by 8 pixels. */
const square = Buffer.from(
  'Qk32AAAAAAAAADYAAAAoAAAACAAAAAgAAAABABgAAAAAAMAAAAAAAAAAAAAAAAAAAAAAAAAA' +
    Buffer.from(Array.from({ length: 64 }, () => [0, 0, 255]).flat()).toString('base64'),
  'base64',
);

let server: NatsServer;
let other: NatsConnection;
let bucket: KV;
let workbench: Workbench;

beforeAll(async () => {
  server = await startNatsServer();
  other = await connect({ servers: server.url });
  await other.request(
    '$JS.API.STREAM.CREATE.KV_B',
    JSON.stringify({
      ...{ name: 'KV_B', subjects: ['$KV.B.>'], storage: 'memory', max_msgs_per_subject: 1 },
      ...{ allow_direct: true, allow_rollup_hdrs: true, deny_delete: true, discard: 'new' },
      ...{ allow_msg_ttl: true, subject_delete_marker_ttl: 1_000_000_000 },
    }),
  );
  bucket = await other.jetstream().views.kv('B', { bindOnly: true });
  await bucket.put('order', '{"Id":1,"lines":[{"sku":"A","n":2}],"total":9007199254740993}');
  await bucket.put('packed', gzipSync('{"Id":2,"state":"new"}'));
  await bucket.put(
    'bytes',
    Uint8Array.from({ length: 64 }, (_, at) => at),
  );
  await bucket.put('square', square);
  workbench = await openWorkbench({ connections: [{ name: 'local', url: server.url }] });
  await workbench.openContainer('NATS KV');
  await workbench.expand('B', 'square');
});

afterAll(async () => {
  await workbench?.close();
  await other?.close();
  await server?.stop();
});

pictureFailures(() => workbench);

/** Waits for a line of the active editor; lines of the one before go while they are looked at. */
function editorShows(line: string): Promise<void> {
  const lines = workbench.page.locator('.editor-group-container.active .view-line');
  return lines.filter({ hasText: line }).first().waitFor();
}

function statusItems(): Locator {
  return workbench.page.locator('.hover-language-status');
}

/**
 * Opens the hover of the language status, which has the status items of the active editor, until it says
 * something. Its items come one by one, and some only where it is opened anew.
 */
async function statusSays(pattern: RegExp): Promise<void> {
  await eventually(async () => {
    if (!(await statusItems().first().isVisible())) {
      await workbench.page.locator('#status\\.languageStatus').click({ timeout: 10_000 });
      await statusItems().first().waitFor({ timeout: 3_000 });
    }
    const reads = async (): Promise<void> => {
      const all = await statusItems().allInnerTexts();
      expect(all.join(' | ').replace(/\s+/g, ' ')).toMatch(pattern);
    };
    await eventually(reads, { timeoutMs: 1_500 }).catch(async (error: unknown) => {
      await closeStatus();
      throw error;
    });
  });
}

async function closeStatus(): Promise<void> {
  await eventually(async () => {
    // Escape would take notifications away as well.
    await workbench.page.locator('.tabs-container .tab.active').first().click({ timeout: 10_000 });
    await statusItems().first().waitFor({ state: 'detached', timeout: 3_000 });
  });
}

describe('the editor of a value', () => {
  it('shows JSON formatted, and says so with its revision, age and size', async () => {
    await workbench.row('order').dblclick();
    await editorShows('"sku": "A",');

    await statusSays(/r1 · .*(now|ago) · 61 B.*formatted/);
    await workbench.shot('80-formatted');
    await closeStatus();
  });

  it('shows raw what is stored', async () => {
    await workbench.runCommand('NATS KV: Open Raw');
    await editorShows('{"Id":1,"lines":[{"sku"');

    await statusSays(/raw/);
    await workbench.shot('81-raw');
    await closeStatus();
  });

  it('shows a compressed value decoded', async () => {
    await workbench.row('packed').dblclick();
    await editorShows('"Id": 2,');

    await statusSays(/gzip › formatted/);
    await workbench.shot('82-decoded');
    await closeStatus();
  });

  it('shows bytes as a dump, and offers the hex editor once', async () => {
    await workbench.row('bytes').dblclick();
    await editorShows('00 01 02 03');

    await workbench.notification('Hex Editor').waitFor();
    await workbench.shot('83-hex');
    await workbench.page.keyboard.press('Escape');
    await workbench.runCommand('Notifications: Clear All Notifications');
    await statusSays(/hex.*read-only/);
    await workbench.shot('83-hex-status');
    await closeStatus();
  });

  it('shows an image', async () => {
    await workbench.row('square').dblclick();
    const image = workbench.webview.locator('img');
    await eventually(async () => expect((await image.boundingBox())?.width).toBe(8));
    await workbench.shot('84-image');
  });

  it('says what a conflict is about', async () => {
    await workbench.tab('order').first().click();
    await editorShows('"Id": 1,');
    await workbench.replaceText('{ "Id": 7 }');
    await bucket.put('order', '{"Id":3}');
    await workbench.save();
    await workbench.notification('content of the file is newer').waitFor();

    await statusSays(/changed on the server: r1 -> r5.*Compare.*Take Server's/);
    await workbench.shot('85-conflict-status');
    await closeStatus();
    await workbench
      .notification('content of the file is newer')
      .getByText('Compare', { exact: true })
      .click();
    const diff = workbench.page.locator('.monaco-diff-editor');
    await diff.locator('.original', { hasText: '"Id": 3' }).waitFor();
    await workbench.shot('86-conflict-compared');
    await workbench.page.locator('.editor-actions [aria-label^="Use your changes"]').click();
    await eventually(async () => expect((await bucket.get('order'))?.string()).toBe('{"Id":7}'));
  });

  it('merges what both sides changed elsewhere in the editor itself, and saves the result', async () => {
    await bucket.put('plan', '{"a":1,"b":2,"c":3,"d":4,"e":5}');
    await workbench.row('plan').dblclick();
    await editorShows('"a": 1,');
    await workbench.replaceText('{\n  "a": 10,\n  "b": 2,\n  "c": 3,\n  "d": 4,\n  "e": 5\n}');
    await bucket.put('plan', '{"a":1,"b":2,"c":3,"d":4,"e":50}');
    await statusSays(/changed on the server.*Merge/);
    await closeStatus();
    await workbench.shot('69-merge-lens');
    await workbench.runCommand("NATS KV: Merge with the Server's Value");
    await editorShows('"e": 50');
    await editorShows('"a": 10,');
    await workbench.shot('69-merged');
    await workbench.save();
    await eventually(async () =>
      expect((await bucket.get('plan'))?.string()).toBe('{"a":10,"b":2,"c":3,"d":4,"e":50}'),
    );
  });

  it('shows in the merge editor what both changed in the same place, and saves what is chosen', async () => {
    await workbench.replaceText('{\n  "a": 11,\n  "b": 2,\n  "c": 3,\n  "d": 4,\n  "e": 50\n}');
    await bucket.put('plan', '{"a":12,"b":2,"c":3,"d":4,"e":50}');
    await statusSays(/changed on the server.*Merge/);
    await closeStatus();
    await workbench.runCommand("NATS KV: Merge with the Server's Value");
    const merge = workbench.page.locator('.merge-editor');
    const accept = merge.getByText('Accept Yours', { exact: true }).first();
    await accept.waitFor();
    await workbench.shot('69-merge');
    await accept.click();
    await merge.getByText('0 Conflicts Remaining').first().waitFor();
    await workbench.shot('69-merge-accepted');
    await workbench.save();
    await workbench.page.locator('.tab.active.dirty').waitFor({ state: 'detached' });
    await workbench.runCommand('View: Close Editor');
    await editorShows('"a": 11,');
    await workbench.shot('69-merge-taken');
    await workbench.save();
    await eventually(async () =>
      expect((await bucket.get('plan'))?.string()).toBe('{"a":11,"b":2,"c":3,"d":4,"e":50}'),
    );
  });

  it('counts down a TTL and tells when the value has expired', async () => {
    const putFor = (ttl: string) => {
      const given = headers();
      given.set('Nats-TTL', ttl);
      return other.jetstream().publish('$KV.B.session', '{"user":"x"}', { headers: given });
    };
    await putFor('59s');
    await workbench.row('session').dblclick();
    await editorShows('"user": "x"');

    await statusSays(/expires in \d+s/);
    await workbench.shot('87-ttl');
    await closeStatus();
    await putFor('2s');
    // The marker of it is gone soon, too.
    await eventually(async () => expect((await bucket.get('session'))?.length ?? 0).toBe(0));
    await statusSays(/expired on the server/);
    await workbench.shot('88-expired');
    await closeStatus();
  });
});
