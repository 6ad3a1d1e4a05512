import { createHash } from 'node:crypto';
import type { KeysAt } from '../../kv/manyKeys/manyKeys';
import { sameLineEnds } from '../../kv/values/textForm';

/** Texts that Undo may bring back; of those further back it is not known what they were made of. */
const mostTexts = 4_096;

/** Owns what texts of one document were made of; changes only through its methods. Texts are kept by their prints. */
export class MadeTexts {
  private made = new Map<string, KeysAt>();

  /** Says what a text is made of that the editor has, or may have soon. */
  remember(text: string, base: KeysAt): void {
    this.rememberPrint(printOf(text), base);
  }

  /** The same of a text that is known by its print only. */
  rememberPrint(print: string, base: KeysAt): void {
    this.made.delete(print);
    this.made.set(print, base);
    const [oldest] = this.made.keys();
    if (this.made.size > mostTexts && oldest !== undefined) {
      this.made.delete(oldest);
    }
  }

  find(text: string): KeysAt | undefined {
    return this.made.get(printOf(text));
  }

  /** What a save has written is what every text is made of from now on. */
  written(change: (base: KeysAt) => KeysAt): void {
    const changed = new Map<KeysAt, KeysAt>();
    for (const [print, base] of this.made) {
      const after = changed.get(base) ?? change(base);
      changed.set(base, after);
      this.made.set(print, after);
    }
  }
}

/** A print of a text, whatever its line ends are. */
export function printOf(text: string): string {
  return createHash('sha256').update(sameLineEnds(text)).digest('base64url');
}
