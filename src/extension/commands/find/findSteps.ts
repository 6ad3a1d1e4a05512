import * as vscode from 'vscode';
import { valueMatcher, type ValueQuery } from '../../../kv/find/valueQuery';
import { askChoice, askText, runSteps, type Choice, type StepPlace } from '../quickSteps';

type Way = 'text' | 'textInCase' | 'regex' | 'regexInCase' | 'jsonPath';

/** Asks what to look for; what was looked for before is there to begin with. */
export async function askQuery(
  scope: string,
  before: ValueQuery | undefined,
): Promise<ValueQuery | undefined> {
  const title = vscode.l10n.t('Find in Values of {0}', scope);
  let way: Way = before ? wayOf(before) : 'text';
  const answers = await runSteps<[Way, string]>(title, [
    async (place, chosen) => {
      const answer = await askWay(place, chosen ?? way);
      way = typeof answer === 'string' ? way : answer.value;
      return answer;
    },
    (place, typed) =>
      askText(place, {
        prompt: promptOf(way),
        placeholder: placeholderOf(way),
        value: typed ?? textBefore(before, way),
        problem: (text) => queryProblem(queryOf(way, text)),
      }),
  ]);
  return answers && queryOf(answers[0], answers[1]);
}

/** A path is of no use as a text, nor the other way round. */
function textBefore(before: ValueQuery | undefined, way: Way): string {
  const fits = (before?.kind === 'jsonPath') === (way === 'jsonPath');
  return before && fits ? before.text : '';
}

/** A query in words, as it stands in titles and messages. */
export function queryLabel(query: ValueQuery): string {
  switch (query.kind) {
    case 'text':
      return `"${query.text}"`;
    case 'regex':
      return `/${query.text}/${query.matchCase ? '' : 'i'}`;
    case 'jsonPath':
      return query.text;
  }
}

function askWay(place: StepPlace, active: Way) {
  const ways: Choice<Way>[] = [
    { label: vscode.l10n.t('Text'), value: 'text' },
    { label: vscode.l10n.t('Text, Match Case'), value: 'textInCase' },
    { label: vscode.l10n.t('Regular Expression'), value: 'regex' },
    { label: vscode.l10n.t('Regular Expression, Match Case'), value: 'regexInCase' },
    {
      label: vscode.l10n.t('JSON Path'),
      description: '$.items[*].sku, $..price == 12, $.items[?(@.count == 0)]',
      value: 'jsonPath',
    },
  ];
  return askChoice(place, vscode.l10n.t('What to look for'), ways, active);
}

function promptOf(way: Way): string {
  switch (way) {
    case 'text':
    case 'textInCase':
      return vscode.l10n.t('Text that values contain');
    case 'regex':
    case 'regexInCase':
      return vscode.l10n.t('Regular expression of JavaScript; ^ and $ match at every line');
    case 'jsonPath':
      return vscode.l10n.t('Path of JSON values, with == or != and a value where it must be so');
  }
}

function placeholderOf(way: Way): string {
  return way === 'jsonPath' ? '$..status == "new"' : '';
}

function wayOf(query: ValueQuery): Way {
  if (query.kind === 'jsonPath') {
    return 'jsonPath';
  }
  return query.matchCase ? `${query.kind}InCase` : query.kind;
}

function queryOf(way: Way, text: string): ValueQuery {
  switch (way) {
    case 'text':
    case 'textInCase':
      return { kind: 'text', text, matchCase: way === 'textInCase' };
    case 'regex':
    case 'regexInCase':
      return { kind: 'regex', text, matchCase: way === 'regexInCase' };
    case 'jsonPath':
      return { kind: 'jsonPath', text: text.trim() };
  }
}

function queryProblem(query: ValueQuery): string | undefined {
  const made = valueMatcher(query);
  if (typeof made === 'function') {
    return undefined;
  }
  return query.kind === 'jsonPath'
    ? vscode.l10n.t('Not a path: {0} (character {1}).', made.reason, made.position + 1)
    : vscode.l10n.t('Not a search: {0}.', made.reason);
}
