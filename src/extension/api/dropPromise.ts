/** A promise in the place of an answer is none. Should it be rejected, that is nobody else's failure. */
export function dropPromise(answer: unknown): void {
  if (answer instanceof Promise) {
    answer.catch(() => undefined);
  }
}
