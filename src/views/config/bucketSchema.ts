import * as vscode from 'vscode';
import { defaultOf } from '../../kv/config/bucketDocument';
import {
  bucketFields,
  otherFields,
  type BucketField,
  type FieldKind,
  type NestedField,
} from '../../kv/config/fields';
import { none, unlimited } from '../../kv/config/fieldValues';
import { fieldTexts, nestedTexts } from './fieldTexts';

type Schema = Readonly<Record<string, unknown>>;

/**
 * The JSON schema of the documents of buckets: completion, hovers and what is wrong at a glance. What
 * a schema cannot say of a value is told beside it (`DocumentProblem`).
 */
export function bucketSchema(): Schema {
  const texts = fieldTexts();
  const properties = bucketFields.map((field) => [
    field.name,
    {
      ...schemaOf(field.is, field.name),
      markdownDescription: describe(field, texts[field.name] ?? ''),
      default: defaultOf(field, 'NAME', {}),
    },
  ]);
  return {
    $schema: 'http://json-schema.org/draft-07/schema#',
    type: 'object',
    additionalProperties: false,
    properties: {
      ...Object.fromEntries(properties),
      [otherFields]: { type: 'object', markdownDescription: texts[otherFields] },
    },
  };
}

function describe(field: BucketField, text: string): string {
  const { t } = vscode.l10n;
  const facts = [
    t('In the server: `{0}`.', field.stream),
    defaultText(field),
    ...(field.since ? [t('Since nats-server {0}.', field.since)] : []),
  ];
  return `${text}\n\n${facts.join(' ')}`;
}

function defaultText(field: BucketField): string {
  const { t } = vscode.l10n;
  const value = defaultOf(field, 'NAME', {});
  switch (field.name) {
    case 'duplicateWindow':
      return t('Default: `"2m"`, or the ttl.');
    case 'mirrorDirectReads':
      return t('Default: `false`, and `true` for a mirror.');
    default:
      return t('Default: `{0}`.', value === undefined ? t('nothing') : JSON.stringify(value));
  }
}

function schemaOf(is: FieldKind, path: string): Schema {
  switch (is.kind) {
    case 'text':
    case 'time':
      return { type: 'string' };
    case 'flag':
      return { type: 'boolean' };
    case 'choice':
      return { type: 'string', enum: is.choices };
    case 'count':
      return { type: 'integer', minimum: is.least, ...(is.most && { maximum: is.most }) };
    case 'limit':
      return {
        anyOf: [
          { type: 'integer', minimum: 1, ...(is.most && { maximum: is.most }) },
          { type: 'string', enum: [unlimited] },
        ],
      };
    case 'size':
      return {
        type: ['string', 'integer'],
        defaultSnippets: ['64 KiB', '1 MiB', '1 GiB', unlimited].map((body) => snippet(body)),
      };
    case 'duration':
      return {
        type: 'string',
        defaultSnippets: ['1m', '1h', '24h', '7d', none].map((body) => snippet(body)),
      };
    case 'texts':
      return { type: 'array', items: { type: 'string' } };
    case 'labels':
      return { type: 'object', additionalProperties: { type: 'string' } };
    case 'object':
      return objectSchema(is.fields, path);
    case 'objects':
      return { type: 'array', items: objectSchema(is.fields, path) };
  }
}

function snippet(body: string): Schema {
  return { label: JSON.stringify(body), body };
}

function objectSchema(fields: readonly NestedField[], path: string): Schema {
  const texts = nestedTexts();
  const properties = fields.map(({ name, stream, is }) => {
    const text = texts[`${path}.${name}`] ?? texts[name] ?? '';
    const server = vscode.l10n.t('In the server: `{0}`.', stream);
    const markdownDescription = `${text}\n\n${server}`;
    return [name, { ...schemaOf(is, `${path}.${name}`), markdownDescription }];
  });
  return {
    type: 'object',
    additionalProperties: false,
    required: fields.filter(({ required }) => required).map(({ name }) => name),
    properties: {
      ...Object.fromEntries(properties),
      [otherFields]: { type: 'object', markdownDescription: fieldTexts()[otherFields] },
    },
  };
}
