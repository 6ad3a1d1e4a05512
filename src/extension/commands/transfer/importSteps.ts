import * as vscode from 'vscode';
import type { ImportMode, ImportOptions } from '../../../kv/transfer/importOptions';
import type { KeyMapping } from '../../../kv/transfer/keyMapping';
import { describeKeyProblem } from '../keys/keyStep';
import { askChoice, askText, type Choice, runSteps, type StepPlace } from '../quickSteps';

type Names = Pick<KeyMapping, 'letters' | 'separator'>;

/** What an import or a copy asks for, besides where it comes from. */
export interface StepsOptions {
  /** The source may have TTLs. */
  readonly hasTtls: boolean;
  /** How TTLs are kept. */
  readonly keep: 'keep' | 'rest';
  /** Names as in the environment are usual in it. */
  readonly isEnvironment?: boolean;
  /** What all keys of the source begin with, where that is known. */
  readonly start?: string;
}

/** Asks how keys are named and what becomes of those that are there; undefined when the user gave up. */
export async function askImport(
  title: string,
  options: StepsOptions,
): Promise<ImportOptions | undefined> {
  const answers = await runSteps<
    [string | undefined, string, Names, ImportMode, ImportOptions['ttl'] | undefined]
  >(
    title,
    [
      (place, before) =>
        options.start === undefined
          ? Promise.resolve('skip')
          : askStrip(place, before ?? options.start),
      (place, before) => askPrefix(place, before ?? ''),
      (place) => askNames(place, options.isEnvironment ?? false),
      (place) => askMode(place),
      (place) => (options.hasTtls ? askTtl(place, options.keep) : Promise.resolve('skip' as const)),
    ],
    { counted: false },
  );
  if (!answers) {
    return undefined;
  }
  const [strip, prefix, names, mode, ttl] = answers;
  const mapping = {
    ...(strip !== undefined && strip !== '' && { strip }),
    ...names,
    ...(prefix !== '' && { prefix }),
  };
  return { mode, mapping, ttl: ttl ?? options.keep };
}

/** Asks how the keys of a source are called in a bucket; undefined when the user gave up. */
export async function askMapping(
  title: string,
  isEnvironment: boolean,
): Promise<KeyMapping | undefined> {
  const answers = await runSteps<[string, Names]>(
    title,
    [(place, before) => askPrefix(place, before ?? ''), (place) => askNames(place, isEnvironment)],
    { counted: false },
  );
  if (!answers) {
    return undefined;
  }
  const [prefix, names] = answers;
  return { ...names, ...(prefix !== '' && { prefix }) };
}

/** How the names of an `.env` file are called as keys; undefined when the user gave up. */
export async function askKeyNames(title: string): Promise<KeyMapping | undefined> {
  const answers = await runSteps<[Names]>(title, [(place) => askNames(place, true)]);
  return answers?.[0];
}

function askStrip(place: StepPlace, value: string) {
  const prompt = vscode.l10n.t('Left out at the start of each key; may be empty');
  return askText(place, { prompt, value });
}

function askPrefix(place: StepPlace, value: string) {
  return askText(place, {
    prompt: vscode.l10n.t('Put before each key, such as backup. with its dot; may be empty'),
    value,
    problem: (text) => (text === '' ? undefined : describeKeyProblem(`${text}x`)),
  });
}

function askNames(place: StepPlace, isEnvironment: boolean) {
  const { t } = vscode.l10n;
  const all: Choice<Names>[] = [
    { label: t('Keys as They Are'), value: {} },
    {
      label: t('Lower Case, Dots for _'),
      description: 'DB_HOST → db.host',
      value: { letters: 'lower', separator: ['_', '.'] },
    },
    { label: t('Lower Case'), description: 'DB_HOST → db_host', value: { letters: 'lower' } },
    { label: t('Upper Case'), description: 'db_host → DB_HOST', value: { letters: 'upper' } },
    { label: t('Dots for /'), description: 'a/b → a.b', value: { separator: ['/', '.'] } },
    { label: t('Slashes for .'), description: 'a.b → a/b', value: { separator: ['.', '/'] } },
    { label: t('Dots for :'), description: 'a:b → a.b', value: { separator: [':', '.'] } },
  ];
  const active = isEnvironment ? all[1] : all[0];
  return askChoice(place, t('How the keys are called in the bucket'), all, active?.value);
}

function askMode(place: StepPlace) {
  const { t } = vscode.l10n;
  const all: Choice<ImportMode>[] = [
    {
      label: t('Skip'),
      detail: t('Keys that have a value stay as they are'),
      value: 'skip',
    },
    {
      label: t('Overwrite'),
      detail: t('They get the value of the source'),
      value: 'overwrite',
    },
    {
      label: t('Create Only'),
      detail: t('Nothing at all is written when one of them has a value'),
      value: 'create',
    },
    {
      label: t('Mirror'),
      detail: t('Overwrite, and delete the keys below the prefix that the source does not have'),
      value: 'mirror',
    },
  ];
  return askChoice(place, t('What becomes of keys that have a value; shown first'), all);
}

function askTtl(place: StepPlace, keep: 'keep' | 'rest') {
  const { t } = vscode.l10n;
  const all: Choice<ImportOptions['ttl']>[] = [
    {
      label: t('Keep TTLs'),
      detail: keep === 'keep' ? t('Counted anew') : t('They end when they do at the source'),
      value: keep,
    },
    { label: t('Drop TTLs'), detail: t('Values stay until they are deleted'), value: 'drop' },
  ];
  return askChoice(place, t('What becomes of TTLs'), all);
}
