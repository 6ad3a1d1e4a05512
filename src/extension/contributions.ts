/** Every id that stands in package.json too; a test holds the two together. */

/** Scheme of the URIs of keys: `natskv://<connection id>/<bucket>/<key>`. */
export const keyScheme = 'natskv';

/** Scheme of the URIs of revisions: `natskv-revision://<connection id>/<bucket>/<key>@r<revision>`. */
export const revisionScheme = 'natskv-revision';

/** Scheme of the texts beside a document that is merged. */
export const mergeScheme = 'natskv-merge';

/** Scheme of the plans of bulk actions, and of what became of them. */
export const planScheme = 'natskv-plan';

/** Scheme of the values of files that are compared: `natskv-side:/<file>/<key>`. */
export const sideScheme = 'natskv-side';

/** Scheme of what a server tells of a bucket: `natskv-bucket://<connection id>/<bucket>.json`. */
export const bucketScheme = 'natskv-bucket';

/**
 * Scheme of the configurations of buckets: `natskvbucket://<connection id>/<bucket>.bucket.json`. One
 * without a hyphen, since VS Code's JSON support finds the schema of no other.
 */
export const bucketConfigScheme = 'natskvbucket';

/**
 * Scheme of documents of many keys: `natskvkeys://<connection id>/<bucket>/<name>.keys.jsonc`, with the keys
 * that are meant in the query.
 */
export const manyKeysScheme = 'natskvkeys';

/** Scheme of the schemas of the settings, which VS Code's JSON support reads. */
export const schemaScheme = 'natskv-schema';

/** Provides VS Code with the server of this window for the Model Context Protocol. */
export const mcpProviderId = 'natsKv.mcp';

export const viewIds = {
  container: 'natsKv',
  buckets: 'natsKv.buckets',
  history: 'natsKv.history',
  livePanel: 'natsKvLive',
  live: 'natsKv.live',
  findResults: 'natsKv.findResults',
  asOf: 'natsKv.asOf',
  compare: 'natsKv.compare',
} as const;

/** Types of panels in the place of editors. */
export const panelTypes = {
  bucketProperties: 'natsKv.bucketProperties',
  glance: 'natsKv.glance',
  table: 'natsKv.table',
} as const;

export const settingIds = {
  connections: 'natsKv.connections',
  tunnelSsh: 'natsKv.tunnels.sshPath',
  tunnelKubectl: 'natsKv.tunnels.kubectlPath',
  cliContexts: 'natsKv.cliContexts.show',
  cliCommands: 'natsKv.cliContexts.commands',
  environmentVariables: 'natsKv.environmentVariables.show',
  disconnectWhenIdle: 'natsKv.disconnectWhenIdle',
  unlockMinutes: 'natsKv.unlockMinutes',
  autoSave: 'natsKv.editor.autoSave',
  saveAll: 'natsKv.editor.saveAll',
  format: 'natsKv.editor.format',
  keepFinalNewline: 'natsKv.editor.keepFinalNewline',
  maxSize: 'natsKv.editor.maxSize',
  languages: 'natsKv.languages',
  writeHeaders: 'natsKv.writeHeaders',
  schemas: 'natsKv.schemas',
  protobuf: 'natsKv.protobuf',
  liveMaxEntries: 'natsKv.live.maxEntries',
  treeSeparators: 'natsKv.tree.separators',
  treeAutoReveal: 'natsKv.tree.autoReveal',
  treeFlat: 'natsKv.tree.flat',
  treeCompact: 'natsKv.tree.compact',
  treeShowDeleted: 'natsKv.tree.showDeleted',
  findMaxResults: 'natsKv.find.maxResults',
  findMaxValueSize: 'natsKv.find.maxValueSize',
  findPause: 'natsKv.find.pause',
  sync: 'natsKv.sync',
  manyKeysLayout: 'natsKv.manyKeys.layout',
  bulkMaxPerSecond: 'natsKv.bulk.maxPerSecond',
  agentsEnabled: 'natsKv.agents.enabled',
  agentsConnections: 'natsKv.agents.connections',
  agentsRedact: 'natsKv.agents.redact',
  agentsAllowWrites: 'natsKv.agents.allowWrites',
  agentsMcp: 'natsKv.agents.mcp',
  localServerPath: 'natsKv.localServer.path',
  localServerPort: 'natsKv.localServer.port',
} as const;

