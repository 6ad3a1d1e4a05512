import { problem, reasonOf } from './log.mjs';

/**
 * Tries `sources` in order and returns the first thing that one of them finds. A source is
 * `{ name, find }`; `find` returns undefined when it has nothing to offer, which is not worth a word,
 * and throws when it should have worked, which is told in one line.
 */
export async function firstOf(what, sources, advice) {
  const tried = [];
  for (const { name, find } of sources) {
    try {
      const found = await find();
      if (found !== undefined) {
        return found;
      }
    } catch (error) {
      tried.push(name);
      problem(`${what} from ${name}: ${reasonOf(error)}`);
    }
  }
  const where = tried.length === 0 ? '' : ` (tried: ${tried.join(', ')})`;
  throw new Error(`No ${what} could be found${where}. ${advice}`);
}
