/**
 * The text that Go's `%q` wrote, without its outer quotes: the server tells a denied subject so, and
 * the client passes it on as it came. Without this a denied key such as `a"b` matches no request.
 */
export function unquoted(quoted: string): string {
  return quoted.replace(
    /\\(?:x([\da-f]{2})|u([\da-f]{4})|U([\da-f]{8})|(.))/g,
    (_, byte?: string, unit?: string, point?: string, character?: string) => {
      const code = byte ?? unit ?? point;
      return code === undefined ? (character ?? '') : String.fromCodePoint(parseInt(code, 16));
    },
  );
}
