import { AsyncLocalStorage } from 'node:async_hooks';

/** Where what is printed goes for now, as `{ write(text) }`; nothing set is the terminal. */
const target = new AsyncLocalStorage();

/** Prints lines that a person reads. */
export function print(text) {
  const to = target.getStore();
  if (to) {
    to.write(`${text}\n`);
  } else {
    console.log(text);
  }
}

/** Runs `work` with all that it prints, and that programs print which it shows, going to `to`. */
export function printingTo(to, work) {
  return target.run(to, work);
}

/** Where what is printed goes now; undefined when that is the terminal. */
export function outputTarget() {
  return target.getStore();
}
