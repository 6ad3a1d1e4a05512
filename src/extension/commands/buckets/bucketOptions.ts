import * as vscode from 'vscode';
import { durationText, parseDuration } from '../../../kv/base/duration';
import { parseSize, sizeText } from '../../../kv/base/size';
import type { BucketConfig } from '../../../kv/model/bucket';
import { formatCount, formatDuration, formatLimit } from '../../../views/format/format';
import { askChoice, askText, type Choice, type StepPlace, type StepResult } from '../quickSteps';

/** What a bucket that is to be created gets, but for its name. Durations in milliseconds. */
export interface BucketDraft {
  readonly description: string;
  readonly history: number;
  readonly ttl: number;
  /** How long the markers of values stay whose own TTL ended; 0 where values have no TTL of their own. */
  readonly markerTtl: number;
  readonly storage: 'file' | 'memory';
  readonly replicas: number;
  /** Bytes; -1 for no limit. */
  readonly maxBytes: number;
  readonly maxValueSize: number;
  readonly compressed: boolean;
}

/**
 * What a server can do with a new bucket: values with a TTL of their own came with level 1 of its
 * API (server 2.11). Undefined where it does not tell.
 */
export interface BucketAbilities {
  readonly keyTtls: boolean | undefined;
}

export type BucketOption = Exclude<keyof BucketDraft, 'markerTtl'> | 'keyTtls';

/** Long enough for clients that come back to see the marker, and no more: no TTL can be shorter. */
const usualMarkerTtl = 60_000;

/**
 * What a new bucket has unless something else is chosen. Ten revisions, so that what was overwritten
 * or deleted can be looked at and restored.
 */
export function usualDraft({ keyTtls }: BucketAbilities): BucketDraft {
  return {
    description: '',
    history: 10,
    ttl: 0,
    markerTtl: keyTtls === true ? usualMarkerTtl : 0,
    storage: 'file',
    replicas: 1,
    maxBytes: -1,
    maxValueSize: -1,
    compressed: false,
  };
}

/** The bucket to create: what is as the server has it by itself is left out. */
export function configOf(name: string, draft: BucketDraft): BucketConfig {
  const { description, history, ttl, markerTtl, storage, replicas } = draft;
  return {
    ...{ name, history, ttl, storage, replicas },
    ...(description !== '' && { description }),
    ...(markerTtl > 0 && { markerTtl }),
    ...(draft.maxBytes >= 0 && { maxBytes: draft.maxBytes }),
    ...(draft.maxValueSize >= 0 && { maxValueSize: draft.maxValueSize }),
    ...(draft.compressed && { compressed: true }),
  };
}

/** The rows of the options: what each is now, and what that means. */
export function optionRows(
  draft: BucketDraft,
  abilities: BucketAbilities,
): readonly Choice<BucketOption>[] {
  const never = vscode.l10n.t('never');
  const off = vscode.l10n.t('off');
  return [
    {
      value: 'history',
      label: vscode.l10n.t('History'),
      description:
        draft.history === 1
          ? vscode.l10n.t('1 revision of each key: what is overwritten is gone')
          : vscode.l10n.t(
              '{0} revisions of each key, to compare and restore',
              formatCount(draft.history),
            ),
    },
    {
      value: 'ttl',
      label: vscode.l10n.t('TTL'),
      description: vscode.l10n.t(
        'values expire: {0}',
        draft.ttl > 0 ? vscode.l10n.t('after {0}', formatDuration(draft.ttl)) : never,
      ),
    },
    {
      value: 'keyTtls',
      label: vscode.l10n.t('Key TTLs'),
      description: keyTtlText(draft, abilities),
    },
    {
      value: 'storage',
      label: vscode.l10n.t('Storage'),
      description: storageTexts()[draft.storage],
    },
    {
      value: 'replicas',
      label: vscode.l10n.t('Replicas'),
      description:
        draft.replicas === 1
          ? vscode.l10n.t('1 server')
          : vscode.l10n.t('{0} servers of a cluster', draft.replicas),
    },
    {
      value: 'maxBytes',
      label: vscode.l10n.t('Largest bucket'),
      description: formatLimit(draft.maxBytes),
    },
    {
      value: 'maxValueSize',
      label: vscode.l10n.t('Largest value'),
      description: formatLimit(draft.maxValueSize),
    },
    {
      value: 'compressed',
      label: vscode.l10n.t('Compression'),
      description: draft.compressed ? 's2' : off,
    },
    {
      value: 'description',
      label: vscode.l10n.t('Description'),
      description: draft.description || vscode.l10n.t('none'),
    },
  ];
}

function keyTtlText({ markerTtl }: BucketDraft, { keyTtls }: BucketAbilities): string {
  if (keyTtls === false) {
    return vscode.l10n.t('not on this server: they need nats-server 2.11');
  }
  return markerTtl > 0
    ? vscode.l10n.t(
        'on: each key may have a TTL of its own, of {0} or more',
        formatDuration(markerTtl),
      )
    : vscode.l10n.t('off: no key can have a TTL of its own');
}

