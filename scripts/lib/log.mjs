import { print } from './output.mjs';

/* What a person reads while set-up and tests run: one line for each thing done, none when it is cached. */

/** Tells what is being done now. */
export function step(text) {
  print(`- ${text}`);
}

/** Tells why something was not possible; the next source is tried after it. */
export function problem(text) {
  print(`  ${text}`);
}

/** Opens a part of the output that may be long. */
export function header(text) {
  print(`\n== ${text}`);
}

/** The first line of an error's message; the details would bury what to do. */
export function reasonOf(error) {
  const text = error instanceof Error ? error.message : String(error);
  return text.trim().split('\n', 1)[0];
}
