import { documentText, valuesOf, type BucketValues } from '../../kv/config/bucketDocument';
import type { Abilities } from '../../kv/config/changeProblems';
import { habitsOf, type ServerHabits } from '../../kv/config/since';
import type { BucketStatus } from '../../kv/model/bucket';
import { isKvError } from '../../kv/model/errors';
import { sameLineEnds } from '../../kv/values/textForm';
import type { KvConnection } from '../../kv/model/kvConnection';
import { changedFieldNames } from './changedFieldNames';

/** What the server has of a bucket now, against what a document was made of. */
export type ServerSide =
  | { readonly kind: 'same' }
  /** Somebody changed these fields, by the names of documents. */
  | { readonly kind: 'changed'; readonly fields: readonly string[] }
  /** It was deleted and made again: another bucket. */
  | { readonly kind: 'remade' }
  | { readonly kind: 'gone' }
  /** The document was restored with the window: what it was made of is not known. */
  | { readonly kind: 'unknown' };

/** A text with the configuration that it was made of; undefined where that is not known. */
interface MadeText {
  readonly text: string;
  readonly base: BucketStatus | undefined;
}

/** How many texts are kept with what they were made of. */
const rememberedTexts = 8;

/**
 * Owns what is known of one bucket whose configuration is open as a document: what its text was made
 * of, and what the server has; changes only through its methods. A save replaces what the text was
 * made of and nothing else: the same bucket with the same configuration. What that is follows the text
 * of the editor, whoever has read the configuration meanwhile.
 */
export class OpenBucket {
  /** What the text was made of; undefined for a bucket that is to be made, and after a restart. */
  base: BucketStatus | undefined;
  /** What the server had last; undefined when there is no such bucket. */
  latest: BucketStatus | undefined;
  /** What a new bucket's document begins with, until it is made. */
  draft: BucketValues | undefined;
  abilities: Abilities | undefined;
  /** As VS Code was given it, with the time that it was told. */
  text = '';
  mtime = 0;
  private wasThere = false;
  private madeTexts: readonly MadeText[] = [];

  constructor(readonly bucket: string) {}

  get isNew(): boolean {
    return this.draft !== undefined && this.latest === undefined;
  }

  get baseValues(): BucketValues | undefined {
    return this.valuesIn(this.base);
  }

  valuesIn(base: BucketStatus | undefined): BucketValues | undefined {
    return base && valuesOf(this.bucket, base.streamConfig);
  }

  get serverText(): string {
    return this.latest ? documentText(valuesOf(this.bucket, this.latest.streamConfig)) : '';
  }

  get habits(): ServerHabits {
    return habitsOf(
      this.abilities ?? { apiLevel: undefined, version: '', tellsCompression: undefined },
    );
  }

  get side(): ServerSide {
    return this.sideOf(this.base);
  }

  /** What the server has, against what a text was made of. */
  sideOf(base: BucketStatus | undefined): ServerSide {
    const { latest } = this;
    if (!latest) {
      return this.wasThere ? { kind: 'gone' } : { kind: 'same' };
    }
    if (!base) {
      return { kind: 'unknown' };
    }
    if (base.created !== latest.created) {
      return { kind: 'remade' };
    }
    const fields = changedFieldNames(base.streamConfig, latest.streamConfig);
    return fields.length > 0 ? { kind: 'changed', fields } : { kind: 'same' };
  }

  /** Asks the server anew. */
  async look(connection: KvConnection): Promise<BucketStatus | undefined> {
    this.latest = await statusOrNone(connection, this.bucket);
    this.wasThere ||= this.latest !== undefined;
    this.abilities = await abilitiesOf(connection, this.latest ?? this.base);
    if (this.latest) {
      this.remember(this.serverText, this.latest);
    }
    return this.latest;
  }

  /** Says what a text is made of that the editor has, or may have soon. */
  remember(text: string, base: BucketStatus | undefined): void {
    const plain = sameLineEnds(text);
    const others = this.madeTexts.filter((each) => each.text !== plain);
    this.madeTexts = [{ text: plain, base }, ...others].slice(0, rememberedTexts);
  }

  /**
   * What a text is made of that is about to be saved. VS Code hands over the text that it has taken, when
   * another may have come into the editor already.
   */
  madeOf(text: string): BucketStatus | undefined {
    const plain = sameLineEnds(text);
    const found = this.madeTexts.find((each) => each.text === plain);
    return found ? found.base : this.base;
  }

  /** Says what text the editor has. True when it is made of something else than the one before it. */
  has(text: string): boolean {
    const plain = sameLineEnds(text);
    const found = this.madeTexts.find((each) => each.text === plain);
    const isOther = found !== undefined && found.base !== this.base;
    if (isOther) {
      this.base = found.base;
    }
    return isOther;
  }

  /**
   * Takes what the text was made of before the window was loaded again: only which bucket it was and its
   * configuration count. The server's own text is made of what the server has, all the same.
   */
  restore(text: string, base: BucketStatus): boolean {
    this.remember(text, base);
    return this.has(text);
  }

  /** The text is made of what the server has now, and so is what comes of it. */
  take(status: BucketStatus): void {
    this.base = this.latest = status;
    this.madeTexts = [];
    this.remember(this.serverText, status);
    this.draft = undefined;
    this.wasThere = true;
  }

  /** VS Code is given another text; its time rises with each. */
  show(text: string): void {
    if (text !== this.text || this.mtime === 0) {
      this.text = text;
      this.mtime = Math.max(Date.now(), this.mtime + 1);
    }
  }
}

async function statusOrNone(
  connection: KvConnection,
  bucket: string,
): Promise<BucketStatus | undefined> {
  try {
    return await connection.bucketStatus(bucket);
  } catch (error) {
    if (isKvError(error, 'notFound')) {
      return undefined;
    }
    throw error;
  }
}

/** An account that may not ask for its limits is not told of them. */
async function abilitiesOf(
  connection: KvConnection,
  status: BucketStatus | undefined,
): Promise<Abilities> {
  const { current } = connection.state;
  const server = current.kind === 'connected' ? current.server : undefined;
  const isClustered = status
    ? status.cluster?.name !== undefined
    : server && server.cluster !== undefined;
  const facts = {
    version: server?.version ?? '',
    tellsCompression: status && 'compression' in status.streamConfig,
    isClustered,
  };
  try {
    const account = await connection.accountInfo();
    return { ...facts, apiLevel: account.apiLevel, account };
  } catch (error) {
    if (isKvError(error, 'denied')) {
      return { ...facts, apiLevel: undefined, account: undefined };
    }
    throw error;
  }
}
