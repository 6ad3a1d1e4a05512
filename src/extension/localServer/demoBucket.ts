import * as vscode from 'vscode';
import { KvError, isKvError } from '../../kv/model/errors';
import type { Entry, WriteOutcome } from '../../kv/model/entry';
import type { BucketStatus } from '../../kv/model/bucket';
import type { KvConnection } from '../../kv/model/kvConnection';
import { demoValues } from './demoValues';

type DemoConnection = Pick<KvConnection, 'bucketStatus' | 'createBucket' | 'get' | 'put'>;

/** What tells a bucket of ours from one that somebody else calls demo. */
const description = 'Demo data of NATS KV Explorer, to try things on';

/** So many are made beside each other at most. */
const mostBuckets = 20;

/**
 * Makes a bucket and fills it; one that is there already is never written to. Returns its name: `demo`, or
 * `demo-2` and so on where there is one. Throws as `createBucket` and `put` do, and `timeout` where it is not
 * known whether a key was stored.
 */
export async function addDemoBucket(connection: DemoConnection): Promise<string> {
  const { name: bucket, created } = await createNext(connection);
  const bytes = new TextEncoder();
  await Promise.all(
    Object.entries(demoValues).map(async ([key, value]) => {
      const text = typeof value === 'string' ? value : JSON.stringify(value);
      const options = { expected: 0, bucketCreated: created };
      checkKnown(await connection.put(bucket, key, bytes.encode(text), options));
    }),
  );
  return bucket;
}

/**
 * Changes a key of a demo bucket as another program would: one less in stock. By compare-and-swap against
 * what is there now: where another has been faster, that is the change. Throws `denied` for any other bucket,
 * `notFound` for a key without a value, `timeout` where it is not known whether it was stored.
 */
export async function changeDemoKey(
  connection: DemoConnection,
  bucket: string,
  key: string,
): Promise<void> {
  const status = await connection.bucketStatus(bucket);
  if (status.description !== description) {
    throw new KvError('denied', vscode.l10n.t('{0} is no bucket of the demo', bucket));
  }
  const entry = await connection.get(bucket, key, { consistent: true });
  if (entry?.operation !== 'PUT') {
    throw new KvError('notFound', vscode.l10n.t('there is no key {0}', key));
  }
  const options = { expected: entry.revision, bucketCreated: status.created };
  checkKnown(await connection.put(bucket, key, changed(entry), options));
}

function checkKnown(outcome: WriteOutcome): void {
  if (outcome.kind === 'unknown') {
    throw new KvError('timeout', outcome.reason);
  }
}

async function createNext(connection: DemoConnection): Promise<BucketStatus> {
  for (let number = 1; ; number++) {
    const name = number === 1 ? 'demo' : `demo-${number}`;
    try {
      return await connection.createBucket({ name, description, history: 10 });
    } catch (error) {
      if (!isKvError(error, 'alreadyExists') || number === mostBuckets) {
        throw error;
      }
    }
  }
}

function changed({ value }: Entry): Uint8Array {
  const text = new TextDecoder().decode(value);
  return new TextEncoder().encode(changedObject(text) ?? `${text} (changed by somebody else)`);
}

function changedObject(text: string): string | undefined {
  try {
    const value = JSON.parse(text) as unknown;
    if (typeof value !== 'object' || value === null || Array.isArray(value)) {
      return undefined;
    }
    const { stock = 0 } = value as { readonly stock?: unknown };
    const left = typeof stock === 'number' ? stock - 1 : 0;
    return JSON.stringify({ ...value, stock: left, changedBy: 'somebody else' });
  } catch {
    return undefined;
  }
}
