import * as vscode from 'vscode';
import type { KeyTable } from '../../kv/table/keyTable';
import { valueFields } from '../../kv/table/valueFields';
import { displayText } from '../../kv/values/displayText';
import { exactText } from '../../kv/values/textForm';
import { jsonOf } from '../../kv/values/valueText';
import { formatSize } from '../format/format';
import type { ValueMessage } from './tableProtocol';

const longestText = 2_000;

/** Owns which key's value is looked at; changes only through `look`. Tells each of its revisions once. */
export class ValueInspection {
  private key: string | undefined;
  private told: number | undefined;

  constructor(
    private readonly table: KeyTable,
    private readonly tell: (value: ValueMessage) => void,
  ) {}

  look(key: string | undefined): void {
    this.key = key;
    this.told = undefined;
    this.tableChanged();
  }

  tableChanged(): void {
    const { key, table } = this;
    const revision = key === undefined ? undefined : (table.infoOf(key)?.revision ?? 0);
    const value = key === undefined ? undefined : inspectedValue(table, key);
    if (value && revision !== this.told) {
      this.told = revision;
      this.tell(value);
    }
  }
}

/** The value of a row, field by field; undefined while it is not read. */
function inspectedValue(table: KeyTable, key: string): ValueMessage | undefined {
  const { t } = vscode.l10n;
  const title = displayText(key);
  const info = table.infoOf(key);
  const about = { kind: 'value', title } as const;
  if (!info) {
    return { ...about, fields: [], note: t('The key has no value.') };
  }
  const entry = table.values.get(key);
  if (!entry || entry.revision < info.revision) {
    return table.values.isLeftOut(info)
      ? {
          ...about,
          fields: [],
          note: t('The value ({0}) is not read here.', formatSize(info.size)),
        }
      : undefined;
  }
  const json = jsonOf(entry.value);
  if (json === undefined) {
    const text = exactText(entry.value);
    const note =
      text === undefined
        ? t('The value is binary, {0}.', formatSize(entry.size))
        : displayText(text.slice(0, longestText));
    return { ...about, fields: [], note };
  }
  const { fields, isCut } = valueFields(json);
  return {
    ...about,
    fields: fields.map((field) => ({
      ...field,
      name: displayText(field.name),
      text: displayText(field.text),
    })),
    note: isCut ? t('These are the first fields of it.') : undefined,
  };
}
