import * as vscode from 'vscode';
import { commandIds } from '../../extension/contributions';
import { shownAge } from '../format/age';
import { formatClock } from '../format/format';
import { iconText } from '../shown/plainText';
import { isMerged, ttlName, unreadText, type EditorFacts } from './statusTexts';

/** One line above the text: what is the matter, or what can be done about it. */
export interface LensText {
  readonly text: string;
  readonly command?: string;
  /** What the command is given: the revision that the text names. */
  readonly revision?: number;
  /** It says what does not change from day to day: no tab is marked for it. */
  readonly isUsual?: boolean;
}

/** What stands above a text; nothing while all is well. */
export function lensTexts(
  facts: EditorFacts | undefined,
  now: number,
  unread?: EditorFacts['stale'],
): LensText[] {
  if (!facts) {
    return unread ? [{ text: iconText('warning', unreadText(unread)) }] : [];
  }
  const stale = facts.stale
    ? [
        {
          text: iconText(
            'warning',
            vscode.l10n.t(
              'stale since {0}: {1}',
              formatClock(facts.stale.since),
              facts.stale.reason,
            ),
          ),
        },
      ]
    : [];
  if (facts.missing === 'new') {
    return [{ text: iconText('add', newText(facts)), command: saveCommand }, ...stale];
  }
  if (isMerged(facts)) {
    return [
      { text: iconText('git-merge', mergedText(facts)), command: saveCommand },
      { text: vscode.l10n.t('Compare'), command: commandIds.editorCompare },
      ...stale,
    ];
  }
  if (!facts.conflict) {
    return [...readOnlyLens(facts), ...stale];
  }
  return facts.missing === undefined
    ? [{ text: iconText('warning', changedText(facts, now)) }, ...actions(facts), ...stale]
    : [{ text: iconText('warning', goneText(facts)) }, ...stale];
}

/** VS Code drops a plain space between an icon and the text of a lens. */
export function lensTitle(text: string): string {
  return text.replace(/^(\$\([a-z-]+\)) /, '$1\u00a0');
}

/** VS Code's own. */
const saveCommand = 'workbench.action.files.save';

function newText({ place, newTtl }: EditorFacts): string {
  if (newTtl === undefined) {
    return vscode.l10n.t('new on {0}, not stored yet. Save creates it', place);
  }
  return newTtl === 'never'
    ? vscode.l10n.t('new on {0}, not stored yet. Save creates it, never to expire', place)
    : vscode.l10n.t(
        'new on {0}, not stored yet. Save creates it, to expire {1} later',
        place,
        ttlName(newTtl),
      );
}

function mergedText({ place, mergedWith }: EditorFacts): string {
  return vscode.l10n.t(
    'merged with r{0} of {1}, not stored yet. Save stores it',
    mergedWith ?? 0,
    place,
  );
}

/** Why one types in vain, and what can be done about it. */
function readOnlyLens({ readOnly, place }: EditorFacts): LensText[] {
  switch (readOnly?.kind) {
    case 'locked':
      return [
        {
          text: iconText('lock', vscode.l10n.t('{0} is read-only', place)),
          command: commandIds.connectionUnlock,
          isUsual: true,
        },
        {
          text: vscode.l10n.t('Unlock Writes'),
          command: commandIds.connectionUnlock,
          isUsual: true,
        },
      ];
    case 'mirror': {
      const text = vscode.l10n.t('read-only: the bucket is a mirror of {0}', readOnly.of);
      return [{ text: iconText('lock', text), isUsual: true }];
    }
    case 'counter': {
      const text = vscode.l10n.t('read-only: the bucket holds counters');
      return [{ text: iconText('lock', text), isUsual: true }];
    }
    case undefined:
      return [];
  }
}

function changedText({ base, latest, place }: EditorFacts, now: number): string {
  const age = shownAge(latest.created, now);
  return base === undefined
    ? vscode.l10n.t('not made of what is on {0}: r{1}, {2}', place, latest.revision, age)
    : base < latest.revision
      ? vscode.l10n.t('changed on {0}: r{1} -> r{2}, {3}', place, base, latest.revision, age)
      : vscode.l10n.t(
          'the bucket was made again on {0}: another value now (r{1}), {2}',
          place,
          latest.revision,
          age,
        );
}

function goneText({ missing, latest, place }: EditorFacts): string {
  return missing === 'expired'
    ? vscode.l10n.t('expired on {0}. Save asks whether to write it as new', place)
    : latest.revision > 0
      ? vscode.l10n.t(
          'deleted on {0} (r{1}). Save asks whether to write it as new',
          place,
          latest.revision,
        )
      : vscode.l10n.t('no longer on {0}. Save asks whether to write it as new', place);
}

function actions({ latest }: EditorFacts): LensText[] {
  return [
    { text: vscode.l10n.t('Compare'), command: commandIds.editorCompare },
    { text: vscode.l10n.t('Merge'), command: commandIds.editorMerge },
    { text: vscode.l10n.t("Take Server's"), command: commandIds.editorRevert },
    {
      text: vscode.l10n.t('Overwrite r{0}', latest.revision),
      command: commandIds.editorOverwrite,
      revision: latest.revision,
    },
  ];
}
