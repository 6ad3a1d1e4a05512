/** The settings of the manifest as Markdown: a table, and one of the fields of a connection. */
export function settingsReference({ contributes }, strings) {
  const { properties } = contributes.configuration;
  const settings = Object.entries(properties).map(([id, setting]) => [
    `\`${id}\``,
    typeOf(setting),
    `\`${JSON.stringify(setting.default)}\``,
    textOf(setting, strings),
  ]);
  const fields = fieldsOf(properties['natsKv.connections'].items, strings, '');
  return [
    table(['setting', 'type', 'default', 'what it does'], settings),
    'The fields of an entry of `natsKv.connections`:',
    table(['field', 'type', 'what it is'], fields),
  ].join('\n\n');
}

/** The fields of an object, those of objects in it included, as `tls.ca`. */
function fieldsOf(schema, strings, prefix) {
  const required = new Set(schema.required ?? []);
  return Object.entries(schema.properties).flatMap(([name, field]) => {
    const path = `${prefix}${name}`;
    const inner = field.properties ? field : (field.anyOf ?? []).find((each) => each.properties);
    const mark = required.has(name) && prefix === '' ? ', required' : '';
    const row = [`\`${path}\``, `${typeOf(field)}${mark}`, textOf(field, strings)];
    return [row, ...(inner ? fieldsOf(inner, strings, `${path}.`) : [])];
  });
}

function typeOf({ type, enum: values, anyOf }) {
  if (anyOf) {
    return anyOf.map(typeOf).join(' or ');
  }
  return values ? values.map((value) => `\`${value}\``).join(', ') : type;
}

/** Links between settings, `#id#`, are for VS Code's own page. */
function textOf({ description, markdownDescription }, strings) {
  const key = (markdownDescription ?? description ?? '').replaceAll('%', '');
  return (strings[key] ?? '').replace(/`#([^#]+)#`/g, '`$1`').replaceAll('|', '\\|');
}

function table(head, rows) {
  return [head, head.map(() => '---'), ...rows]
    .map((cells) => `| ${cells.join(' | ')} |`)
    .join('\n');
}
