import { sameLineEnds } from '../../../kv/values/textForm';
import type { Version } from './version';

/** How many texts of merges are kept, with what they were made of. */
const rememberedTexts = 8;

/** A text with what it was made of; `isTarget` for the one that came in the place of the other. */
interface CarriedText {
  readonly text: string;
  readonly base: Version | undefined;
  readonly isTarget: boolean;
}

/**
 * Owns the texts that came into an editor in another way than by typing, each with what it was made of;
 * changes only through its methods. Line ends do not tell texts apart.
 */
export class CarriedTexts {
  private texts: readonly CarriedText[] = [];

  /** Says that one text takes the place of another, which may come back by Undo. */
  add(before: string, own: Version | undefined, coming: string, base: Version): void {
    this.texts = [
      { text: sameLineEnds(before), base: own, isTarget: false },
      { text: sameLineEnds(coming), base, isTarget: true },
      ...this.texts,
    ].slice(0, rememberedTexts);
  }

  /** Whether a text is one that was carried into the editor. */
  has(text: string): boolean {
    const plain = sameLineEnds(text);
    return this.texts.some((each) => each.isTarget && each.text === plain);
  }

  /** What a text was made of, that was carried in or away: undefined for any other. */
  find(text: string): Pick<CarriedText, 'base'> | undefined {
    const plain = sameLineEnds(text);
    return this.texts.find((each) => each.text === plain);
  }

  clear(): void {
    this.texts = [];
  }
}
