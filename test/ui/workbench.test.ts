import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { eventually } from '../support/poll';
import { openWorkbench } from './openWorkbench';

describe('the driver of the workbench', () => {
  it('edits and saves a file of a folder', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'folder-'));
    onTestFinished(() => rm(folder, { recursive: true }));
    await writeFile(join(folder, 'notes.txt'), 'one\n  two');
    const workbench = await openWorkbench({ folder });
    onTestFinished(() => workbench.close());

    await workbench.row('notes.txt').dblclick();
    await eventually(async () => expect(await workbench.editorText()).toBe('one\n  two'));
    expect(await workbench.rows()).toEqual(['notes.txt']);
    await workbench.replaceText('{"a": [');
    const dirty = workbench.page.locator('.tab.dirty').and(workbench.tab('notes.txt'));
    await dirty.waitFor();
    await workbench.save();
    await dirty.waitFor({ state: 'detached' });
    expect(await readFile(join(folder, 'notes.txt'), 'utf8')).toBe('{"a": [');
    await workbench.runCommand('View: Close Editor');
    await workbench.tab('notes.txt').waitFor({ state: 'detached' });
  });
});
