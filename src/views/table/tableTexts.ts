import * as vscode from 'vscode';

/** The words of the page, in the language of VS Code. `{0}` stands for what is filled in. */
export type TableTexts = ReturnType<typeof tableTexts>;

/** The page has no access to translations: it is given them. */
export function tableTexts() {
  const { t } = vscode.l10n;
  return {
    filter: t('Filter: part of a key, orders.*.>, or value.total > 100 && age < 1h'),
    columns: t('Columns…'),
    pause: t('Pause'),
    resume: t('Go On'),
    copy: t('Copy'),
    copyTsv: t('Copy'),
    copyCsv: t('Copy as CSV'),
    copyMarkdown: t('Copy as Markdown'),
    copyJson: t('Copy as JSON'),
    undo: t('Undo'),
    rows: t('Keys'),
    names: columnNames(),
    empty: t('No keys.'),
    loading: t('loading…'),
    gone: t('deleted'),
    conflict: t('Changed meanwhile'),
    yours: t('Yours'),
    stored: t('On the Server'),
    overwrite: t('Overwrite'),
    discard: t('Discard'),
    edit: t('Edit {0}'),
    editMany: t('Edit {0} in {1} rows'),
    inRows: t('in {0} rows'),
    fillDown: t('Fill Down'),
    duplicate: t('Duplicate…'),
    delete: t('Delete…'),
    export: t('Export…'),
    value: t('Value'),
    fields: t('Fields of the value of {0}'),
    fieldsHint: t('A press on a field makes it a column, or takes the column away.'),
    close: t('Close'),
    count: t('{0} keys'),
    selected: t('{0} of {1} keys'),
    ascending: t('ascending'),
    descending: t('descending'),
  };
}

/** How the columns of keys are called. */
export function columnNames(): Readonly<Record<string, string>> {
  const { t } = vscode.l10n;
  return {
    key: t('Key'),
    revision: t('Revision'),
    age: t('Age'),
    size: t('Size'),
    ttl: t('Time Left'),
    operation: t('Operation'),
    headers: t('Headers'),
  };
}