/** Command ids; those without an entry in the palette are marked so in package.json. */
export const commandIds = {
  connectionAdd: 'natsKv.connection.add',
  connectionRemove: 'natsKv.connection.remove',
  connectionReconnect: 'natsKv.connection.reconnect',
  connectionSettings: 'natsKv.connection.openSettings',
  connectionEdit: 'natsKv.connection.edit',
  connectionDuplicate: 'natsKv.connection.duplicate',
  connectionMoveToFolder: 'natsKv.connection.moveToFolder',
  connectionMoveUp: 'natsKv.connection.moveUp',
  connectionMoveDown: 'natsKv.connection.moveDown',
  connectionTest: 'natsKv.connection.test',
  connectionDisconnect: 'natsKv.connection.disconnect',
  connectionChangeSecret: 'natsKv.connection.changeSecret',
  connectionForgetSecrets: 'natsKv.connection.forgetSecrets',
  connectionUnlock: 'natsKv.connection.unlock',
  connectionLock: 'natsKv.connection.lock',
  connectionSelect: 'natsKv.connection.select',
  connectionGlance: 'natsKv.connection.glance',
  linkCopy: 'natsKv.link.copy',
  bucketCreate: 'natsKv.bucket.create',
  bucketDelete: 'natsKv.bucket.delete',
  bucketStopListing: 'natsKv.bucket.stopListing',
  bucketList: 'natsKv.bucket.list',
  bucketCopyName: 'natsKv.bucket.copyName',
  bucketProperties: 'natsKv.bucket.properties',
  bucketShowJson: 'natsKv.bucket.showJson',
  bucketClean: 'natsKv.bucket.clean',
  bucketBrowseAsOf: 'natsKv.bucket.browseAsOf',
  bucketRestoreAsOf: 'natsKv.bucket.restoreAsOf',
  bucketExport: 'natsKv.bucket.export',
  bucketImport: 'natsKv.bucket.import',
  bucketVerify: 'natsKv.bucket.verify',
  bucketCopyTo: 'natsKv.bucket.copyTo',
  keyExport: 'natsKv.key.export',
  findExport: 'natsKv.find.export',
  findOpenTable: 'natsKv.find.openAsTable',
  importResume: 'natsKv.import.resume',
  bucketBackUp: 'natsKv.bucket.backUp',
  bucketRestore: 'natsKv.bucket.restore',
  bucketCompare: 'natsKv.bucket.compare',
  bucketPromote: 'natsKv.bucket.promote',
  bucketSeal: 'natsKv.bucket.seal',
  bucketStepDown: 'natsKv.bucket.stepDown',
  bucketEdit: 'natsKv.bucket.edit',
  bucketCreateFrom: 'natsKv.bucket.createFrom',
  bucketCopyAs: 'natsKv.bucket.copyAs',
  bucketConfigPlan: 'natsKv.bucketConfig.plan',
  bucketConfigCompare: 'natsKv.bucketConfig.compare',
  bucketConfigMerge: 'natsKv.bucketConfig.merge',
  bucketConfigTakeServers: 'natsKv.bucketConfig.takeServers',
  keyActions: 'natsKv.key.actions',
  keyCreate: 'natsKv.key.create',
  keyDelete: 'natsKv.key.delete',
  keyOpen: 'natsKv.key.open',
  keyOpenToSide: 'natsKv.key.openToSide',
  keySelectForCompare: 'natsKv.key.selectForCompare',
  keyCompareWithSelected: 'natsKv.key.compareWithSelected',
  folderDelete: 'natsKv.folder.delete',
  folderPurge: 'natsKv.folder.purge',
  folderRename: 'natsKv.folder.rename',
  folderMove: 'natsKv.folder.move',
  folderDuplicate: 'natsKv.folder.duplicate',
  folderCopyTo: 'natsKv.folder.copyTo',
  keyRename: 'natsKv.key.rename',
  keyMove: 'natsKv.key.move',
  keyDuplicate: 'natsKv.key.duplicate',
  keyCopyTo: 'natsKv.key.copyTo',
  keyPurge: 'natsKv.key.purge',
  manyKeysOpen: 'natsKv.manyKeys.open',
  manyKeysSave: 'natsKv.manyKeys.save',
  manyKeysCompare: 'natsKv.manyKeys.compare',
  manyKeysMerge: 'natsKv.manyKeys.merge',
  manyKeysTakeServers: 'natsKv.manyKeys.takeServers',
  manyKeysKeepMine: 'natsKv.manyKeys.keepMine',
  manyKeysAllowAtomic: 'natsKv.manyKeys.allowAtomic',
  keyUndoDelete: 'natsKv.key.undoDelete',
  keyRestoreDeleted: 'natsKv.key.restoreDeleted',
  keyCopyName: 'natsKv.key.copyName',
  keyCopyValue: 'natsKv.key.copyValue',
  keyAddToChat: 'natsKv.key.addToChat',
  keyCopyUri: 'natsKv.key.copyUri',
  keyCopyCommand: 'natsKv.key.copyCommand',
  keyCopyCode: 'natsKv.key.copyCode',
  historyShow: 'natsKv.history.show',
  historyRefresh: 'natsKv.history.refresh',
  historyOpen: 'natsKv.history.open',
  historyCompareWithPrevious: 'natsKv.history.compareWithPrevious',
  historyCompareWithLatest: 'natsKv.history.compareWithLatest',
  historyCompareWithEditor: 'natsKv.history.compareWithEditor',
  historySelectForCompare: 'natsKv.history.selectForCompare',
  historyCompareWithSelected: 'natsKv.history.compareWithSelected',
  historyCompareSelected: 'natsKv.history.compareSelected',
  historyRestore: 'natsKv.history.restore',
  viewRefresh: 'natsKv.view.refresh',
  viewLoadMore: 'natsKv.view.loadMore',
  rowRename: 'natsKv.row.rename',
  rowDelete: 'natsKv.row.delete',
  rowCopy: 'natsKv.row.copy',
  rowOpenToSide: 'natsKv.row.openToSide',
  levelJump: 'natsKv.level.jump',
  levelShowStart: 'natsKv.level.showStart',
  bucketsFilter: 'natsKv.buckets.filter',
  bucketOpen: 'natsKv.bucket.open',
  prefixOpen: 'natsKv.prefix.open',
  prefixCopy: 'natsKv.prefix.copy',
  pinRemove: 'natsKv.pin.remove',
  treeShowFlat: 'natsKv.tree.showFlat',
  treeShowFolders: 'natsKv.tree.showFolders',
  treeShowDeleted: 'natsKv.tree.showDeletedKeys',
  treeHideDeleted: 'natsKv.tree.hideDeletedKeys',
  editorCompare: 'natsKv.editor.compare',
  editorRevert: 'natsKv.editor.revert',
  editorMerge: 'natsKv.editor.merge',
  editorOverwrite: 'natsKv.editor.overwrite',
  editorOpenRaw: 'natsKv.editor.openRaw',
  editorOpenFormatted: 'natsKv.editor.openFormatted',
  editorDecode: 'natsKv.editor.decode',
  editorChangeTtl: 'natsKv.editor.changeTtl',
  editorEditHeaders: 'natsKv.editor.editHeaders',
  editorSaveTogether: 'natsKv.editor.saveTogether',
  editorRememberLanguage: 'natsKv.editor.rememberLanguage',
  logShow: 'natsKv.log.show',
  diagnosticsCopy: 'natsKv.diagnostics.copy',
  issueReport: 'natsKv.issue.report',
  accessChange: 'natsKv.access.change',
  tableOpen: 'natsKv.table.open',
  liveWatch: 'natsKv.live.watch',
  livePause: 'natsKv.live.pause',
  liveResume: 'natsKv.live.resume',
  liveClear: 'natsKv.live.clear',
  liveExport: 'natsKv.live.export',
  liveStop: 'natsKv.live.stop',
  liveOptions: 'natsKv.live.options',
  liveOpenKey: 'natsKv.live.openKey',
  liveOpenRevision: 'natsKv.live.openRevision',
  liveShowHistory: 'natsKv.live.showHistory',
  liveReveal: 'natsKv.live.reveal',
  liveFilterByKey: 'natsKv.live.filterByKey',
  liveCopyKey: 'natsKv.live.copyKey',
  liveCopyValue: 'natsKv.live.copyValue',
  liveCopyChange: 'natsKv.live.copyChange',
  keyGoTo: 'natsKv.key.goTo',
  keyReveal: 'natsKv.key.reveal',
  keysFilter: 'natsKv.keys.filter',
  keysClearFilter: 'natsKv.keys.clearFilter',
  valueFind: 'natsKv.value.find',
  findOpen: 'natsKv.find.open',
  findRefresh: 'natsKv.find.refresh',
  findClear: 'natsKv.find.clear',
  findAddToChat: 'natsKv.find.addToChat',
  agentsCopyMcp: 'natsKv.agents.copyMcp',
  findCopy: 'natsKv.find.copy',
  asOfOpen: 'natsKv.asOf.open',
  asOfCompare: 'natsKv.asOf.compare',
  asOfRestore: 'natsKv.asOf.restore',
  asOfClose: 'natsKv.asOf.close',
  asOfMore: 'natsKv.asOf.more',
  compareOpen: 'natsKv.compare.open',
  compareCopyRight: 'natsKv.compare.copyRight',
  compareCopyLeft: 'natsKv.compare.copyLeft',
  compareIgnore: 'natsKv.compare.ignore',
  compareRefresh: 'natsKv.compare.refresh',
  compareClose: 'natsKv.compare.close',
  compareMore: 'natsKv.compare.more',
  syncPull: 'natsKv.sync.pull',
  syncPush: 'natsKv.sync.push',
  syncMerge: 'natsKv.sync.merge',
  syncOpenKey: 'natsKv.sync.openKey',
  findDismiss: 'natsKv.find.dismiss',
  findOpenToSide: 'natsKv.find.openToSide',
  findCopyKey: 'natsKv.find.copyKey',
  findReveal: 'natsKv.find.reveal',
  findReplace: 'natsKv.find.replace',
  findReplaceAll: 'natsKv.find.replaceAll',
  stepBack: 'natsKv.step.back',
  planCarryOut: 'natsKv.plan.carryOut',
  planUndo: 'natsKv.plan.undo',
  planDiscard: 'natsKv.plan.discard',
  planRefine: 'natsKv.plan.refine',
  planReopen: 'natsKv.plan.reopen',
  localServerStart: 'natsKv.localServer.start',
  localServerStop: 'natsKv.localServer.stop',
  localServerShowLog: 'natsKv.localServer.showLog',
  localServerDeleteData: 'natsKv.localServer.deleteData',
  localServerAddDemo: 'natsKv.localServer.addDemo',
  localServerChangeDemo: 'natsKv.localServer.changeDemo',
} as const;

