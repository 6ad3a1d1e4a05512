import { replaceUnseen } from '../../../kv/values/displayText';

/** Zero-width: says that the character before it stands for another, or parts what would be markup. */
const joiner = '\u2060';

/** What looks like `/` and like `\`, which a path would take for its own. */
const slashLike = '\u2215';
const backslashLike = '\u2216';

/**
 * A name as one segment of a path. VS Code shows the last segment as the name of the document, in
 * tabs, and in messages where it looks for links: a slash stands as a character that looks like it,
 * `](` gets a joiner between, and what would not be seen is percent-encoded, as is a `%` that would
 * be read as the begin of such an escape. Every name has one segment that leads back to it.
 */
export function escapeSegment(name: string): string {
  return replaceUnseen(name.replace(/%(?=[0-9A-F]{2})/g, '%25'), encodeURIComponent)
    .replace(/[/\\]/g, (slash) => `${slash === '/' ? slashLike : backslashLike}${joiner}`)
    .replace(/\](?=\()/g, `]${joiner}`);
}

/** The name that a segment stands for; also of segments of earlier versions, which hold `%2F`, `%5C` and `%25`. */
export function unescapeSegment(segment: string): string {
  return segment
    .replaceAll(`${slashLike}${joiner}`, '/')
    .replaceAll(`${backslashLike}${joiner}`, '\\')
    .replaceAll(`]${joiner}(`, '](')
    .replace(/(?:%[0-9A-F]{2})+/g, decoded);
}

/** Bytes that are no UTF-8 stand for themselves. */
function decoded(escapes: string): string {
  try {
    return decodeURIComponent(escapes);
  } catch {
    return escapes;
  }
}
