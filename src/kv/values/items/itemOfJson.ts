import { t } from '../../base/l10n';
import type { JsonProblem, JsonTokens } from '../scanJson';
import { deepestItem, type Item, type JsonItem } from './item';

const largest = 2n ** 64n - 1n;

/** A number of more digits is out of range, and too slow to look at. */
const mostDigits = 20;

const loneSurrogate = /\p{Surrogate}/u;

type Open =
  | { readonly kind: 'list'; readonly items: Item[] }
  | { readonly kind: 'map'; readonly entries: [Item, Item][]; key: Item | undefined };

/**
 * The item that a JSON text says, or why there is none: CBOR and MessagePack have integers of 64
 * bits and floats of 8 bytes, and texts that are Unicode.
 */
export function itemOfJson(tokens: JsonTokens, smallest: bigint): JsonItem | JsonProblem {
  const { text, bounds, count } = tokens;
  const open: Open[] = [];
  let done: JsonItem | undefined;
  for (let i = 0; i < count; i++) {
    const offset = bounds[2 * i] ?? 0;
    const word = text.slice(offset, bounds[2 * i + 1]);
    if (word === ',' || word === ':') {
      continue;
    }
    if (word === '[' || word === '{') {
      open.push(word === '[' ? { kind: 'list', items: [] } : newMap());
      if (open.length > deepestItem) {
        return invalid(t('it nests deeper than {0} levels', deepestItem), offset);
      }
      continue;
    }
    const item = word === ']' || word === '}' ? closed(open.pop()) : leaf(word, smallest);
    if (typeof item === 'string') {
      return invalid(item, offset);
    }
    done = item;
    put(open.at(-1), item);
  }
  return done ?? invalid(t('a value is expected'), 0);
}

function newMap(): Open {
  return { kind: 'map', entries: [], key: undefined };
}

function closed(open: Open | undefined): JsonItem {
  return open?.kind === 'map'
    ? { kind: 'map', entries: open.entries }
    : { kind: 'list', items: open?.items ?? [] };
}

function put(container: Open | undefined, item: Item): void {
  if (container?.kind === 'list') {
    container.items.push(item);
  } else if (container?.key) {
    container.entries.push([container.key, item]);
    container.key = undefined;
  } else if (container) {
    container.key = item;
  }
}

/** The item of a token, or what is wrong with it. */
function leaf(word: string, smallest: bigint): JsonItem | string {
  if (word.startsWith('"')) {
    const value = JSON.parse(word) as string;
    return loneSurrogate.test(value)
      ? t('the text has half of a character')
      : { kind: 'text', value };
  }
  switch (word) {
    case 'null':
      return { kind: 'constant', value: null };
    case 'true':
    case 'false':
      return { kind: 'constant', value: word === 'true' };
    default:
      return /[.eE]/.test(word) || word === '-0' ? float(word) : integer(word, smallest);
  }
}

function float(word: string): JsonItem | string {
  const value = Number(word);
  return Number.isFinite(value) ? { kind: 'float', value, width: 8 } : t('the number is too large');
}

function integer(word: string, smallest: bigint): JsonItem | string {
  const value = word.length > mostDigits + 1 ? largest + 1n : BigInt(word);
  return value > largest || value < smallest
    ? t('the integer does not fit into 64 bits')
    : { kind: 'integer', value };
}

function invalid(problem: string, offset: number): JsonProblem {
  return { kind: 'invalid', problem, offset };
}
