import * as vscode from 'vscode';
import type { PlannedRow, SyncPlan } from '../../kv/sync/planSync';
import { displayText } from '../../kv/values/displayText';
import { cut } from '../../kv/values/textDiff';
import { formatCount, formatSize, keysText } from '../format/format';
import { diffLines, shownLines } from './planDiff';
import { heading } from './planText';

/** A row of the plan with how its file reads now and would read; neither where that is not shown. */
export interface ShownSyncRow {
  readonly row: PlannedRow;
  /** Of its file, in the folder. */
  readonly path: string;
  readonly before?: string;
  readonly after?: string;
}

/** What a text says of a plan that the plan itself does not know. */
export interface SyncContext {
  readonly title: string;
  /** The folder and the bucket in words. */
  readonly folder: string;
  readonly place: string;
  /** Keys a second at most; 0 for any number. */
  readonly perSecond: number;
  /** Revisions of a key that the bucket keeps. */
  readonly history: number;
  /** The first rows of the plan. */
  readonly rows: readonly ShownSyncRow[];
}

/** Conflicts and problems that are named; more are counted. */
const mostNamed = 1_000;
/** Lines of differences in a document. */
const mostLines = 5_000;
const longestLine = 300;

/** What would change, as a document: nothing has been changed yet. */
export function syncPlanText(plan: SyncPlan, context: SyncContext): string {
  const { t } = vscode.l10n;
  const { conflicts, problems, targets } = plan;
  let room = mostLines;
  const rows = context.rows.flatMap((shown) => {
    const lines = rowLines(shown, room > 0);
    room -= lines.length;
    return lines;
  });
  const more = targets.count - context.rows.length;
  return [
    ...heading(context.title, summaryOf(plan, context)),
    ...section(
      t('# Conflicts, left as they are: {0}', formatCount(conflicts.length)),
      conflicts.map((row) => ({ name: row.key, reason: conflictText(row) })),
    ),
    ...section(t('# Left alone: {0}', formatCount(problems.length)), problems),
    ...rows,
    ...(more > 0 ? [t('# and {0} more', formatCount(more)), ''] : []),
  ].join('\n');
}

/** What cannot be undone, and what can: a sentence a line. */
export function syncConsequences(
  { direction, targets }: SyncPlan,
  history: number,
): readonly string[] {
  const { t } = vscode.l10n;
  const lost = targets.count - targets.counted('create');
  if (lost === 0) {
    return [];
  }
  if (direction === 'pull') {
    return [
      t(
        'Files that are replaced or deleted: {0}. Git has them as far as they were committed.',
        formatCount(lost),
      ),
    ];
  }
  return [
    t('Values that are replaced or deleted: {0}.', formatCount(lost)),
    history === 1
      ? t('The bucket keeps one revision of a key: they are gone.')
      : t('The history keeps them as long as it has room.'),
  ];
}

/** The button, which tells how many files or keys it is about. */
export function syncAction({ direction, targets }: SyncPlan): string {
  const { t } = vscode.l10n;
  const count = formatCount(targets.count);
  return direction === 'pull'
    ? targets.count === 1
      ? t('Pull 1 Key')
      : t('Pull {0} Keys', count)
    : targets.count === 1
      ? t('Push 1 File')
      : t('Push {0} Files', count);
}

export function syncTitle({ direction }: SyncPlan, folder: string, place: string): string {
  return direction === 'pull'
    ? vscode.l10n.t('Pull {0} from {1}', folder, place)
    : vscode.l10n.t('Push {0} to {1}', folder, place);
}

function summaryOf(plan: SyncPlan, { folder, place, perSecond, history }: SyncContext): string[] {
  const { t } = vscode.l10n;
  const { comparison, conflicts, direction, others, targets } = plan;
  const isPull = direction === 'pull';
  const counts = (['create', 'replace', 'delete'] as const).map((act) =>
    formatCount(targets.counted(act)),
  );
  return [
    isPull
      ? t('Files to create: {0}. To replace: {1}. To delete: {2}.', ...counts)
      : t('Keys to create: {0}. To replace: {1}. To delete: {2}.', ...counts),
    t('The same on both sides: {0}.', keysText(comparison.count('same'))),
    ...(others === 0
      ? []
      : [
          isPull
            ? t('Changed here, which Push is for: {0}.', keysText(others))
            : t('Changed there, which Pull is for: {0}.', keysText(others)),
        ]),
    ...(conflicts.length === 0
      ? []
      : [t('Changed on both sides, to be merged: {0}.', keysText(conflicts.length))]),
    t('Folder: {0}.', folder),
    t('Bucket: {0}.', place),
    ...(comparison.isAnotherBucket
      ? [t('The bucket was made again since it was last synchronised: what differs is a conflict.')]
      : []),
    ...syncConsequences(plan, history),
    t('A file or key that is changed meanwhile is skipped, never written over.'),
    ...(perSecond > 0
      ? [t('At most {0} keys a second (natsKv.bulk.maxPerSecond).', formatCount(perSecond))]
      : []),
  ];
}

function conflictText({ file, there, base }: SyncPlan['conflicts'][number]): string {
  const { t } = vscode.l10n;
  if (!file) {
    return t('its file was deleted here, and its value changed there (r{0})', there.revision);
  }
  if (!there.isLive) {
    return t('its file was changed here, and its key deleted there');
  }
  return base
    ? t('changed here and there (r{0} -> r{1})', base.revision, there.revision)
    : t('here and there (r{0}) since before it was synchronised', there.revision);
}

function section(
  title: string,
  all: readonly { readonly name: string; readonly reason: string }[],
): string[] {
  const more = all.length - mostNamed;
  return all.length === 0
    ? []
    : [
        title,
        ...all
          .slice(0, mostNamed)
          .map(({ name, reason }) => `  ${displayText(name)}: ${displayText(reason)}`),
        ...(more > 0 ? [`  ${vscode.l10n.t('and {0} more', formatCount(more))}`] : []),
        '',
      ];
}

const signs = { create: '+', replace: ' ', delete: '-' } as const;

function rowLines({ row, path, before, after }: ShownSyncRow, withDiff: boolean): string[] {
  const { t } = vscode.l10n;
  const isShown = withDiff && before !== undefined && after !== undefined;
  const { lines, more } = shownLines(isShown && before !== after ? linesOf(before, after) : []);
  const { there, file } = row;
  const facts = there.isLive
    ? t('{0} r{1}, {2}', row.key, there.revision, formatSize(there.size))
    : row.key;
  const size = file ? ` ${formatSize(file.size)}` : '';
  return [
    `${signs[row.act]}${displayText(path)}${size} · ${displayText(facts)}`,
    ...lines,
    ...(isShown && lines.length === 0 && row.act === 'replace'
      ? [
          ` ${before === after ? t('(its headers or its TTL differ)') : t('(the end of its last line differs)')}`,
        ]
      : []),
    ...(more > 0 ? [` ${t('{0} more lines', formatCount(more))}`] : []),
    '',
  ];
}

/** What comes or goes as a whole, or the lines that change. The end of the last line begins no other. */
function linesOf(before: string, after: string): string[] {
  const [from = '', to = ''] = [before, after].map((text) => text.replace(/\n$/, ''));
  const whole = (sign: string, text: string): string[] =>
    text.split('\n').map((line) => sign + cut(line, longestLine));
  return before === '' ? whole('+', to) : after === '' ? whole('-', from) : diffLines(from, to);
}
