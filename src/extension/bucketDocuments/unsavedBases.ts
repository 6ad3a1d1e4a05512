import { createHash } from 'node:crypto';
import type * as vscode from 'vscode';
import type { BucketStatus } from '../../kv/model/bucket';
import { parseExactly } from '../../kv/values/exactJson';
import { sameLineEnds } from '../../kv/values/textForm';

const storageKey = 'natsKv.unsavedBuckets';
/** Texts of one document that are kept apart: what VS Code backed up may not be the last of them. */
const mostTexts = 8;

/** What a text was made of: which bucket, with which configuration. */
export type TextBase = Pick<BucketStatus, 'created' | 'streamConfig'>;

interface KeptBase {
  readonly created: number;
  /** As JSON, so that no digit of it is lost. */
  readonly config: string;
  /** Fingerprints of the texts that were made of it, the last one first. */
  readonly texts: readonly string[];
}

/**
 * Owns what unsaved documents of buckets were made of, over restarts, in the workspace's state; changes only
 * through `set`. A text is found again by what it is: one that is not known is made of nothing known.
 */
export class UnsavedBases {
  private readonly kept: Map<string, readonly KeptBase[]>;

  constructor(
    private readonly state: vscode.Memento,
    private readonly failed: (error: unknown) => void,
  ) {
    this.kept = new Map(
      Object.entries(state.get<Record<string, readonly KeptBase[]>>(storageKey, {})),
    );
  }

  /** What a document's text was made of; undefined where that is not known. */
  find(document: string, text: string): TextBase | undefined {
    const print = printOf(text);
    const found = this.kept.get(document)?.find(({ texts }) => texts.includes(print));
    return found && { created: found.created, streamConfig: configOf(found.config) };
  }

  /** Says what an unsaved text is made of; without a base, that nothing of the document is unsaved. */
  set(document: string, text: string, base: TextBase | undefined): void {
    if (!base && !this.kept.has(document)) {
      return;
    }
    if (base) {
      const bases = withText(this.kept.get(document) ?? [], printOf(text), base);
      this.kept.set(document, bases);
    } else {
      this.kept.delete(document);
    }
    this.state
      .update(storageKey, Object.fromEntries(this.kept))
      .then(undefined, (error: unknown) => this.failed(error));
  }
}

function withText(
  kept: readonly KeptBase[],
  print: string,
  { created, streamConfig }: TextBase,
): KeptBase[] {
  const config = JSON.stringify(streamConfig);
  const isSame = (one: KeptBase): boolean => one.created === created && one.config === config;
  const known = kept.find(isSame)?.texts ?? [];
  const texts = [print, ...known.filter((each) => each !== print)];
  let room = mostTexts;
  return [{ created, config, texts }, ...kept.filter((one) => !isSame(one))]
    .map((one, at) => {
      const others = at === 0 ? one.texts : one.texts.filter((each) => each !== print);
      const some = others.slice(0, Math.max(0, room));
      room -= some.length;
      return { ...one, texts: some };
    })
    .filter((one) => one.texts.length > 0);
}

function configOf(json: string): TextBase['streamConfig'] {
  return parseExactly(json) as TextBase['streamConfig'];
}

function printOf(text: string): string {
  return createHash('sha256').update(sameLineEnds(text)).digest('base64url');
}
