import { describe, expect, it } from 'vitest';
import { actionItems } from '../../../../src/extension/commands/editors/keyActions';
import { commandIds } from '../../../../src/extension/contributions';
import type { KeyNode } from '../../../../src/views/buckets/rows/nodes';
import { editorFacts } from '../../../support/editorFacts';
import type { EditorFacts } from '../../../../src/views/status/statusTexts';

const node = { kind: 'key', key: 'a' } as KeyNode;

const latest = { revision: 2, created: 0, size: 1 };

function actions(more: Partial<EditorFacts> = {}): string[] {
  return actionItems(editorFacts({ latest, ...more }), node).map(({ run }) => run);
}

describe('what can be done with a key', () => {
  it('begins with its history when nothing is pressing', () => {
    expect(actions()[0]).toBe(commandIds.historyShow);
    expect(actions()).toEqual(
      expect.arrayContaining([
        commandIds.editorChangeTtl,
        commandIds.editorOpenRaw,
        commandIds.keyRename,
        commandIds.keyDelete,
      ]),
    );
  });

  it('begins with the ways out of a conflict, over the revision that is named', () => {
    expect(actions({ conflict: true }).slice(0, 4)).toEqual([
      commandIds.editorCompare,
      commandIds.editorMerge,
      commandIds.editorRevert,
      commandIds.editorOverwrite,
    ]);
    const seventh = { revision: 7, created: 0, size: 1 };
    const overwrite = actionItems(editorFacts({ conflict: true, latest: seventh }), node).find(
      ({ run }) => run === commandIds.editorOverwrite,
    );
    expect(overwrite).toMatchObject({ description: 'r7', argument: 7 });
  });

  it('is no write where writes are locked, but the way to unlock them', () => {
    const locked = actions({ readOnly: { kind: 'locked' } });

    expect(locked[0]).toBe(commandIds.connectionUnlock);
    for (const write of [commandIds.keyRename, commandIds.keyDelete, commandIds.editorChangeTtl]) {
      expect(locked).not.toContain(write);
    }
  });

  it('is to save a key that is new', () => {
    expect(actions({ missing: 'new' })).toEqual([
      'workbench.action.files.save',
      commandIds.keyCopyName,
    ]);
  });

  it('is nothing about a value where it is gone', () => {
    const gone = actions({ missing: 'deleted', conflict: true });

    expect(gone).toContain(commandIds.historyShow);
    expect(gone).not.toContain(commandIds.editorMerge);
    expect(gone).not.toContain(commandIds.editorOpenRaw);
  });
});
