/** An answer that is wrong in one place, and where. */
export interface Lie {
  readonly name: string;
  readonly answer: unknown;
}

const wrong: readonly (readonly [name: string, value: (old: unknown) => unknown])[] = [
  ['missing', () => undefined],
  ['null', () => null],
  ['of a wrong type', (old) => (typeof old === 'string' ? { text: old } : 'text')],
  ['a list', () => [[], {}, null]],
];
const wrongNumbers: typeof wrong = [
  ['huge', () => 1e300],
  ['negative', () => -5],
];

/** Every field of an answer, at every depth, wrong in every way that fits it. */
export function* liesOf(answer: object): Iterable<Lie> {
  for (const path of pathsOf(answer, [])) {
    const old = valueAt(answer, path);
    const ways = typeof old === 'number' ? [...wrong, ...wrongNumbers] : wrong;
    for (const [name, toWrong] of ways) {
      const lie = structuredClone(answer);
      setAt(lie, path, toWrong(old));
      yield { name: `${path.join('.')} is ${name}`, answer: lie };
    }
  }
}

/** Whole answers that are none. */
export const wholeLies: readonly Lie[] = [
  { name: 'is null', answer: null },
  { name: 'is a list', answer: [] },
  { name: 'is empty', answer: {} },
  { name: 'is a number', answer: 5 },
  { name: 'is an error without a code', answer: { error: {} } },
  { name: 'is an error that is a text', answer: { error: 'no' } },
  {
    name: 'is an error whose description is an object',
    answer: { error: { code: 500, description: { toString: 1 } } },
  },
];

type Path = readonly (string | number)[];

function* pathsOf(value: unknown, path: Path): Iterable<Path> {
  if (typeof value !== 'object' || value === null) {
    return;
  }
  const entries = Array.isArray(value) ? value.entries() : Object.entries(value);
  for (const [name, field] of entries) {
    yield [...path, name];
    yield* pathsOf(field, [...path, name]);
  }
}

function valueAt(value: unknown, path: Path): unknown {
  return path.reduce<unknown>((at, name) => (at as Record<string, unknown>)[name], value);
}

function setAt(value: object, path: Path, to: unknown): void {
  const last = path.at(-1) ?? '';
  (valueAt(value, path.slice(0, -1)) as Record<string | number, unknown>)[last] = to;
}
