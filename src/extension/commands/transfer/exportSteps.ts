import * as vscode from 'vscode';
import { parseJsonPath } from '../../../kv/find/jsonPath';
import type { ExportForm } from '../../../kv/transfer/runExport';
import type { CsvColumn } from '../../../kv/transfer/formats/peopleText';
import { askChoice, askText, type Choice, runSteps } from '../quickSteps';

/** What an export is made into. */
export interface AskedExport {
  readonly form: ExportForm;
  readonly history: boolean;
  /** Extension of the file; undefined for a folder. */
  readonly extension: string | undefined;
}

type Way = 'ndjson' | 'history' | 'folder' | 'json' | 'jsonNested' | 'yaml' | 'yamlNested' | 'csv';

/** Asks for the form of an export; undefined when the user gave up. */
export async function askExport(
  title: string,
  about: string,
  keepsHistory: boolean,
): Promise<AskedExport | undefined> {
  const answers = await runSteps<[Way]>(title, [
    (place) => askChoice(place, about, ways(keepsHistory)),
  ]);
  const way = answers?.[0];
  if (way === undefined) {
    return undefined;
  }
  if (way !== 'csv') {
    return asked(way);
  }
  const columns = await runSteps<[readonly CsvColumn[]]>(title, [(place) => askColumns(place)]);
  return (
    columns && { form: { kind: 'csv', columns: columns[0] }, history: false, extension: 'csv' }
  );
}

function asked(way: Exclude<Way, 'csv'>): AskedExport {
  switch (way) {
    case 'ndjson':
    case 'history':
      return { form: { kind: 'ndjson' }, history: way === 'history', extension: 'ndjson' };
    case 'folder':
      return { form: { kind: 'folder' }, history: false, extension: undefined };
    case 'json':
    case 'jsonNested':
      return {
        form: { kind: 'json', nested: way === 'jsonNested' },
        history: false,
        extension: 'json',
      };
    case 'yaml':
    case 'yamlNested':
      return {
        form: { kind: 'yaml', nested: way === 'yamlNested' },
        history: false,
        extension: 'yaml',
      };
  }
}

function ways(keepsHistory: boolean): Choice<Way>[] {
  const { t } = vscode.l10n;
  const history: Choice<Way> = {
    label: t('NDJSON with History'),
    detail: t('Every revision that is stored, a line each; loses nothing'),
    value: 'history',
  };
  return [
    {
      label: t('NDJSON'),
      detail: t('A line for each key, deleted ones too; loses nothing'),
      value: 'ndjson',
    },
    ...(keepsHistory ? [history] : []),
    {
      label: t('Folder of Files'),
      detail: t('A file for each key, with an index; loses nothing but the history'),
      value: 'folder',
    },
    { label: t('JSON'), detail: t('A map of keys and values'), value: 'json' },
    {
      label: t('JSON by Prefix'),
      detail: t('Nested at the dots of the keys'),
      value: 'jsonNested',
    },
    { label: t('YAML'), detail: t('A map of keys and values'), value: 'yaml' },
    {
      label: t('YAML by Prefix'),
      detail: t('Nested at the dots of the keys'),
      value: 'yamlNested',
    },
    { label: t('CSV'), detail: t('A row for each key, columns by JSON paths'), value: 'csv' },
  ];
}

function askColumns(place: Parameters<typeof askText>[0]) {
  const { t } = vscode.l10n;
  return askText(place, {
    prompt: t('JSON paths of the columns, such as $.status, $.total; empty for the whole value'),
    placeholder: '$.status, $.total',
    problem: (text) => {
      const bad = columnsOf(text).find((column) => 'reason' in column);
      return bad && 'reason' in bad ? `${bad.title}: ${bad.reason}.` : undefined;
    },
  }).then((result) =>
    typeof result === 'string'
      ? result
      : {
          value: columnsOf(result.value).filter((column): column is CsvColumn => 'path' in column),
        },
  );
}

function columnsOf(text: string): (CsvColumn | { title: string; reason: string })[] {
  const titles = text
    .split(',')
    .map((title) => title.trim())
    .filter((title) => title !== '');
  if (titles.length === 0) {
    return [{ title: 'value', path: undefined }];
  }
  return titles.map((title) => {
    const parsed = parseJsonPath(title);
    return 'path' in parsed ? { title, path: parsed.path } : { title, reason: parsed.reason };
  });
}
