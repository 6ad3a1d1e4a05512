import { t } from '../base/l10n';
import { sameBytes } from '../base/bytes';
import type { ViewOnly } from './encoded';
import { formatJson, restyle, styleOf, type JsonStyle } from './jsonStyle';
import {
  decodeAll,
  encodeAll,
  decodeAllLike,
  type Decoded,
  type DecodeOptions,
  type ValueEncoding,
} from './encodings';
import { exactText } from './textForm';
import { scanJson, type JsonProblem, type JsonTokens } from './scanJson';
import { withoutSaveParticipants } from './withoutSaveParticipants';

/** How a value is shown, inside of its encodings. */
type ValueForm =
  /** Not a text: the bytes as they are, for the hex editor or a hex dump. */
  | { readonly kind: 'binary' }
  /** The text as it is: no JSON, JSON in several lines, near JSON, a number or word alone. */
  | { readonly kind: 'text' }
  /** JSON stored in one line, shown with one value a line. */
  | { readonly kind: 'formattedJson'; readonly style: JsonStyle };

/** A stored value and what is shown of it. Holds no more than can be made of the stored bytes. */
export interface OpenedValue {
  readonly stored: Uint8Array;
  /** The encodings around it, from the outermost; none for most values. */
  readonly encodings: readonly ValueEncoding[];
  readonly form: ValueForm;
  /** What an editor is given: UTF-8 unless the form is binary. */
  readonly shown: Uint8Array;
  /** Why the value can only be looked at, if so; a clause. */
  readonly viewOnly?: string;
  /** Something compressed was left as it is, for it would be larger than the limit. */
  readonly tooLarge: boolean;
  /** Why it is not shown as the codec has it that it is known to have, if so; a clause. */
  readonly undecodable?: string | undefined;
}

export interface OpenOptions extends DecodeOptions {
  /** Shows the stored bytes: no formatting, no decoding. */
  readonly raw?: boolean;
  /** False shows JSON in one line as it is. */
  readonly format?: boolean;
}

export interface CloseOptions {
  /** `keep`: stores also what VS Code's save participants did to the text (`undo` by default). */
  readonly saveParticipants?: 'undo' | 'keep';
}

/**
 * What to store for an edited text. `invalid`: it is no JSON, so that it cannot be written as the
 * value was; the user may want it stored as it is, if `asIs` is there. `viewOnly`: it was edited all
 * the same, and there is no way to store it.
 */
export type ClosedValue =
  | { readonly kind: 'value'; readonly bytes: Uint8Array }
  | (JsonProblem & { readonly asIs: Uint8Array | undefined })
  | ViewOnly;

/**
 * How a stored value is shown. Closing what is shown gives the stored bytes again, whatever they
 * are. JSON is formatted if and only if it is in one line and its white space follows a rule that
 * gives it back (see `styleOf`): minified, and also `{"a": 1, "b": 2}`.
 */
export function openValue(stored: Uint8Array, options: OpenOptions = {}): OpenedValue {
  const { encodings, inner, tooLarge, undecodable, viewOnly }: Decoded = options.raw
    ? { encodings: [], inner: stored, tooLarge: false }
    : decodeAll(stored, options);
  const last = encodings.at(-1);
  const reason = viewOnly ?? (last && 'viewOnly' in last ? last.viewOnly : undefined);
  const text = exactText(inner);
  return {
    ...{ stored, encodings, tooLarge, undecodable },
    ...(text === undefined
      ? { form: { kind: 'binary' }, shown: inner }
      : textForm(text, inner, options)),
    ...(reason === undefined ? {} : { viewOnly: reason }),
  };
}

