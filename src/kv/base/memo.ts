/** Asks, and answers what was asked last again without asking. */
export function memo<A extends readonly unknown[], R>(ask: (...asked: A) => R): (...asked: A) => R {
  let known: { readonly asked: A; readonly answer: R } | undefined;
  return (...asked) => {
    if (!known?.asked.every((each, at) => each === asked[at])) {
      known = { asked, answer: ask(...asked) };
    }
    return known.answer;
  };
}
