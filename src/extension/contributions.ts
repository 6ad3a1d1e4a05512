/** Every id that stands in package.json too; a test holds the two together. */

/** Scheme of the URIs of keys: `natskv://<connection id>/<bucket>/<key>`. */
export const keyScheme = 'natskv';

export const viewIds = {
  container: 'natsKv',
  buckets: 'natsKv.buckets',
} as const;

export const settingIds = {
  connections: 'natsKv.connections',
  autoSave: 'natsKv.editor.autoSave',
} as const;

/** Command ids; those without an entry in the palette are marked so in package.json. */
export const commandIds = {
  connectionAdd: 'natsKv.connection.add',
  connectionRemove: 'natsKv.connection.remove',
  connectionReconnect: 'natsKv.connection.reconnect',
  connectionSettings: 'natsKv.connection.openSettings',
  bucketCreate: 'natsKv.bucket.create',
  bucketDelete: 'natsKv.bucket.delete',
  bucketStopListing: 'natsKv.bucket.stopListing',
  bucketList: 'natsKv.bucket.list',
  keyCreate: 'natsKv.key.create',
  keyDelete: 'natsKv.key.delete',
  keyOpen: 'natsKv.key.open',
  keyCopyName: 'natsKv.key.copyName',
  viewRefresh: 'natsKv.view.refresh',
  viewLoadMore: 'natsKv.view.loadMore',
  editorCompare: 'natsKv.editor.compare',
  editorRevert: 'natsKv.editor.revert',
  logShow: 'natsKv.log.show',
} as const;

export type CommandId = (typeof commandIds)[keyof typeof commandIds];

/** Context keys of `when` clauses. */
export const contextKeys = {
  /** Whether connections have been read from the settings; keeps the welcome from flashing. */
  ready: 'natsKv.ready',
} as const;
