/** A key in a plan or a comparison, with what is to be said of it. */
export interface TransferRow {
  readonly key: string;
  readonly line?: number | undefined;
  /** A clause without a final period. */
  readonly detail?: string;
}

const mostRows = 1_000;

/** How many keys something holds for, and the first of them. Changes only through `add`. */
export class TransferRows {
  readonly rows: TransferRow[] = [];
  count = 0;

  add(key: string, { line, detail }: Omit<TransferRow, 'key'> = {}): void {
    this.count++;
    if (this.rows.length < mostRows) {
      const row = { key, ...(line !== undefined && { line }) };
      this.rows.push(detail === undefined ? row : { ...row, detail });
    }
  }
}
