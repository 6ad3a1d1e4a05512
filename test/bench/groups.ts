import type { Group } from './group';
import { batchGroup } from './measureBatch';
import { cleanGroup } from './measureClean';
import { compareGroup } from './measureCompare';
import { coreGroup } from './measure';
import { liveGroup } from './measureLive';
import { tableGroup } from './measureTable';
import { transferGroup } from './measureTransfer';
import { treeGroup } from './measureTree';
import { webSocketGroup } from './measureWebSocket';
import { activationGroup } from './workbench/measureActivation';
import { livePanelGroup } from './workbench/measureLivePanel';
import { openingGroup } from './workbench/measureOpening';
import { tablePageGroup } from './workbench/measureTablePage';
import { workbenchGroup } from './workbench/measureWorkbench';

/** What can be named after `--only`; `scaled` takes the share of a number that `--scale` asks for. */
export const groups = {
  core: coreGroup,
  tree: treeGroup,
  live: liveGroup,
  activation: activationGroup,
  opening: openingGroup,
  clean: cleanGroup,
  transfer: transferGroup,
  compare: compareGroup,
  batch: batchGroup,
  table: tableGroup,
  webSocket: webSocketGroup,
  ui: workbenchGroup,
  livePanel: livePanelGroup,
  tablePage: tablePageGroup,
} satisfies Record<string, (scaled: (number: number) => number) => Group>;

export type GroupName = keyof typeof groups;

/** Without `--only`: those that need no VS Code. */
export const usualGroups: readonly GroupName[] = [
  'core',
  'tree',
  'live',
  'clean',
  'transfer',
  'compare',
  'batch',
  'table',
  'webSocket',
];

/** With `--ui`: those that do. */
export const uiGroups: readonly GroupName[] = [
  'activation',
  'opening',
  'ui',
  'livePanel',
  'tablePage',
];
