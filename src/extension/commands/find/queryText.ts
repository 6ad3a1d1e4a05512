import * as vscode from 'vscode';
import { valueMatcher, type ValueQuery } from '../../../kv/find/valueQuery';

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

/** How a query is looked for, in words; empty for a text in any case. */
export function queryWays(query: ValueQuery): string[] {
  const { t } = vscode.l10n;
  if (query.kind === 'jsonPath') {
    return [t('JSON path')];
  }
  return [
    query.kind === 'regex' ? t('regular expression') : '',
    query.matchCase ? t('match case') : '',
    query.wholeWord ? t('whole word') : '',
  ].filter((way) => way !== '');
}

/** Why a query cannot be looked for, as a sentence; undefined when it can. */
export function queryProblem(query: ValueQuery): string | undefined {
  const made = valueMatcher(query);
  if (typeof made === 'function') {
    return undefined;
  }
  return query.kind === 'jsonPath'
    ? vscode.l10n.t('Not a path: {0} (character {1}).', made.reason, made.position + 1)
    : vscode.l10n.t('Cannot be looked for: {0}.', made.reason);
}
