import * as vscode from 'vscode';
import { listingCost } from '../../kv/inspect/bucketCosts';
import type { BucketInspection } from '../../kv/inspect/bucketInspection';
import { ageClasses, sizeClasses, type KeySurvey } from '../../kv/keys/tree/treeSurvey';
import type { BucketStatus } from '../../kv/model/bucket';
import { messageOf } from '../../kv/model/errors';
import { formatCount, formatDuration, formatSize, keysText } from '../format/format';
import type {
  ActionView,
  BlockView,
  PlotView,
  RowView,
  SectionView,
  TableView,
} from '../page/pageProtocol';
import { howText, percent, problemBlocks, shown } from './readingTexts';

type Keys = Pick<BucketInspection, 'survey' | 'listing' | 'prefix' | 'bucket'>;

/** Bars that are told apart without looking twice. */
const mostBars = 12;

/**
 * What the keys hold, by prefix, by size and by age; and how they are listed where they are not known.
 * `status` is undefined where the bucket is gone.
 */
export function keysSections(keys: Keys, status: BucketStatus | undefined): SectionView[] {
  const { t } = vscode.l10n;
  const survey = keys.survey.value;
  const how = howText(t('index of keys in memory'), keys.survey);
  const prefixes: SectionView = {
    id: 'prefixes',
    title: t('Keys by Prefix'),
    ...(survey && { how }),
    isWide: true,
    blocks: [
      ...(status ? listingBlocks(keys, status) : []),
      ...problemBlocks({ ...keys.survey, isReading: false }),
      ...(survey ? prefixBlocks(keys, survey) : []),
    ],
  };
  return survey && survey.keys > 0 ? [prefixes, ...classSections(survey, how)] : [prefixes];
}

/** How far the list of keys is, what making it costs, and how to begin or stop it. */
function listingBlocks({ listing }: Keys, status: BucketStatus): BlockView[] {
  const { t } = vscode.l10n;
  const { keys, bytes } = listingCost(status);
  const list: ActionView = { id: 'list', label: t('List the Keys') };
  const offer = (why: string): BlockView[] => [
    { kind: 'text', text: why },
    { kind: 'actions', actions: [list] },
  ];
  switch (listing?.kind) {
    case undefined:
    case 'idle':
      return keys === 0
        ? [{ kind: 'text', text: t('There are no keys.') }]
        : offer(
            t(
              'The keys have not been listed in this window. To list them, the server sends {0} messages without their values (about {1}), once; it can be stopped. From then on the bucket is followed, as when it is opened in the tree.',
              formatCount(keys),
              formatSize(bytes),
            ),
          );
    case 'listing':
      return [
        {
          kind: 'progress',
          text: t('Listing: {0} of about {1}', formatCount(listing.found), formatCount(keys)),
          action: { id: 'stopListing', label: t('Stop') },
        },
      ];
    case 'partial':
      return offer(t('Listing was stopped: the keys are not all known.'));
    case 'failed':
      return offer(t('The keys could not be listed: {0}.', shown(messageOf(listing.error))));
    case 'ready':
      return [];
  }
}

function prefixBlocks({ prefix, bucket }: Keys, survey: KeySurvey): BlockView[] {
  const { t } = vscode.l10n;
  if (survey.keys === 0) {
    const text =
      prefix === '' ? t('There are no keys.') : t('There are no keys below {0}.', shown(prefix));
    return [...(prefix === '' ? [] : [pathOnly(prefix, bucket)]), { kind: 'text', text }];
  }
  return [prefixPlot(survey), prefixTable(survey, prefix, bucket)];
}

function lookAction(path: string, label: string): ActionView {
  return { id: 'look', value: path, label };
}

/** The way down to a prefix, each step of which can be gone back to. */
function pathTo(prefix: string, bucket: string): ActionView[] {
  const ends = [...prefix.matchAll(/(?!^)[./](?=.)|$/g)].map(({ index }) => index);
  const paths = prefix === '' ? [] : ends.map((end) => prefix.slice(0, end));
  return [
    lookAction('', shown(bucket)),
    ...paths.map((path, at) => lookAction(path, shown(path.slice(paths[at - 1]?.length ?? 0)))),
  ];
}

function pathOnly(prefix: string, bucket: string): BlockView {
  return { kind: 'actions', actions: pathTo(prefix, bucket) };
}

function nameBelow(path: string, prefix: string): string {
  return shown(path.slice(prefix.length).replace(/^\.(?=.)/, ''));
}

