import * as vscode from 'vscode';
import { bucketSide } from '../../kv/compare/bucketSide';
import type { BucketStatus } from '../../kv/model/bucket';
import { KvError } from '../../kv/model/errors';
import type { KvConnection } from '../../kv/model/kvConnection';
import { hashOf } from '../../kv/sync/fileForm';
import { SyncBases } from '../../kv/sync/syncBases';
import { SyncComparison } from '../../kv/sync/syncComparison';
import { SyncFolder } from '../../kv/sync/syncFolder';
import type { SyncOptions, SyncSource } from '../../kv/sync/syncRows';
import { placedFile } from '../transfer/workspaceFiles';
import { writeHeaders } from '../writeHeaders';
import type { PlacedPair } from './syncSettings';

/** A bucket as it is now, over the connection of now. */
export interface PresentBucket {
  readonly connection: KvConnection;
  readonly status: BucketStatus;
  readonly source: SyncSource;
}

/** Looks a pair's bucket up. Throws as `bucketStatus` does. */
export async function presentBucket(
  { pair, session }: PlacedPair,
  signal: AbortSignal,
): Promise<PresentBucket> {
  const connection = await session.connect();
  const { bucket, prefix } = pair;
  const status = await connection.bucketStatus(bucket, { signal });
  const side = await bucketSide(connection, { connectionId: session.id, bucket, prefix }, signal);
  const { created } = status;
  if (side.target && side.target.created !== created) {
    throw new KvError(
      'notFound',
      vscode.l10n.t('"{0}" was deleted and made again meanwhile', bucket),
    );
  }
  return { connection, status, source: { side, created } };
}

/**
 * Owns the bases of the pairs of this workspace and whose turn it is to work on one; changes only through
 * its methods.
 */
export class PairWork {
  private readonly bases = new Map<string, Promise<SyncBases>>();
  private readonly turns = new Map<string, Promise<unknown>>();

  /** `storage`: the folder of this workspace's own; undefined without a workspace. */
  constructor(private readonly storage: vscode.Uri | undefined) {}

  /** Works on a pair when nobody else does in this window, and with what other windows have noted of it. */
  async inTurn<R>(placed: PlacedPair, work: () => Promise<R>): Promise<R> {
    const id = idOf(placed);
    const before = this.turns.get(id) ?? Promise.resolve();
    const begin = async (): Promise<R> => {
      await (await this.bases.get(id))?.refresh();
      return work();
    };
    const turn = before.then(begin, begin);
    this.turns.set(id, turn);
    return turn;
  }

  /** Compares a pair; waits for its turn. */
  compare(placed: PlacedPair, options: SyncOptions): Promise<SyncComparison> {
    return this.inTurn(placed, async () => {
      const { source } = await presentBucket(placed, options.signal);
      const { files, path: base } = placedFile(placed.root.uri);
      const comparison = new SyncComparison({
        ...{ pair: placed.pair, source },
        folder: new SyncFolder({ files, base, path: `${base}/${placed.pair.folder}` }),
        bases: await this.basesOf(placed),
        addedHeaders: writeHeaders().map(([name]) => name),
      });
      await comparison.run(options);
      return comparison;
    });
  }

  private basesOf(placed: PlacedPair): Promise<SyncBases> {
    const id = idOf(placed);
    const known = this.bases.get(id);
    if (known) {
      return known;
    }
    if (!this.storage) {
      throw new KvError('unsupported', vscode.l10n.t('a folder of a workspace is needed'));
    }
    const { files, path } = placedFile(vscode.Uri.joinPath(this.storage, 'sync'));
    const opened = SyncBases.open(files, `${path}/${id}`);
    this.bases.set(id, opened);
    opened.catch(() => this.bases.delete(id));
    return opened;
  }
}

/** The name of a pair's bases: another one for whatever else is synchronised. */
function idOf({ pair, session, root }: PlacedPair): string {
  const parts = [session.id, pair.bucket, pair.prefix, root.uri.toString(), pair.folder];
  return hashOf(Buffer.from(JSON.stringify(parts))).slice(0, 32);
}
