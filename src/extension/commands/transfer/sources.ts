import * as vscode from 'vscode';
import type { FileSource } from '../../../kv/transfer/source';
import { readCsv } from '../../../kv/transfer/formats/csv';
import { readDotenv } from '../../../kv/transfer/formats/dotenv';
import { FolderSource } from '../../../kv/transfer/formats/folderSource';
import { readJsonMap, readYamlMap, TextSource } from '../../../kv/transfer/formats/maps';
import { NdjsonSource } from '../../../kv/transfer/formats/ndjson';
import { plainWindow } from '../../../views/shown/plainWindow';
import type { SourceForm } from '../../transfer/importJournal';
import { placedFile } from '../../transfer/workspaceFiles';
import { askChoice, type Choice, runSteps } from '../quickSteps';

/** A file or folder to import, and how it is read. */
export interface ChosenSource {
  readonly uri: vscode.Uri;
  readonly form: SourceForm;
  readonly name: string;
}

const extensions: readonly (readonly [RegExp, SourceForm])[] = [
  [/\.(ndjson|jsonl)$/i, 'ndjson'],
  [/\.json$/i, 'json'],
  [/\.ya?ml$/i, 'yaml'],
  [/\.csv$/i, 'csv'],
  [/(^|\.)env(\.[^.]*)?$/i, 'dotenv'],
];

/** The source at a URI. */
export function sourceAt(uri: vscode.Uri, form: SourceForm): FileSource {
  const { files, path } = placedFile(uri);
  switch (form) {
    case 'ndjson':
      return new NdjsonSource(files, path);
    case 'folder':
      return new FolderSource(files, path);
    case 'json':
    case 'jsonNested':
      return new TextSource(files, path, readJsonMap(form === 'jsonNested'));
    case 'yaml':
    case 'yamlNested':
      return new TextSource(files, path, readYamlMap(form === 'yamlNested'));
    case 'csv':
      return new TextSource(files, path, readCsv);
    case 'dotenv':
      return new TextSource(files, path, readDotenv);
  }
}

/** Asks for a file or folder and how it is meant; undefined when the user gave up. */
export async function askSource(title: string): Promise<ChosenSource | undefined> {
  const { t } = vscode.l10n;
  const kinds: Choice<'file' | 'folder'>[] = [
    { label: t('File…'), detail: t('NDJSON, JSON, YAML, CSV or .env'), value: 'file' },
    { label: t('Folder…'), detail: t('A file for each key'), value: 'folder' },
  ];
  const placeholder = t('What would be written is shown first');
  const kind = await runSteps<['file' | 'folder']>(title, [
    (place) => askChoice(place, placeholder, kinds),
  ]);
  if (!kind) {
    return undefined;
  }
  return chooseSource(title, kind[0], t('Import'));
}

/** Asks for a file, or a folder, in a dialog whose button is `openLabel`, and how it is meant. */
export async function chooseSource(
  title: string,
  kind: 'file' | 'folder',
  openLabel: string,
): Promise<ChosenSource | undefined> {
  const isFolder = kind === 'folder';
  const [uri] =
    (await plainWindow.showOpenDialog({
      title,
      openLabel,
      canSelectFiles: !isFolder,
      canSelectFolders: isFolder,
      defaultUri: vscode.workspace.workspaceFolders?.[0]?.uri,
    })) ?? [];
  if (!uri) {
    return undefined;
  }
  const name = uri.path.slice(uri.path.lastIndexOf('/') + 1);
  const form = isFolder ? 'folder' : await formOf(title, name);
  return form && { uri, form, name };
}

async function formOf(title: string, name: string): Promise<SourceForm | undefined> {
  const { t } = vscode.l10n;
  const form = extensions.find(([pattern]) => pattern.test(name))?.[1];
  if (form === 'json' || form === 'yaml') {
    const choices: Choice<SourceForm>[] = [
      {
        label: t('Objects Are Values'),
        detail: t('Each name of the map is a key'),
        value: form,
      },
      {
        label: t('Objects Are Prefixes'),
        detail: t('Names of inner maps go on after a dot'),
        value: form === 'json' ? 'jsonNested' : 'yamlNested',
      },
    ];
    return only(title, t('How the objects of {0} are meant', name), choices);
  }
  if (form) {
    return form;
  }
  const choices: Choice<SourceForm>[] = [
    { label: 'NDJSON', value: 'ndjson' },
    { label: 'JSON', value: 'json' },
    { label: 'YAML', value: 'yaml' },
    { label: 'CSV', value: 'csv' },
    { label: '.env', value: 'dotenv' },
  ];
  return only(title, t('What {0} is', name), choices);
}

async function only(
  title: string,
  placeholder: string,
  choices: readonly Choice<SourceForm>[],
): Promise<SourceForm | undefined> {
  const answers = await runSteps<[SourceForm]>(title, [
    (place) => askChoice(place, placeholder, choices),
  ]);
  return answers?.[0];
}