export type CommandId = (typeof commandIds)[keyof typeof commandIds];

/** Context keys of `when` clauses. */
export const contextKeys = {
  /** Whether a key was deleted in this window that Undo Delete can bring back. */
  canUndoDelete: 'natsKv.canUndoDelete',
  /** Whether a key was selected to be compared with another one. */
  keyToCompare: 'natsKv.keyToCompare',
  /** Whether a key is in the active editor or selected in the tree: commands on keys have one. */
  hasKey: 'natsKv.hasKey',
  /** Whether a bucket is selected in the tree, or something in one. */
  hasBucket: 'natsKv.hasBucket',
  /** Whether an import was begun that can be gone on with. */
  canResumeImport: 'natsKv.canResumeImport',
  /** Whether there is any connection. */
  hasConnections: 'natsKv.hasConnections',
  /** Whether a connection is up. */
  hasConnected: 'natsKv.hasConnected',
  /** Whether a connection is in use and not up. */
  hasLost: 'natsKv.hasLost',
  /** Whether a connection logs in with a password or key. */
  hasLogin: 'natsKv.hasLogin',
  /** Whether the writes of a connection are locked. */
  hasLocked: 'natsKv.hasLocked',
  /** Whether the writes of a read-only connection are unlocked for a while. */
  hasUnlocked: 'natsKv.hasUnlocked',
  /** Whether a box is open that Escape leads back from. */
  escapeGoesBack: 'natsKv.escapeGoesBack',
  /** What fits the value of the active editor. */
  canOpenRaw: 'natsKv.editor.canOpenRaw',
  canOpenFormatted: 'natsKv.editor.canOpenFormatted',
  canDecode: 'natsKv.editor.canDecode',
  canChangeTtl: 'natsKv.editor.canChangeTtl',
  canEditHeaders: 'natsKv.editor.canEditHeaders',
  /** Whether other keys of the active editor's bucket are unsaved beside it. */
  canSaveTogether: 'natsKv.editor.canSaveTogether',
  /** Whether the Live view has a watch. */
  liveWatching: 'natsKv.live.watching',
  /** Whether a revision was selected to be compared with another one. */
  revisionSelected: 'natsKv.revisionSelected',
  /** Whether connections have been read from the settings; keeps the welcome from flashing. */
  ready: 'natsKv.ready',
  /** Whether every watch of the Live view is paused: Pause makes room for Resume. */
  livePaused: 'natsKv.live.paused',
  /** Whether a search in values has found something that is still shown. */
  hasFindResults: 'natsKv.find.hasResults',
  /** Whether a bucket is shown as it was at a moment. */
  hasAsOf: 'natsKv.asOf.isOpen',
  /** Whether two sides are compared. */
  hasComparison: 'natsKv.compare.isOpen',
  /** Whether buckets and folders are set to be synchronised. */
  syncIsSet: 'natsKv.sync.isSet',
  /** Paths of the folders whose files are synchronised, for `resourceDirname in`. */
  syncFolders: 'natsKv.sync.folders',
  /** URIs of the plans that can be carried out, for `resource in`. */
  readyPlans: 'natsKv.plan.ready',
  /** Whether a bulk action can be undone that was carried out in this window. */
  hasUndoablePlan: 'natsKv.plan.canUndo',
  /** Whether the local server runs, started by this window or another. */
  localServerRunning: 'natsKv.localServer.running',
  /** Whether a key was saved in this window: the walkthrough ticks it off. */
  hasSaved: 'natsKv.hasSaved',
  /** Whether a key was opened in this window. */
  hasOpened: 'natsKv.hasOpened',
  /** Whether a conflict was looked at or ended in this window. */
  hasMetConflict: 'natsKv.hasMetConflict',
} as const;
