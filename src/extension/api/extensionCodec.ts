import { sameBytes } from '../../kv/base/bytes';
import { t } from '../../kv/base/l10n';
import { codecOfText } from '../../kv/values/codecOfText';
import { scanJson, type JsonTokens } from '../../kv/values/scanJson';
import type { DecodedText, EncodedText, TextCodec, ValueCodec } from '../../kv/values/valueCodec';
import { dropPromise } from './dropPromise';
import type { NatsKvValueCodec } from './natsKvApi';

/** Milliseconds that decoding one value, of 1 MiB at most, may take: VS Code waits for it. */
const mostMs = 1_000;

/** The length of a text that is taken. */
const longestText = 16 * 1024 * 1024;

/**
 * The codec that another extension has given. Nothing of it is believed: it gets copies, what it gives is looked at,
 * and what it cannot decode is read-only. `now` is in milliseconds.
 */
export function extensionCodec(
  given: NatsKvValueCodec,
  now: () => number = () => performance.now(),
): ValueCodec {
  const codec = codecOfText(new ExtensionText(given, now));
  return {
    ...codec,
    open: (outer) => {
      const opened = codec.open(outer);
      return opened.kind === 'undecodable' ? { ...opened, isViewOnly: true } : opened;
    },
  };
}

/** Owns whether a codec has been too slow; changes only by `decode`. Both directions throw what is wrong. */
class ExtensionText implements TextCodec {
  readonly label: string;
  private isSlow = false;

  constructor(
    private readonly given: NatsKvValueCodec,
    private readonly now: () => number,
  ) {
    this.label = given.label;
  }

  decode(bytes: Uint8Array): DecodedText {
    if (!this.isSlow) {
      const begun = this.now();
      const decoded = this.given.decode(copyOf(bytes));
      this.isSlow = this.now() - begun > mostMs;
      if (!this.isSlow) {
        return checkedText(decoded);
      }
    }
    throw new Error(
      t('its extension took longer than a second for one value, and is not asked again'),
    );
  }

  encode(text: string, stored: Uint8Array): EncodedText {
    const bytes = this.bytesOf(text, stored);
    // What does not change the value is looked at by whoever opens it.
    const reason = sameBytes(bytes, stored) ? undefined : this.problemOf(bytes);
    if (reason !== undefined) {
      return { kind: 'viewOnly', reason };
    }
    return isSameText(this.textOf(bytes).text, text)
      ? { kind: 'bytes', bytes }
      : {
          kind: 'viewOnly',
          reason: t('its extension makes bytes of it that stand for another text'),
        };
  }

  /** Why bytes that were made of a text could not be edited again, if so; a clause. */
  private problemOf(bytes: Uint8Array): string | undefined {
    const decoded = this.textOf(bytes);
    return decoded.viewOnly === undefined && sameBytes(this.bytesOf(decoded.text, bytes), bytes)
      ? undefined
      : t('its extension makes bytes of it that could not be made again');
  }

  /** A text that was typed may take its time: it could not be stored otherwise. */
  private textOf(bytes: Uint8Array): DecodedText {
    return checkedText(this.given.decode(copyOf(bytes)));
  }

  private bytesOf(text: string, stored: Uint8Array): Uint8Array {
    const bytes: unknown = this.given.encode(text, copyOf(stored));
    if (!(bytes instanceof Uint8Array)) {
      dropPromise(bytes);
      throw new Error(t('its extension made no bytes of the text'));
    }
    return copyOf(bytes);
  }
}

/** A codec may go on writing to what it gave. The `slice` of a `Buffer` is no copy. */
function copyOf(bytes: Uint8Array): Uint8Array {
  return new Uint8Array(bytes);
}

/** What a codec made of bytes, or throws why it is of no use. */
function checkedText(decoded: unknown): DecodedText {
  dropPromise(decoded);
  const { text, languageId, readOnly } = Object(decoded) as Record<string, unknown>;
  if (typeof text !== 'string' || !isTextOrNone(languageId) || !isTextOrNone(readOnly)) {
    throw new Error(t('its extension made no text of it'));
  }
  if (text.length > longestText) {
    throw new Error(t('its extension made too long a text of it'));
  }
  // An editor would hold another text than the one that was made.
  if (!text.isWellFormed() || text.includes('\0')) {
    throw new Error(t('its extension made a text of it that no editor can hold'));
  }
  return { kind: 'text', text, viewOnly: readOnly, language: languageId };
}

function isTextOrNone(value: unknown): value is string | undefined {
  return value === undefined || typeof value === 'string';
}

/** Whether two texts are the same, or the same JSON but for its white space: numbers as they are written. */
function isSameText(a: string, b: string): boolean {
  if (a === b) {
    return true;
  }
  const [of, other] = [scanJson(a), scanJson(b)];
  return of.kind === 'json' && other.kind === 'json' && isSameJson(of, other);
}

function isSameJson(a: JsonTokens, b: JsonTokens): boolean {
  const token = ({ text, bounds }: JsonTokens, at: number): string =>
    text.slice(bounds[2 * at], bounds[2 * at + 1]);
  for (let at = 0; at < a.count; at++) {
    if (token(a, at) !== token(b, at)) {
      return false;
    }
  }
  return a.count === b.count;
}
