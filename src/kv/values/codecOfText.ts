import { t } from '../base/l10n';
import { sameBytes } from '../base/bytes';
import type { Encoded } from './encoded';
import { exactText } from './textForm';
import { maxJsonBytes } from './valueText';
import type { CodecEncoding, EncodedText, TextCodec, Undecodable, ValueCodec } from './valueCodec';

/** The codec of values that a codec of texts makes. Whatever that throws is why a value is not decoded. */
export function codecOfText(text: TextCodec): ValueCodec {
  const codec: ValueCodec = {
    label: text.label,
    open: (outer) => {
      try {
        return open(outer, text, codec);
      } catch (error) {
        return undecodable(text, reasonOf(error));
      }
    },
    close: (inner, encoding) => close(inner, encoding, text),
  };
  return codec;
}

/** Editable only if encoding again gives the same bytes. Large values are left alone: each opening does both. */
function open(outer: Uint8Array, text: TextCodec, codec: ValueCodec): CodecEncoding | Undecodable {
  if (outer.length > maxJsonBytes) {
    return undecodable(text, t('it is larger than 1 MiB'));
  }
  const decoded = text.decode(outer);
  if (decoded.kind === 'undecodable') {
    return undecodable(text, decoded.reason);
  }
  const inner = Buffer.from(decoded.text);
  const { language } = decoded;
  const shown: CodecEncoding = { kind: 'codec', codec, outer, inner, language };
  if (decoded.viewOnly !== undefined) {
    return { ...shown, viewOnly: decoded.viewOnly };
  }
  const again = encode(decoded.text, outer, text);
  if (again.kind === 'bytes' && sameBytes(again.bytes, outer)) {
    return shown;
  }
  const isLost = again.kind !== 'viewOnly';
  const lost = t('its bytes could not be made again from the text');
  return { ...shown, viewOnly: isLost ? lost : again.reason };
}

function close(inner: Uint8Array, { outer, viewOnly }: CodecEncoding, text: TextCodec): Encoded {
  if (viewOnly !== undefined) {
    return { kind: 'viewOnly', reason: viewOnly };
  }
  const edited = exactText(inner);
  if (edited === undefined) {
    return { kind: 'invalid', problem: t('the text is not UTF-8'), offset: 0 };
  }
  const encoded = encode(edited, outer, text);
  return encoded.kind === 'bytes' ? { kind: 'value', bytes: encoded.bytes } : encoded;
}

function encode(edited: string, outer: Uint8Array, text: TextCodec): EncodedText {
  try {
    return text.encode(edited, outer);
  } catch (error) {
    return { kind: 'invalid', problem: reasonOf(error), offset: 0 };
  }
}

function undecodable({ label }: TextCodec, reason: string): Undecodable {
  return { kind: 'undecodable', reason: t('not decoded as {0}: {1}', label, reason) };
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