function storageTexts() {
  return {
    file: vscode.l10n.t('file, survives a restart'),
    memory: vscode.l10n.t('memory, lost on a restart'),
  };
}

/** Asks for one option; gives the draft with it. Skips what the server cannot do. */
export async function askOption(
  place: StepPlace,
  option: BucketOption,
  draft: BucketDraft,
  { keyTtls }: BucketAbilities,
): Promise<StepResult<BucketDraft>> {
  switch (option) {
    case 'history':
      return into(
        await askText(place, {
          prompt: vscode.l10n.t('History: revisions kept for each key, 1 to 64'),
          value: String(draft.history),
          problem: historyProblem,
        }),
        (text) => ({ ...draft, history: Number(text) }),
      );
    case 'ttl':
      return into(
        await askText(place, {
          prompt: vscode.l10n.t('TTL: age at which values expire, such as 10m or 7d; 0 for never'),
          value: durationText(draft.ttl),
          problem: (text) => durationProblem(text, 100),
        }),
        (text) => ({ ...draft, ttl: parseDuration(text) ?? 0 }),
      );
    case 'keyTtls':
      if (keyTtls === false) {
        return 'skip';
      }
      return into(
        await askText(place, {
          prompt: vscode.l10n.t(
            'Key TTLs: each key may have a TTL of its own. When it expires, a marker in its place tells whoever watches. How long do markers stay, such as 1m? They take room so long, and with history no TTL is shorter. Once on, it stays on. 0 for off',
          ),
          value: durationText(draft.markerTtl),
          problem: (text) => durationProblem(text, 1_000),
        }),
        (text) => ({ ...draft, markerTtl: parseDuration(text) ?? 0 }),
      );
    case 'storage':
      return into(await askStorage(place, draft), (storage) => ({ ...draft, storage }));
    case 'replicas':
      return into(
        await askText(place, {
          prompt: vscode.l10n.t('Replicas: servers of the cluster that hold a copy, 1, 3 or 5'),
          value: String(draft.replicas),
          problem: replicasProblem,
        }),
        (text) => ({ ...draft, replicas: Number(text) }),
      );
    case 'maxBytes':
      return into(
        await askLimit(place, draft.maxBytes, vscode.l10n.t('Largest bucket')),
        (maxBytes) => ({ ...draft, maxBytes }),
      );
    case 'maxValueSize':
      return into(
        await askLimit(place, draft.maxValueSize, vscode.l10n.t('Largest value')),
        (maxValueSize) => ({ ...draft, maxValueSize }),
      );
    case 'compressed':
      return { value: { ...draft, compressed: !draft.compressed } };
    case 'description':
      return into(
        await askText(place, {
          prompt: vscode.l10n.t('Description: what the bucket is for'),
          value: draft.description,
        }),
        (text) => ({ ...draft, description: text.trim() }),
      );
  }
}

function into<A, B>(result: StepResult<A>, use: (value: A) => B): StepResult<B> {
  return typeof result === 'string' ? result : { value: use(result.value) };
}

function askStorage(place: StepPlace, { storage }: BucketDraft) {
  const texts = storageTexts();
  return askChoice<BucketDraft['storage']>(
    place,
    vscode.l10n.t('Storage; it cannot be changed later'),
    [
      { label: texts.file, value: 'file' },
      { label: texts.memory, value: 'memory' },
    ],
    storage,
  );
}

async function askLimit(
  place: StepPlace,
  limit: number,
  name: string,
): Promise<StepResult<number>> {
  const answer = await askText(place, {
    prompt: vscode.l10n.t('{0}: such as 64 KiB or 1 GiB; empty for no limit', name),
    value: limit < 0 ? '' : sizeText(limit),
    problem: limitProblem,
  });
  return into(answer, (text) => (text.trim() === '' ? -1 : (parseSize(text) ?? -1)));
}

export function historyProblem(text: string): string | undefined {
  return isCount(text, 64) ? undefined : vscode.l10n.t('History is a whole number from 1 to 64.');
}

export function replicasProblem(text: string): string | undefined {
  return isCount(text, 5) ? undefined : vscode.l10n.t('Replicas are a whole number from 1 to 5.');
}

export function limitProblem(text: string): string | undefined {
  const isLimit = text.trim() === '' || (parseSize(text) ?? 0) > 0;
  return isLimit ? undefined : vscode.l10n.t('A size is a number with KiB, MiB or GiB, above 0.');
}

export function durationProblem(text: string, least: number): string | undefined {
  const duration = parseDuration(text);
  if (duration === undefined) {
    return vscode.l10n.t('A TTL is a number with ms, s, m, h or d, such as 90s or 1h30m.');
  }
  return duration > 0 && duration < least
    ? vscode.l10n.t('The shortest TTL is {0}.', formatDuration(least))
    : undefined;
}

function isCount(text: string, most: number): boolean {
  const count = text.trim() === '' ? NaN : Number(text);
  return Number.isInteger(count) && count >= 1 && count <= most;
}
