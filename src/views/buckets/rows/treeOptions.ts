/** How the keys of all buckets are shown, as the settings `natsKv.tree.…` say. */
export interface TreeOptions {
  /** Whether a slash parts a key into folders too. */
  readonly slash: boolean;
  /** One list of whole keys instead of folders. */
  readonly flat: boolean;
  /** Folders with nothing but one folder in them share a row. */
  readonly compact: boolean;
  /** Keys whose last message is a marker stand among the others. */
  readonly showDeleted: boolean;
}

export const defaultOptions: TreeOptions = {
  slash: false,
  flat: false,
  compact: true,
  showDeleted: false,
};
