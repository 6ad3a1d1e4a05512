/** A key's place: on which connection, in which bucket. */
export interface KeyAddress {
  readonly connectionId: string;
  readonly bucket: string;
  readonly key: string;
}
