import { readFile } from 'node:fs/promises';

interface HeapSnapshot {
  readonly snapshot: {
    readonly meta: {
      readonly node_fields: readonly string[];
      readonly node_types: readonly [readonly string[], ...unknown[]];
    };
  };
  readonly nodes: readonly number[];
  readonly strings: readonly string[];
}

interface Kind {
  readonly count: number;
  readonly bytes: number;
}

const mostLines = 40;

/** What there is more of in the second of two heap snapshots, by constructors, the most bytes first. */
export async function grownOnHeap(first: string, second: string): Promise<string> {
  const [before, after] = [kindsIn(await read(first)), kindsIn(await read(second))];
  const grown = [...after].map(([name, { count, bytes }]) => {
    const { count: countBefore = 0, bytes: bytesBefore = 0 } = before.get(name) ?? {};
    return { name, count: count - countBefore, bytes: bytes - bytesBefore };
  });
  return grown
    .filter(({ bytes }) => bytes > 0)
    .toSorted((a, b) => b.bytes - a.bytes)
    .slice(0, mostLines)
    .map(
      ({ name, count, bytes }) =>
        `${String(bytes).padStart(10)} bytes  ${String(count).padStart(8)}  ${name}`,
    )
    .join('\n');
}

async function read(file: string): Promise<HeapSnapshot> {
  return JSON.parse(await readFile(file, 'utf8')) as HeapSnapshot;
}

function kindsIn({ snapshot: { meta }, nodes, strings }: HeapSnapshot): Map<string, Kind> {
  const { node_fields: fields, node_types: types } = meta;
  const place = (field: string) => fields.indexOf(field);
  const [type, name, size] = [place('type'), place('name'), place('self_size')];
  const kinds = new Map<string, Kind>();
  for (let at = 0; at < nodes.length; at += fields.length) {
    const typeName = types[0][nodes[at + type] ?? 0] ?? '';
    const own = strings[nodes[at + name] ?? 0] ?? '';
    const kind =
      typeName === 'object'
        ? own
        : named.has(typeName)
          ? `(${typeName}) ${own.slice(0, 60)}`
          : `(${typeName})`;
    const { count, bytes } = kinds.get(kind) ?? { count: 0, bytes: 0 };
    kinds.set(kind, { count: count + 1, bytes: bytes + (nodes[at + size] ?? 0) });
  }
  return kinds;
}

/** Types whose names say more than the type; those of strings are what is in them. */
const named = new Set(['closure', 'native', 'array', 'object shape', 'hidden']);
