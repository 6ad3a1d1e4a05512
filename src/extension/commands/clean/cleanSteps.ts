import * as vscode from 'vscode';
import { parseDuration } from '../../../kv/base/duration';
import type { CleanRequest } from '../../../kv/clean/cleanRequest';
import { keyPatternProblem } from '../../../kv/keys/keyPattern';
import { isRuleProblem, parseRule } from '../../../kv/rules/parseRule';
import { askText, runSteps, sentence } from '../quickSteps';

/** Ways to clean a bucket. */
export type CleanKind = 'compact' | 'purgeAll' | 'trim' | 'pattern' | 'query';

/** What is asked for, with the condition as it was typed. */
export interface AskedClean {
  readonly request: CleanRequest;
  readonly condition: string;
}

/** As old as the `nats` CLI lets markers become before it removes them. */
const usualAge = '30m';
const mostRevisions = 64;

/** Asks what a way to clean needs to know; undefined when the user gave up. */
export async function askClean(kind: CleanKind, title: string): Promise<AskedClean | undefined> {
  const { t } = vscode.l10n;
  switch (kind) {
    case 'purgeAll':
      return { request: { kind }, condition: '' };
    case 'compact': {
      const age = await askOne(title, {
        prompt: t('Markers older than this go, such as 12h or 7d; 0 for all'),
        value: usualAge,
        problem: (text) =>
          parseDuration(text) === undefined ? t('A duration such as 30m or 7d.') : undefined,
      });
      const olderThanMs = age === undefined ? undefined : parseDuration(age);
      return olderThanMs === undefined
        ? undefined
        : { request: { kind, olderThanMs }, condition: '' };
    }
    case 'trim': {
      const keep = await askOne(title, {
        prompt: t('How many of the last revisions of each key stay'),
        value: '1',
        problem: (text) =>
          isCount(text) ? undefined : t('A number from 1 to {0}.', mostRevisions),
      });
      return keep === undefined
        ? undefined
        : { request: { kind, keep: Number(keep) }, condition: '' };
    }
    case 'pattern': {
      const pattern = await askOne(title, patternStep(''));
      return pattern === undefined
        ? undefined
        : { request: { kind: 'delete', pattern }, condition: '' };
    }
    case 'query':
      return askQuery(title);
  }
}

async function askQuery(title: string): Promise<AskedClean | undefined> {
  const answers = await runSteps<[string, string]>(title, [
    (place, before) => askText(place, { ...conditionStep(), value: before ?? '' }),
    (place, before) => askText(place, patternStep(before ?? '>')),
  ]);
  const [condition = '', pattern = ''] = answers ?? [];
  const rule = answers && parseRule(condition);
  return !rule || isRuleProblem(rule)
    ? undefined
    : { request: { kind: 'delete', pattern, rule }, condition };
}

const exampleCondition = 'value.status == "done" and age > 30d';

function conditionStep() {
  const { t } = vscode.l10n;
  return {
    prompt: t('A condition, as in the Live view; what would go is shown first'),
    placeholder: exampleCondition,
    problem: (text: string) => {
      const rule = parseRule(text);
      return isRuleProblem(rule)
        ? t('Character {0}: {1}.', rule.position + 1, rule.problem)
        : undefined;
    },
  };
}

function patternStep(value: string) {
  return {
    prompt: vscode.l10n.t(
      'Keys by a NATS pattern, such as orders.eu.> or *.tmp; what would go is shown first',
    ),
    value,
    problem: (text: string) => {
      const problem = keyPatternProblem(text);
      return problem && sentence(problem);
    },
  };
}

async function askOne(
  title: string,
  step: Parameters<typeof askText>[1],
): Promise<string | undefined> {
  const answers = await runSteps<[string]>(title, [(place) => askText(place, step)]);
  return answers?.[0];
}

function isCount(text: string): boolean {
  const count = Number(text);
  return /^\d+$/.test(text) && count >= 1 && count <= mostRevisions;
}
