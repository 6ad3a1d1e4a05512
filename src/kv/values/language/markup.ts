/** Elements that begin a fragment of HTML. */
const htmlElement =
  /^(a|article|b|body|button|div|em|footer|form|h[1-6]|head|header|i|img|input|li|main|nav|ol|p|pre|section|span|strong|style|table|ul)$/i;

/** `xml`, `html`, or undefined for what is not one element with its end. */
export function markupLanguage(text: string): 'xml' | 'html' | undefined {
  const plain = text.trim();
  if (/^<\?xml\s/.test(plain)) {
    return 'xml';
  }
  if (/^(<!--[^]*?-->\s*)?(<!doctype html|<html[\s>])/i.test(plain)) {
    return 'html';
  }
  const name = /^<([A-Za-z_][\w.:-]*)(\s[^<>]*)?\/?>/.exec(plain)?.[1];
  if (name === undefined) {
    return undefined;
  }
  if (htmlElement.test(name)) {
    return new RegExp(`(</${name}\\s*>|/>)`, 'i').test(plain) ? 'html' : undefined;
  }
  const isWhole = plain.endsWith(`</${name}>`) || /^<[^<>]*\/>$/.test(plain);
  return isWhole ? 'xml' : undefined;
}
