import type { ValueQuery } from '../../kv/find/valueQuery';

/** What keeps values over restarts; VS Code's `Memento` is one. */
interface Memory {
  get<T>(key: string): T | undefined;
  update(key: string, value: unknown): Thenable<void>;
}

const memoryKey = 'natsKv.searches';
const mostQueries = 20;

/** Owns what was looked for in values, the latest first; changes only through `add`. Kept over restarts. */
export class SearchHistory {
  private queries: readonly ValueQuery[];

  constructor(private readonly memory: Memory) {
    const kept = memory.get<unknown>(memoryKey);
    this.queries = Array.isArray(kept) ? kept.filter(isQuery) : [];
  }

  get all(): readonly ValueQuery[] {
    return this.queries;
  }

  async add(query: ValueQuery): Promise<void> {
    const others = this.queries.filter((each) => idOf(each) !== idOf(query));
    this.queries = [query, ...others].slice(0, mostQueries);
    await this.memory.update(memoryKey, this.queries);
  }
}

function idOf(query: ValueQuery): string {
  return query.kind === 'jsonPath'
    ? JSON.stringify([query.kind, query.text])
    : JSON.stringify([query.kind, query.text, query.matchCase, query.wholeWord === true]);
}

/** What another version may have left that is not understood is left out. */
function isQuery(value: unknown): value is ValueQuery {
  const { kind, text, matchCase } = (value ?? {}) as Record<string, unknown>;
  const isText = kind === 'text' || kind === 'regex';
  return (
    typeof text === 'string' && (kind === 'jsonPath' || (isText && typeof matchCase === 'boolean'))
  );
}