function prefixPlot({ parts, rest, prefix }: KeySurvey): PlotView {
  const { t } = vscode.l10n;
  const bars = parts.slice(0, mostBars);
  const others = parts.slice(mostBars);
  const more = rest.parts + others.length;
  const sum = (of: (part: KeySurvey['parts'][number]) => number, start: number) =>
    others.reduce((total, part) => total + of(part), start);
  const all = [
    ...bars.map((part) => ({ ...part, name: nameBelow(part.path, prefix) })),
    ...(more > 0
      ? [
          {
            name: t('{0} others', formatCount(more)),
            bytes: sum(({ bytes }) => bytes, rest.bytes),
            keys: sum(({ keys }) => keys, rest.keys),
            isFolder: false,
            path: '',
          },
        ]
      : []),
  ];
  const largest = all[0];
  return {
    kind: 'bars',
    id: 'prefixes',
    summary: t(
      'Bytes and keys by prefix; the largest is {0} with {1} in {2}',
      largest?.name ?? '',
      formatSize(largest?.bytes ?? 0),
      keysText(largest?.keys ?? 0),
    ),
    tableLabel: '',
    categoryLabel: t('Prefix'),
    categories: all.map(({ name }) => name),
    actions: all.map(({ isFolder, path, name }) => (isFolder ? lookAction(path, name) : null)),
    series: [
      {
        label: t('Bytes of values'),
        unit: 'bytes',
        values: all.map(({ bytes }) => bytes),
        texts: all.map(({ bytes }) => formatSize(bytes)),
      },
      {
        label: t('Keys'),
        unit: 'count',
        values: all.map(({ keys }) => keys),
        texts: all.map(({ keys }) => formatCount(keys)),
      },
    ],
  };
}

function prefixTable(survey: KeySurvey, prefix: string, bucket: string): TableView {
  const { t } = vscode.l10n;
  const { parts, rest, keys, bytes } = survey;
  const row = (
    name: string,
    part: { keys: number; bytes: number },
    action?: ActionView,
  ): RowView => ({
    cells: [
      { text: name, ...(action && { action }) },
      {
        text: formatSize(part.bytes),
        share: bytes > 0 ? part.bytes / bytes : 0,
      },
      { text: percent(part.bytes, bytes) },
      { text: formatCount(part.keys), share: keys > 0 ? part.keys / keys : 0 },
    ],
  });
  const rows = parts.map((part) => {
    const name = nameBelow(part.path, prefix);
    return row(name, part, part.isFolder ? lookAction(part.path, name) : undefined);
  });
  const more = rest.parts > 0 ? [row(t('{0} others', formatCount(rest.parts)), rest)] : [];
  return {
    kind: 'table',
    id: 'prefixes',
    caption: t('Keys by prefix, the largest first'),
    path: pathTo(prefix, bucket),
    columns: [
      { label: t('Prefix') },
      { label: t('Bytes of values'), isNumber: true },
      { label: t('Share'), isNumber: true },
      { label: t('Keys'), isNumber: true },
    ],
    rows: [...rows, ...more],
    empty: '',
  };
}

/** How large and how old the values below the prefix are. */
function classSections(survey: KeySurvey, how: string): SectionView[] {
  const { t } = vscode.l10n;
  const { sizes, ages, largest } = survey;
  return [
    {
      id: 'sizes',
      title: t('Value Sizes'),
      how,
      blocks: [
        classPlot(
          'sizes',
          t('Keys by the size of their value; the largest has {0}', formatSize(largest)),
          {
            label: t('Size'),
            names: classNames(sizeClasses, formatSize, { first: t('empty'), skipFirst: true }),
            counts: sizes,
          },
        ),
      ],
    },
    {
      id: 'ages',
      title: t('Ages'),
      how,
      blocks: [
        classPlot('ages', t('Keys by the time since they were written last'), {
          label: t('Age'),
          names: classNames(ageClasses, formatDuration, {}),
          counts: ages,
        }),
      ],
    },
  ];
}

/** Each class by where it ends: `< 64 B`; the last one by where it begins. */
function classNames(
  classes: readonly number[],
  format: (value: number) => string,
  { first, skipFirst = false }: { readonly first?: string; readonly skipFirst?: boolean },
): string[] {
  return classes.map((begin, at) => {
    const end = classes[at + 1];
    if (at === 0 && skipFirst && first !== undefined) {
      return first;
    }
    return end === undefined ? `≥ ${format(begin)}` : `< ${format(end)}`;
  });
}

function classPlot(
  id: string,
  summary: string,
  { label, names, counts }: { label: string; names: readonly string[]; counts: readonly number[] },
): PlotView {
  const { t } = vscode.l10n;
  // Empty classes beyond both ends tell nothing.
  const from = Math.max(
    0,
    counts.findIndex((count) => count > 0),
  );
  const to = counts.findLastIndex((count) => count > 0) + 1;
  const values = counts.slice(from, to);
  return {
    kind: 'bars',
    id,
    summary,
    tableLabel: t('Show as a table'),
    categoryLabel: label,
    categories: names.slice(from, to),
    series: [{ label: t('Keys'), unit: 'count', values, texts: values.map(formatCount) }],
  };
}
