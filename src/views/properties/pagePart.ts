import * as vscode from 'vscode';
import { formatCount } from '../format/format';
import type { TableView } from '../page/pageProtocol';

/** Which rows of a table are shown, with the ways to those before and after; nothing where all are. */
export function pagePart(
  table: string,
  first: number,
  count: number,
  total: number,
  atOnce: number,
): Pick<TableView, 'part'> {
  if (total <= atOnce) {
    return {};
  }
  const { t } = vscode.l10n;
  const action = (label: string, at: number) => ({ id: `page:${table}`, value: String(at), label });
  const [from, to] = [formatCount(first + 1), formatCount(first + count)];
  return {
    part: {
      text: t('{0} to {1} of {2}', from, to, formatCount(total)),
      ...(first > 0 && { previous: action(t('Previous'), Math.max(0, first - atOnce)) }),
      ...(first + count < total && { next: action(t('Next'), first + atOnce) }),
    },
  };
}
