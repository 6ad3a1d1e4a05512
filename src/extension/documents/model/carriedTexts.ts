import { sameLineEnds } from '../../../kv/values/textForm';
import type { Version } from './version';

/** How many texts of merges are kept, with what they were made of. */
const rememberedTexts = 8;

/** A text with what it was made of; `isMerge`: it was merged with that. */
interface MadeText {
  readonly text: string;
  readonly base: Version | undefined;
  readonly isMerge: boolean;
}

/** `isTarget` for the one that came in the place of the other. */
interface CarriedText extends MadeText {
  readonly isTarget: boolean;
}

/**
 * Owns the texts that came into an editor in another way than by typing, each with what it was made of;
 * changes only through its methods. Line ends do not tell texts apart.
 */
export class CarriedTexts {
  /** What the text in the editor was merged with; undefined for any other text. */
  merged: Version | undefined;
  private texts: readonly CarriedText[] = [];

  /** Says that one text takes the place of another, which may come back by Undo. */
  add(before: MadeText, coming: MadeText): void {
    this.texts = [
      { ...before, text: sameLineEnds(before.text), isTarget: false },
      { ...coming, text: sameLineEnds(coming.text), isTarget: true },
      ...this.texts,
    ].slice(0, rememberedTexts);
  }

  /** Whether a text is one that was carried into the editor. */
  has(text: string): boolean {
    const plain = sameLineEnds(text);
    return this.texts.some((each) => each.isTarget && each.text === plain);
  }

  /**
   * What a text was made of that is saved, else `base`. VS Code hands over the text that it has taken, when
   * another may have been carried into the editor already.
   */
  madeOf(text: string | undefined, base: Version | undefined): Version | undefined {
    const found = text === undefined ? undefined : this.find(text);
    return found?.isTarget === false ? found.base : base;
  }

  /**
   * What a text was made of, that was carried in or away, and goes on being made of while more is
   * typed: undefined for any other.
   */
  take(text: string): Pick<CarriedText, 'base'> | undefined {
    const found = this.find(text);
    if (found) {
      this.merged = found.isMerge ? found.base : undefined;
    }
    return found;
  }

  /** Says that a text is made of something else by now than when it was carried. */
  forget(text: string): void {
    const plain = sameLineEnds(text);
    this.texts = this.texts.filter((each) => each.text !== plain);
  }

  clear(): void {
    this.texts = [];
    this.merged = undefined;
  }

  private find(text: string): CarriedText | undefined {
    if (this.texts.length === 0) {
      return undefined;
    }
    const plain = sameLineEnds(text);
    return this.texts.find((each) => each.text === plain);
  }
}
