import { bareCounting, bareFacts, bareListing, bareWatching } from './contenders/bareLoop';
import { hiddenReplay, liveReplay } from './contenders/liveReplay';
import { publishChanges } from './contenders/liveWriter';
import { bareBatch, barePuts, batch, oneByOne } from './contenders/batching';
import { bareDeletes, barePurges, compactMarkers, deleteByPattern } from './contenders/cleaning';
import {
  compareByMeaning,
  compareBySize,
  compareUnlike,
  listOnce,
  readBoth,
} from './contenders/comparing';
import type { Contender, Task } from './contenders/measurement';
import { goToKey } from './contenders/goToKey';
import { names, namesOfPrefix } from './contenders/names';
import { openBucket } from './contenders/openBucket';
import { cancelling, firstKeys, listing, watching } from './contenders/ours';
import { natsIoKeys, natsKeys } from './contenders/others';
import {
  bareImport,
  bareGets,
  barePush,
  exportFile,
  exportMemory,
  importFile,
  importMemory,
} from './contenders/transferring';
import { openTable, sortTable, sortTableByValue } from './contenders/tables';
import { itemPerKey } from './contenders/todaysTree';
import { followUpdates, publishUpdates } from './contenders/updates';
import { distantValues, values } from './contenders/values';

/** Everything that is measured, each in a process of its own. */
const contenders = {
  natsKeys,
  natsIoKeys,
  bareListing,
  bareFacts,
  bareWatching,
  listing,
  cancelling,
  firstKeys,
  watching,
  names,
  namesOfPrefix,
  values,
  distantValues,
  openBucket,
  itemPerKey,
  goToKey,
  openTable,
  sortTable,
  sortTableByValue,
  publishUpdates,
  followUpdates,
  bareCounting,
  liveReplay,
  hiddenReplay,
  publishChanges,
  bareBatch,
  batch,
  barePuts,
  oneByOne,
  bareDeletes,
  barePurges,
  deleteByPattern,
  compactMarkers,
  bareGets,
  barePush,
  exportFile,
  bareImport,
  importFile,
  exportMemory,
  importMemory,
  listOnce,
  readBoth,
  compareBySize,
  compareByMeaning,
  compareUnlike,
} satisfies Record<string, Contender>;

export type ContenderName = keyof typeof contenders;

const [name, task] = process.argv.slice(2);
const measured = await contenders[name as ContenderName](JSON.parse(task ?? '') as Task);
process.stdout.write(JSON.stringify(measured));
