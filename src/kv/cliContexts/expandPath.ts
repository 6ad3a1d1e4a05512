import type { Surroundings } from './surroundings';

/** A text with its variables filled in, and the names of those that are not set. */
export interface Expanded {
  readonly text: string;
  readonly unset: readonly string[];
}

/** Fills in `$NAME` and `${NAME}`, then a leading `~`, as the CLI does. What is not set is empty. */
export function expandPath(text: string, { env, home }: Surroundings): Expanded {
  const unset: string[] = [];
  const filled = text.replace(
    /\$(?:\{([^}]*)\}|([A-Za-z_]\w*))/g,
    (_, braced: string | undefined, bare: string | undefined) => {
      const name = braced ?? bare ?? '';
      const value = env[name];
      if (value === undefined) {
        unset.push(name);
      }
      return value ?? '';
    },
  );
  return { text: filled.startsWith('~') ? home + filled.slice(1) : filled, unset };
}
