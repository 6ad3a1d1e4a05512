import fc from 'fast-check';

/** JSON as its tokens, so that a test can put any white space between them. */
export type Words = readonly string[];

const oddNumbers = ['0', '-0', '1.0', '1e5', '1E+5', '-1.50e-7', '123456789012345678901234567890'];
const oddStrings = [
  '""',
  '"\\u00e9"',
  '"\\/"',
  '"\\ud800"',
  '"\u2028"',
  '"a: {\\n}, [ ]"',
  '"\\""',
];

const number = fc.oneof(
  fc.constantFrom(...oddNumbers),
  fc.integer().map(String),
  fc.double({ noNaN: true, noDefaultInfinity: true }).map((value) => JSON.stringify(value)),
  fc.bigInt().map(String),
);

const text = fc.oneof(
  fc.constantFrom(...oddStrings),
  fc.string({ unit: 'binary' }).map((value) => JSON.stringify(value)),
);

/** Few names, so that some stand twice in one object. */
const key = fc.oneof(fc.constantFrom('"a"', '"b"', '"1"'), text);

const leaf = fc.oneof(number, text, fc.constantFrom('true', 'false', 'null')).map((word) => [word]);

function separated(open: string, elements: readonly Words[], close: string): string[] {
  return [open, ...elements.flatMap((words, i) => (i > 0 ? [',', ...words] : words)), close];
}

const { container } = fc.letrec<{ value: Words; container: Words }>((tie) => ({
  value: fc.oneof({ maxDepth: 4, withCrossShrink: true }, leaf, tie('container')),
  container: fc.oneof(
    fc.array(tie('value'), { maxLength: 5 }).map((all) => separated('[', all, ']')),
    fc.array(fc.tuple(key, tie('value')), { maxLength: 5 }).map((all) =>
      separated(
        '{',
        all.map(([name, value]) => [name, ':', ...value]),
        '}',
      ),
    ),
  ),
}));

/** An object or a list with odd numbers, escapes and double keys, as tokens. */
export const jsonWords: fc.Arbitrary<Words> = container;

/** White space that may stand between tokens, also with line breaks. */
export const anySpace = fc.string({
  unit: fc.constantFrom(' ', '\t', '\n', '\r', '\r\n'),
  maxLength: 3,
});

/** The tokens with what `space` makes between any two of them and at both ends. */
export function withSpace(words: Words, space: (place: number) => string): string {
  return words.map((word, i) => space(i) + word).join('') + space(words.length);
}
