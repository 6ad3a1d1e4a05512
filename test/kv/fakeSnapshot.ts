import type { BucketSnapshot } from '../../src/kv/model/backup';
import type { RestoreOptions } from '../../src/kv/model/kvConnection';
import type { BucketConfig } from '../../src/kv/model/bucket';
import type { Entry } from '../../src/kv/model/entry';
import { KvError, throwIfCancelled } from '../../src/kv/model/errors';
import { FakeBucket } from './fakeBucket';

type Packed = Omit<Entry, 'value'> & { readonly value: string };

interface Archive {
  readonly config: BucketConfig;
  readonly created: number;
  readonly entries: readonly Packed[];
}

/** How many chunks a snapshot of a fake bucket has. */
const parts = 3;
/** How the server's archives begin; what follows is the fake's own. */
const head = Buffer.from('\u00ff\u0006\u0000\u0000S2sTwO NATSARC1 ', 'latin1');

/** What the fake gives for a snapshot: its own form, in some chunks. */
export function snapshotOf(bucket: FakeBucket, now: number): BucketSnapshot {
  const { streamConfig, ...status } = bucket.status(now);
  const archive: Archive = {
    config: bucket.config,
    created: bucket.created,
    entries: bucket
      .since(1)
      .map((entry) => ({ ...entry, value: Buffer.from(entry.value).toString('base64') })),
  };
  const bytes = Uint8Array.from(Buffer.concat([head, Buffer.from(JSON.stringify(archive))]));
  const each = Math.ceil(bytes.length / parts);
  return {
    config: streamConfig,
    state: {
      messages: status.values,
      bytes: status.size,
      first_seq: status.firstRevision,
      last_seq: status.lastRevision,
    },
    chunks: inTurn(
      Array.from({ length: parts }, (_, at) => bytes.slice(at * each, (at + 1) * each)),
    ),
  };
}

/** The bucket that a snapshot is of. Throws as a server does for what it cannot take. */
export async function readSnapshot(
  { config, state, chunks }: BucketSnapshot,
  isTaken: (bucket: string) => boolean,
  { signal, onProgress }: RestoreOptions = {},
): Promise<FakeBucket> {
  const stream = String(config['name']);
  const name = stream.replace(/^KV_/, '');
  if (name === stream) {
    throw new KvError('invalidBucket', `"${stream}" is no stream of a bucket`);
  }
  if (isTaken(name)) {
    throw new KvError('alreadyExists', `a bucket named "${name}" already exists`);
  }
  const received: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of chunks) {
    throwIfCancelled(signal);
    received.push(chunk);
    onProgress?.((bytes += chunk.length));
  }
  throwIfCancelled(signal);
  const archive = parse(Buffer.concat(received).subarray(head.length).toString());
  const bucket = new FakeBucket(archive.config, archive.created);
  const entries = archive.entries.map((entry) => ({
    ...entry,
    value: new Uint8Array(Buffer.from(entry.value, 'base64')),
  }));
  bucket.takeOver(entries, Number(state['last_seq']));
  return bucket;
}

function parse(text: string): Archive {
  try {
    return JSON.parse(text) as Archive;
  } catch (cause) {
    throw new KvError('server', 'the server cannot read the backup: it is damaged', { cause });
  }
}

async function* inTurn(chunks: readonly Uint8Array[]): AsyncIterable<Uint8Array> {
  for (const chunk of chunks) {
    await Promise.resolve();
    yield chunk;
  }
}
