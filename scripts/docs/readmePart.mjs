/**
 * A document with a text between the marks of a part. Throws when they are not there.
 */
export function withPart(document, name, text, file = 'README.md') {
  const marks = { start: `<!-- ${name}: npm run docs -->`, end: `<!-- /${name} -->` };
  const start = document.indexOf(marks.start);
  const end = document.indexOf(marks.end);
  if (start < 0 || end < start) {
    throw new Error(`${file} needs the lines ${marks.start} and ${marks.end}.`);
  }
  const before = document.slice(0, start + marks.start.length);
  return `${before}\n\n${text}\n\n${document.slice(end)}`;
}
