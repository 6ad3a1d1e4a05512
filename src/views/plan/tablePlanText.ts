import * as vscode from 'vscode';
import type { LeftWhy, TableChange, TableChanges } from '../../kv/table/tableChanges';
import { formatCount } from '../format/format';
import { problemText } from '../table/tableOutcome';
import { plannedLines, type PlannedKey } from './keysPlanText';
import { heading, section } from './planText';

/** How the changes of rows are written. `tooMany`: as `one` would be, were they not so many. */
export type TableWay = 'one' | 'each' | 'tooMany';

export interface TablePlanFacts extends TableChanges {
  readonly title: string;
  readonly way: TableWay;
}

/** What would be done to several rows of a table, as a document that reads like a diff. */
export function tablePlanText({ title, way, changes, left }: TablePlanFacts): string {
  const { t } = vscode.l10n;
  const planned = changes.map(plannedOf);
  const count = (kind: PlannedKey['kind']): string =>
    formatCount(planned.filter((each) => each.kind === kind).length);
  const leftRows = left.map(({ key, why }) => ({ name: key, reason: leftText(why) }));
  return [
    ...heading(title, [
      t('{0} new, {1} changed, {2} deleted.', count('create'), count('change'), count('delete')),
      ...(changes.length > 1 ? [wayText(way)] : []),
      t('Each key only from the revision that stands here, and only in the bucket that was shown.'),
      t('Undo puts back what was there, where nobody wrote since.'),
    ]),
    ...section(t('Left as they are: {0}', formatCount(left.length)), leftRows),
    ...plannedLines(planned),
  ].join('\n');
}

function wayText(way: TableWay): string {
  const { t } = vscode.l10n;
  switch (way) {
    case 'one':
      return t(
        'As one: all of it is written, or nothing where somebody has changed one of the keys.',
      );
    case 'each':
      return t(
        'Each key for itself, since the bucket does not take several in one write: one that somebody has changed meanwhile is left alone and told.',
      );
    case 'tooMany':
      return t(
        'Each key for itself, since the server takes no more than 1,000 in one write: one that somebody has changed meanwhile is left alone and told.',
      );
  }
}

function plannedOf({ change, before }: TableChange): PlannedKey {
  return {
    key: change.key,
    revision: change.expected,
    kind: change.kind === 'delete' ? 'delete' : before ? 'change' : 'create',
    before: before?.value,
    after: change.kind === 'put' ? change.value : undefined,
  };
}

function leftText(why: LeftWhy): string {
  const { t } = vscode.l10n;
  switch (why) {
    case 'gone':
      return t('it has no value any more');
    case 'unread':
      return t('its value could not be read');
    case 'unchanged':
      return t('it says so already');
    case 'exists':
      return t('the new key is there already');
    case 'twice':
      return t('another row gets the same new key');
    case 'badKey':
      return t('what is asked for cannot be a key');
    case 'notEditable':
      return t('there is nothing to put into it');
    default:
      return problemText(why);
  }
}
