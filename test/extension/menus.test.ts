import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { commandIds, contextKeys } from '../../src/extension/contributions';
import { holds, type Context } from '../support/whenClause';

interface Item {
  readonly command?: string;
  readonly submenu?: string;
  readonly when?: string;
  readonly enablement?: string;
  readonly title?: string;
  readonly group?: string;
}

interface Manifest {
  readonly contributes: {
    readonly commands: readonly Item[];
    readonly menus: Readonly<Record<string, readonly Item[]>>;
    readonly keybindings: readonly (Item & { readonly key: string; readonly mac?: string })[];
  };
}

const { contributes } = JSON.parse(readFileSync('package.json', 'utf8')) as Manifest;
const strings = JSON.parse(readFileSync('package.nls.json', 'utf8')) as Record<string, string>;

const connected: Context = {
  [contextKeys.hasConnections]: true,
  [contextKeys.hasConnected]: true,
  [contextKeys.hasLogin]: true,
  [contextKeys.hasLocked]: true,
};
const keyOpen: Context = {
  ...connected,
  resourceScheme: 'natskv',
  [contextKeys.hasKey]: true,
};

/** The commands of the palette, as VS Code chooses them. */
function palette(context: Context): string[] {
  const whens = new Map(
    (contributes.menus['commandPalette'] ?? []).map(({ command, when }) => [command, when]),
  );
  return contributes.commands
    .filter(({ enablement }) => holds(enablement, context))
    .flatMap(({ command = '' }) => (holds(whens.get(command), context) ? [command] : []));
}

describe('the palette', () => {
  it('has at most 25 commands with nothing open, connected or not', () => {
    expect(palette({}).length).toBeLessThanOrEqual(10);
    expect(palette(connected).length).toBeLessThanOrEqual(25);
  });

  it('has the commands of a key while there is one', () => {
    const { keyRename, keyDelete, keyReveal, historyShow, editorOpenRaw } = commandIds;
    const ofKeys = [keyRename, keyDelete, keyReveal, historyShow, editorOpenRaw];

    expect(palette(connected).filter((id) => ofKeys.includes(id as never))).toEqual([]);
    expect(palette(keyOpen)).toEqual(expect.arrayContaining(ofKeys));
  });

  it('has the commands of the Live view while something is watched', () => {
    const { livePause, liveResume, liveClear, liveExport } = commandIds;
    const watching = { ...connected, [contextKeys.liveWatching]: true };

    expect(palette(connected)).not.toContain(liveClear);
    expect(palette(watching)).toEqual(expect.arrayContaining([livePause, liveClear, liveExport]));
    expect(palette({ ...watching, [contextKeys.livePaused]: true })).toContain(liveResume);
  });

  it('has no two commands of one title', () => {
    const titles = palette({ ...keyOpen, [contextKeys.liveWatching]: true }).map(titleOf);

    expect(titles).toEqual([...new Set(titles)]);
  });
});

describe('the menu of a row', () => {
  const entries = (viewItem: string, more: Context = {}): string[] =>
    (contributes.menus['view/item/context'] ?? [])
      .filter(({ when }) => holds(when, { view: 'natsKv.buckets', viewItem, ...more }))
      .filter(({ group }) => !group?.startsWith('inline'))
      .map(({ command = '' }) => titleOf(command));

  it('of a key opens it beside and raw, changes its TTL and compares it', () => {
    const all = entries('key writable', { [contextKeys.keyToCompare]: true });

    expect(all).toEqual(
      expect.arrayContaining([
        'Open to the Side',
        'Open Raw',
        'Change TTL…',
        'Select Key for Compare',
        'Compare with Selected Key',
        'Rename Key…',
      ]),
    );
    expect(all).not.toContain('Rename Folder…');
  });

  it('of a connection filters its buckets where it has any, however few, and so does the view', () => {
    expect(entries('connection connected settings writable buckets')).toContain('Filter Buckets…');
    expect(entries('connection connected settings writable')).not.toContain('Filter Buckets…');
    const ofView = (contributes.menus['view/title'] ?? [])
      .filter(({ when }) => holds(when, { ...connected, view: 'natsKv.buckets' }))
      .map(({ command }) => command);
    expect(ofView).toContain(commandIds.bucketsFilter);
  });

  it('of a folder speaks of the folder, and that of a bucket copies its name', () => {
    expect(entries('folder writable')).toEqual(
      expect.arrayContaining(['Rename Folder…', 'Delete Folder…', 'Purge Folder…']),
    );
    expect(entries('folder writable')).not.toContain('Delete Key…');
    expect(entries('bucket writable ready')).toContain('Copy Bucket Name');
  });
});

describe('the menu of an editor', () => {
  it('has only what fits the value', () => {
    const entries = (more: Context): string[] =>
      (contributes.menus['editor/title'] ?? [])
        .filter(({ group }) => group?.startsWith('natsKv'))
        .filter(({ when }) => holds(when, { resourceScheme: 'natskv', ...more }))
        .map(({ command = '' }) => command);

    expect(entries({})).toEqual([]);
    expect(entries({ [contextKeys.canOpenRaw]: true })).toEqual([commandIds.editorOpenRaw]);
    expect(entries({ [contextKeys.canDecode]: true })).toEqual([commandIds.editorDecode]);
  });
});

describe('the keyboard', () => {
  const pressed = (key: string, context: Context): string[] =>
    contributes.keybindings
      .filter((binding) => binding.key === key && holds(binding.when, context))
      .map(({ command = '' }) => command);
  const tree = { focusedView: 'natsKv.buckets', listFocus: true };

  it('does in the tree what it does in the Explorer', () => {
    expect(pressed('f2', tree)).toEqual([commandIds.rowRename]);
    expect(pressed('delete', tree)).toEqual([commandIds.rowDelete]);
    expect(pressed('ctrl+c', tree)).toEqual([commandIds.rowCopy]);
    expect(pressed('ctrl+enter', tree)).toEqual([commandIds.rowOpenToSide]);
    expect(pressed('space', tree)).toEqual(['list.selectAndPreserveFocus']);
    expect(pressed('space', { ...tree, treeElementCanExpand: true })).toEqual([]);
  });

  it('does with a result of a search what it does with a key', () => {
    const results = { focusedView: 'natsKv.findResults', listFocus: true };

    expect(pressed('delete', results)).toEqual([commandIds.findDismiss]);
    expect(pressed('ctrl+c', results)).toEqual([commandIds.findCopyKey]);
    expect(pressed('ctrl+enter', results)).toEqual([commandIds.findOpenToSide]);
  });

  it('takes no key where the tree has not the focus, or while something is typed', () => {
    for (const { key } of contributes.keybindings) {
      expect(pressed(key, { listFocus: true, focusedView: 'other' })).toEqual([]);
      expect(pressed(key, { ...tree, inputFocus: true })).toEqual([]);
    }
  });
});

function titleOf(command: string): string {
  const { title = '' } = contributes.commands.find((each) => each.command === command) ?? {};
  return strings[title.slice(1, -1)] ?? title;
}
