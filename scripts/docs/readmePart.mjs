/**
 * README.md with a text between the marks of a part. Throws when they are not there.
 */
export function withPart(readme, name, text) {
  const marks = { start: `<!-- ${name}: npm run docs -->`, end: `<!-- /${name} -->` };
  const start = readme.indexOf(marks.start);
  const end = readme.indexOf(marks.end);
  if (start < 0 || end < start) {
    throw new Error(`README.md needs the lines ${marks.start} and ${marks.end}.`);
  }
  const before = readme.slice(0, start + marks.start.length);
  return `${before}\n\n${text}\n\n${readme.slice(end)}`;
}
