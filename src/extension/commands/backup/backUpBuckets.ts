import { homedir } from 'node:os';
import { basename, join } from 'node:path';
import * as vscode from 'vscode';
import { type BackedUp, backUp } from '../../../kv/backup/backUp';
import { formatSize, messagesText } from '../../../views/format/format';
import { plainWindow } from '../../../views/shown/plainWindow';
import type { BucketPlace } from '../keys/transferKeys';
import { environmentTitle } from '../environmentTitle';
import { withPlanProgress } from '../planProgress';
import { showing } from '../showing';
import { tellDone } from '../tellDone';

/** Above that, in bytes, it is asked whether so much is meant. */
const largeBytes = 1024 ** 3;

/** Asks for a folder and writes each bucket to one of its own in it, named after it and the time. */
export async function backUpBuckets(places: readonly BucketPlace[]): Promise<void> {
  const { t } = vscode.l10n;
  if (!(await isMeant(places))) {
    return;
  }
  const names = places.map(({ bucket }) => bucket).join(', ');
  const [parent] =
    (await plainWindow.showOpenDialog({
      title: t('Back Up {0}: a folder for it is made in…', names),
      openLabel: t('Back Up Here'),
      canSelectFiles: false,
      canSelectFolders: true,
      defaultUri: defaultFolder(),
    })) ?? [];
  if (!parent) {
    return;
  }
  const done: Done[] = [];
  try {
    for (const place of places) {
      const taken = done.map(({ folder }) => folder);
      const folder = join(parent.fsPath, folderName(place.bucket, new Date(), taken));
      done.push({ folder, ...(await backUpOne(place, folder)) });
    }
  } finally {
    // What is there already stays, also where a later bucket fails or is cancelled.
    tellBackedUp(done, parent.fsPath);
  }
}

interface Done extends BackedUp {
  readonly folder: string;
}

function tellBackedUp(done: readonly Done[], parent: string): void {
  const { t } = vscode.l10n;
  const [only] = done;
  const packed = done.reduce((sum, each) => sum + each.packed, 0);
  if (only && done.length === 1) {
    const { bucket, messages, folder } = only;
    const size = formatSize(packed);
    tellDone(
      t('Backed up {0}: {1}, {2} on disk.', bucket, messagesText(messages), size),
      showing(folder),
    );
  } else if (only) {
    const names = done.map(({ bucket }) => bucket).join(', ');
    tellDone(t('Backed up {0}: {1} on disk.', names, formatSize(packed)), showing(parent));
  }
}

/** Where a backup goes by default, and where one is looked for. */
export function defaultFolder(): vscode.Uri {
  return vscode.workspace.workspaceFolders?.[0]?.uri ?? vscode.Uri.file(homedir());
}

async function isMeant(places: readonly BucketPlace[]): Promise<boolean> {
  const { t } = vscode.l10n;
  const statuses = await Promise.all(
    places.map(async ({ session, bucket }) => (await session.connect()).bucketStatus(bucket)),
  );
  const size = statuses.reduce((sum, status) => sum + status.size, 0);
  const [first] = places;
  if (size < largeBytes || !first) {
    return true;
  }
  const names = places.map(({ bucket }) => bucket).join(', ');
  const question = environmentTitle(
    first.session.config,
    t('Back up {0} from {1}?', names, first.session.name),
  );
  const detail = t(
    'The server reads all of it, {0}, and sends it packed. It can be cancelled at any time.',
    formatSize(size),
  );
  const action = t('Back Up');
  return (
    (await plainWindow.showInformationMessage(question, { modal: true, detail }, action)) === action
  );
}

async function backUpOne({ session, bucket }: BucketPlace, folder: string): Promise<BackedUp> {
  const connection = await session.connect();
  const title = vscode.l10n.t('Backing up {0} of {1}', bucket, session.name);
  return withPlanProgress(
    title,
    undefined,
    (signal, onProgress) => backUp(connection, bucket, folder, { signal, onProgress }),
    undefined,
    formatSize,
  );
}

/**
 * Sorts by time, and is a name on every disk. `taken`: what this run has made, of buckets of the same name
 * on other connections too.
 */
export function folderName(bucket: string, now: Date, taken: readonly string[]): string {
  const two = (part: number) => String(part).padStart(2, '0');
  const date = `${now.getFullYear()}${two(now.getMonth() + 1)}${two(now.getDate())}`;
  const time = [now.getHours(), now.getMinutes(), now.getSeconds()].map(two).join('');
  const name = `KV_${bucket}-${date}-${time}`;
  const many = taken.filter((path) => basename(path).startsWith(name)).length;
  return many === 0 ? name : `${name}-${many + 1}`;
}
