import { t } from '../../../kv/base/l10n';
import { hexText } from '../../../kv/values/hexText';
import { scanJson } from '../../../kv/values/scanJson';
import {
  closeValue,
  openValue,
  type ClosedValue,
  type OpenedValue,
} from '../../../kv/values/valueForm';
import type { Entry } from '../../../kv/model/entry';
import type { ValueCodec } from '../../../kv/values/valueCodec';
import type { Variant } from '../address/keyUri';
import { sameBytes } from '../../../kv/base/bytes';
import { textOf } from '../../../kv/values/textForm';

/** What the user's settings say of how values are shown and saved. */
export interface ViewSettings {
  /** Shows JSON that is stored in one line with one value a line. */
  readonly format: boolean;
  /** A value's final newline, there or not, stays as it is. */
  readonly keepFinalNewline: boolean;
}

/** How the values of one document are shown, and what is stored for an edited one. */
export interface ValueView {
  /** `headers`: those that are stored with it. */
  open(stored: Uint8Array, headers?: Entry['headers']): OpenedValue;
  /** `exact`: nothing but the writer has touched the bytes, no save participant of VS Code's. */
  close(content: Uint8Array, opened: OpenedValue, exact?: boolean): ClosedValue;
}

/** The codec of a document's values, by the headers that are stored with one. */
export type CodecOf = (headers: Entry['headers']) => ValueCodec | undefined;

/** The view of a variant of a document. The settings and the codec are asked for each time. */
export function valueView(
  variant: Variant | undefined,
  settings: () => ViewSettings,
  codecOf: CodecOf = () => undefined,
): ValueView {
  return {
    open: (stored, headers = []) => open(stored, variant, settings().format, codecOf(headers)),
    close: (content, opened, exact = false) =>
      close(content, opened, exact || !settings().keepFinalNewline),
  };
}

function open(
  stored: Uint8Array,
  variant: Variant | undefined,
  format: boolean,
  codec: ValueCodec | undefined,
): OpenedValue {
  switch (variant) {
    case 'raw':
      return openValue(stored, { raw: true });
    case 'hex':
      return {
        ...openValue(stored, { raw: true }),
        undecodable: codec && openValue(stored, { codec }).undecodable,
        form: { kind: 'text' },
        shown: Buffer.from(hexText(stored)),
        viewOnly: t('it is shown as a dump of its bytes'),
      };
    case 'decoded':
    case undefined:
      return openValue(stored, { format, asked: variant === 'decoded', codec });
  }
}

function close(content: Uint8Array, opened: OpenedValue, keep: boolean): ClosedValue {
  if (opened.viewOnly !== undefined && !sameBytes(content, opened.shown)) {
    return { kind: 'viewOnly', reason: opened.viewOnly };
  }
  const closed = closeValue(content, opened, { saveParticipants: keep ? 'keep' : 'undo' });
  return closed.kind === 'value' && opened.form.kind === 'text'
    ? stillJson(content, opened, closed.bytes)
    : closed;
}

/** JSON in several lines that is broken now is stored only if the user means it. */
function stillJson(content: Uint8Array, opened: OpenedValue, bytes: Uint8Array): ClosedValue {
  const before = textOf(opened.shown) ?? '';
  const wasJson = /^\s*[[{]/.test(before) && scanJson(before).kind === 'json';
  const after = wasJson ? scanJson(textOf(content) ?? '') : undefined;
  return after?.kind === 'invalid' ? { ...after, asIs: bytes } : { kind: 'value', bytes };
}
