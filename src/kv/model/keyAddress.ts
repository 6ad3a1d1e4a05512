/** A key's place: on which connection, in which bucket. */
export interface KeyAddress {
  readonly connectionId: string;
  readonly bucket: string;
  readonly key: string;
}

export function isSameKey(a: KeyAddress, b: KeyAddress): boolean {
  return a.connectionId === b.connectionId && a.bucket === b.bucket && a.key === b.key;
}
