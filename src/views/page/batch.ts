/** Each side of a webview sends what it has to say together, so often at most: 10 times a second. */
export const batchMs = 100;

/** What is posted, in both directions. */
export interface Batch<Message> {
  readonly messages: readonly Message[];
}
