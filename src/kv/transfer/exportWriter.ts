import type { Entry } from '../model/entry';

/** Stands in the first line of every export that can be read back whole. */
export const formatName = 'nats-kv-export';
export const formatVersion = 1;

/** What was exported, and when. */
export interface ExportHeader {
  readonly bucket: string;
  /** When the bucket was made, in ISO 8601: another one has other values under the same revisions. */
  readonly bucketCreated: string;
  /** What time it was for the server, where it tells, in ISO 8601. */
  readonly serverTime?: string;
  /** The last revision of the bucket when the export began. */
  readonly lastRevision: number;
  /** Subject filters below the bucket; everything when omitted. */
  readonly filters?: readonly string[];
  /** Whether earlier revisions are there too. */
  readonly history: boolean;
}

/** What a form could not hold. */
export interface ExportNotes {
  /** Keys whose values are no text: they are left out. */
  readonly binary?: Tally;
  /** Values of JSON whose white space is another one now. */
  readonly respaced?: Tally;
  /** Keys that are also the start of other keys, or whose tokens are too deep: left out. */
  readonly unnested?: Tally;
  /** Keys with headers or a TTL, which are left out. */
  readonly bare?: Tally;
  /** Values with numbers that the form cannot hold: they are there as texts. */
  readonly asText?: Tally;
}

/** How many keys something holds for, and the first of them. */
export interface Tally {
  readonly count: number;
  readonly first: readonly string[];
}

const mostNamed = 20;

/** Counts keys, the first of them by name. */
export class TallyOf implements Tally {
  readonly first: string[] = [];
  count = 0;

  add(key: string): void {
    this.count++;
    if (this.first.length < mostNamed) {
      this.first.push(key);
    }
  }
}

/** Writes the entries of an export in one form. */
export interface ExportWriter {
  /** Takes entries by revision; resolves when it can take more. */
  write(entries: readonly Entry[]): Promise<void>;
  /** Ends it; only then the files are whole. */
  end(): Promise<ExportNotes>;
  /** Gives it up: what is open is closed. */
  abandon(): Promise<void>;
}
