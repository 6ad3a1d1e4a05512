/**
 * What `make` resolves with, made when it is first asked for and kept from then on. A failure is not kept:
 * who asks again tries again.
 */
export function later<T>(make: () => Promise<T>): () => Promise<T> {
  let made: Promise<T> | undefined;
  return () => {
    made ??= make().catch((error: unknown) => {
      made = undefined;
      throw error;
    });
    return made;
  };
}