function textForm(
  text: string,
  inner: Uint8Array,
  { raw, format = true }: OpenOptions,
): Pick<OpenedValue, 'form' | 'shown'> {
  const asText = { form: { kind: 'text' }, shown: inner } as const;
  const isPlain = raw || !format || !/^[[{]/.test(text);
  const tokens = isPlain ? undefined : scanJson(text);
  if (tokens?.kind !== 'json') {
    return asText;
  }
  const style = styleOf(tokens);
  const formatted = style && formatJson(tokens);
  return style && formatted !== undefined
    ? { form: { kind: 'formattedJson', style }, shown: Buffer.from(formatted) }
    : asText;
}

/**
 * How a value is shown to whoever has saved it: in the encodings and the form of the value that the
 * text was made of, even if by itself it would be shown in another way. So the next save of the same
 * text finds the form that the text is in. Undefined when the bytes are not of that form.
 */
export function openLike(stored: Uint8Array, like: OpenedValue): OpenedValue | undefined {
  const decoded = decodeAllLike(stored, like.encodings);
  const text = decoded && exactText(decoded.inner);
  if (!decoded || text === undefined) {
    return undefined;
  }
  const { encodings, inner } = decoded;
  const viewOnly = like.viewOnly === undefined ? {} : { viewOnly: like.viewOnly };
  const opened = { stored, encodings, tooLarge: false, ...viewOnly };
  if (like.form.kind !== 'formattedJson') {
    return { ...opened, form: { kind: 'text' }, shown: inner };
  }
  const tokens = scanJson(text);
  const formatted = tokens.kind === 'json' ? formatJson(tokens) : undefined;
  return formatted === undefined
    ? { ...opened, form: { kind: 'text' }, shown: inner }
    : { ...opened, form: like.form, shown: Buffer.from(formatted) };
}

/**
 * The bytes to store for the bytes that an editor saved. Nothing but white space outside of strings
 * changed in formatted JSON, or nothing but what save participants do to a text: the stored bytes.
 */
export function closeValue(
  edited: Uint8Array,
  opened: OpenedValue,
  options: CloseOptions = {},
): ClosedValue {
  const { form, encodings, shown, stored } = opened;
  if (sameBytes(edited, shown)) {
    return { kind: 'value', bytes: stored };
  }
  const inner =
    form.kind === 'formattedJson'
      ? innerOfJson(edited, form.style)
      : bytesToStore(edited, shown, form, options);
  if (inner instanceof Uint8Array) {
    const encoded = encodeAll(inner, encodings);
    return encoded.kind === 'invalid'
      ? { ...encoded, offset: offsetIn(edited, inner, encoded.offset), asIs: undefined }
      : encoded;
  }
  const asIs = encodeAll(bytesToStore(edited, shown, form, options), encodings);
  return { ...inner, asIs: asIs.kind === 'value' ? asIs.bytes : undefined };
}

/**
 * Whether an editor's text, which has no byte order mark, stands for the stored value: saving it
 * would change nothing. It need not be the text that was shown.
 */
export function standsFor(text: string, opened: OpenedValue): boolean {
  const mark = exactText(opened.shown)?.startsWith('\ufeff') ? '\ufeff' : '';
  const closed = closeValue(Buffer.from(mark + text), opened);
  return closed.kind === 'value' && sameBytes(closed.bytes, opened.stored);
}

/** Edited JSON with its tokens as they are and the white space of the stored value. */
function innerOfJson(edited: Uint8Array, style: JsonStyle): Uint8Array | JsonProblem {
  const text = exactText(edited);
  if (text === undefined) {
    return { kind: 'invalid', problem: t('the text is not UTF-8'), offset: 0 };
  }
  const tokens = tokensOf(text);
  return tokens.kind === 'json' ? Buffer.from(restyle(tokens, style)) : tokens;
}

/** The place in the edited text of a place in what it was minified to: at the same token. */
function offsetIn(edited: Uint8Array, minified: Uint8Array, offset: number): number {
  const from = scanJson(exactText(minified) ?? '');
  const to = tokensOf(exactText(edited) ?? '');
  if (from.kind === 'invalid' || to.kind === 'invalid') {
    return offset;
  }
  const token = from.bounds.findIndex((at, i) => i % 2 === 0 && at === offset);
  return to.bounds[token] ?? offset;
}

/** The tokens of an editor's text: a byte order mark that its encoding adds is none of them. */
function tokensOf(text: string): JsonTokens | JsonProblem {
  return scanJson(text.replace(/^\ufeff/, ''));
}

function bytesToStore(
  edited: Uint8Array,
  shown: Uint8Array,
  form: ValueForm,
  { saveParticipants = 'undo' }: CloseOptions,
): Uint8Array {
  const before = exactText(shown);
  const after = exactText(edited);
  if (form.kind === 'binary' || saveParticipants === 'keep') {
    return edited;
  }
  return before === undefined || after === undefined
    ? edited
    : Buffer.from(withoutSaveParticipants(before, after));
}
