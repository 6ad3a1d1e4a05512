import type { FilledBucket } from '../support/fillBucket';
import type { Row } from './row';

/** Rows that are measured together, on buckets that are filled for them. */
export interface Group {
  readonly buckets: readonly FilledBucket[];
  readonly measure: (url: string, webSocketUrl: string) => Promise<Row[]>;
}
