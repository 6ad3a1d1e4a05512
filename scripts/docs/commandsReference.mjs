/** The commands of the manifest as Markdown, those of the palette first and each by its title. */
export function commandsReference({ contributes }, strings) {
  const whens = new Map(
    contributes.menus.commandPalette.map(({ command, when }) => [command, when]),
  );
  const rows = contributes.commands.map(({ command, title }) => ({
    title: strings[title.replaceAll('%', '')] ?? title,
    id: command,
    isInPalette: whens.get(command) !== 'false',
  }));
  const [palette, menus] = [true, false].map((wanted) =>
    rows
      .filter(({ isInPalette }) => isInPalette === wanted)
      .toSorted((a, b) => compare(a.title, b.title) || compare(a.id, b.id)),
  );
  return [
    'In the command palette, each while it can do something:',
    table(palette),
    'In menus, rows and editors only:',
    table(menus),
  ].join('\n\n');
}

/** By code units: the order is the same on every machine. */
function compare(a, b) {
  return Number(a > b) - Number(a < b);
}

function table(rows) {
  return [
    '| command | id |',
    '| --- | --- |',
    ...rows.map(({ title, id }) => `| ${title} | \`${id}\` |`),
  ].join('\n');
}
