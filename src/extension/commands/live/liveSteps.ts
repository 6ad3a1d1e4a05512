import * as vscode from 'vscode';
import type { Operation } from '../../../kv/model/entry';
import { folderKeys, folderPattern } from '../../../kv/keys/folderKeys';
import { keyPatternProblem } from '../../../kv/keys/keyPattern';
import type { LiveStart, LiveWatchSpec } from '../../../kv/live/liveChange';
import { operationWords } from '../../../kv/rules/rule';
import { formatCount } from '../../../views/format/format';
import type { TreeNode } from '../../../views/buckets/rows/nodes';
import type { Connections } from '../../../kv/session/connections';
import { parseDuration } from '../../../kv/base/duration';
import {
  askChoice,
  askText,
  runSteps,
  sentence,
  type StepPlace,
  type StepResult,
} from '../quickSteps';
import { pickBuckets } from '../target';
import { plainWindow } from '../../../views/shown/plainWindow';

/**
 * Asks what to watch, as far as the row does not tell it, and what to begin with. Several buckets
 * are watched each by itself; none when the user gave up.
 */
export async function askWatches(
  connections: Connections,
  node: TreeNode | undefined,
): Promise<LiveWatchSpec[]> {
  const target = await pickBuckets(connections, node);
  if (!target) {
    return [];
  }
  const { session, buckets } = target;
  const [bucket = '', ...others] = buckets;
  const title =
    others.length === 0
      ? vscode.l10n.t('Watch {0} on {1}', bucket, session.name)
      : vscode.l10n.t('Watch {0} Buckets on {1}', formatCount(buckets.length), session.name);
  const answers = await runSteps<[string, LiveStart]>(title, [
    (place, before) => askFilter(place, before ?? filterOf(node), wider(node)),
    (place) => askKind(place),
  ]);
  const start = answers && (await completeStart(title, answers[1]));
  return start
    ? buckets.map((each) => {
        const [filter] = answers;
        return { connectionId: session.id, bucket: each, filter, start, operations: [] };
      })
    : [];
}

/** Asks for other options of a watch. */
export async function askStart(spec: LiveWatchSpec): Promise<LiveWatchSpec | undefined> {
  const title = vscode.l10n.t('Options of Watching {0}', spec.bucket);
  const answers = await runSteps<[string, LiveStart]>(title, [
    (place, before) => askFilter(place, before ?? spec.filter),
    (place) => askKind(place),
  ]);
  const start = answers && (await completeStart(title, answers[1]));
  const operations = start && (await askOperations(title, spec.operations));
  return start && operations && { ...spec, filter: answers[0], start, operations };
}

/** The pattern of the keys that a row stands for. */
function filterOf(node: TreeNode | undefined): string {
  switch (node?.kind) {
    case 'folder':
      return node.separator === 'mixed' ? folderKeys(node).filter : folderPattern(node);
    case 'key':
      return node.key;
    default:
      return '>';
  }
}

/** Says so where no pattern has just what is in a folder. */
function wider(node: TreeNode | undefined): string | undefined {
  return node?.kind === 'folder' && node.separator === 'mixed'
    ? vscode.l10n.t(
        'More than {0}, whose keys go on with dots and with slashes. Filter in the Live view for the rest.',
        folderPattern(node),
      )
    : undefined;
}

function askFilter(place: StepPlace, value: string, prompt?: string): Promise<StepResult<string>> {
  return askText(place, {
    prompt:
      prompt ??
      vscode.l10n.t('Which keys: > for all, orders.> for a folder, orders.*.state, or one key'),
    value,
    problem: (text) => {
      const problem = keyPatternProblem(text);
      return problem && sentence(problem);
    },
  });
}

function askKind(place: StepPlace): Promise<StepResult<LiveStart>> {
  const { t } = vscode.l10n;
  return askChoice<LiveStart>(place, t('What to begin with'), [
    { label: t('Updates only'), value: { kind: 'updates' } },
    { label: t('Current values, then updates'), value: { kind: 'current' } },
    { label: t('The whole history, then updates'), value: { kind: 'history' } },
    { label: t('From a revision on…'), value: { kind: 'revision', revision: 1 } },
    { label: t('From a time on…'), value: { kind: 'time', time: 0 } },
  ]);
}

/** Asks for the revision or the time that a start needs. */
async function completeStart(title: string, start: LiveStart): Promise<LiveStart | undefined> {
  if (start.kind === 'revision') {
    const answers = await runSteps<[string]>(title, [(place) => askText(place, revisionStep())]);
    return answers && { kind: 'revision', revision: Number(answers[0]) };
  }
  if (start.kind === 'time') {
    const answers = await runSteps<[string]>(title, [(place) => askText(place, timeStep())]);
    const time = answers && timeOf(answers[0]);
    return time === undefined ? undefined : { kind: 'time', time };
  }
  return start;
}

function revisionStep() {
  return {
    prompt: vscode.l10n.t('The first revision to show'),
    value: '1',
    problem: (text: string) =>
      /^[1-9]\d{0,14}$/.test(text)
        ? undefined
        : vscode.l10n.t('A revision is a whole number from 1.'),
  };
}

function timeStep() {
  return {
    prompt: vscode.l10n.t('How long ago, such as 10m or 2h, or a time such as 2026-01-31T12:00'),
    value: '10m',
    problem: (text: string) =>
      timeOf(text) === undefined
        ? vscode.l10n.t(
            'A time is a duration such as 10m or 2h, or a date such as 2026-01-31T12:00.',
          )
        : undefined,
  };
}

function timeOf(text: string): number | undefined {
  const ago = text.trim() === '' ? undefined : parseDuration(text.trim());
  if (ago !== undefined) {
    return Date.now() - ago;
  }
  const time = Date.parse(text);
  return Number.isNaN(time) ? undefined : time;
}

/** All operations when none or every one is chosen; undefined when the user gave up. */
async function askOperations(
  title: string,
  before: readonly Operation[],
): Promise<readonly Operation[] | undefined> {
  const all = Object.keys(operationWords) as Operation[];
  const items = all.map((operation) => ({
    label: operationWords[operation],
    picked: before.length === 0 || before.includes(operation),
    operation,
  }));
  const placeHolder = vscode.l10n.t('Operations to show');
  const chosen = await plainWindow.showQuickPick(items, {
    title,
    placeHolder,
    canPickMany: true,
  });
  const operations = chosen?.map(({ operation }) => operation);
  return operations?.length === all.length ? [] : operations;
}
