/** Ends a promise whose failure has no consequence; say at the call why. */
export function ignore(): undefined {
  return undefined;
}
