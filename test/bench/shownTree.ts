import { setTimeout } from 'node:timers/promises';
import { Uri } from 'vscode';
import { ConnectionSession } from '../../src/kv/session/connectionSession';
import { Emitter } from '../../src/kv/base/event';
import type { KeyIndex } from '../../src/kv/session/keyIndex';
import { connect } from '../../src/kv/nats/connect';
import { BucketsView } from '../../src/views/buckets/bucketsView';
import { bucketNode, type BucketNode, type TreeNode } from '../../src/views/buckets/rows/nodes';
import { eventually } from '../support/poll';
import { inBackground } from '../support/inBackground';

/**
 * Owns a Buckets view and asks it for rows as VS Code does: for the children of what is open and the
 * item of each, again whenever the view says that a row changed. Changes only through its methods.
 */
export class ShownTree {
  private readonly view: BucketsView;
  private readonly opened = new Set<string>();
  private readonly shown = new Map<string, readonly TreeNode[]>();
  private readonly read = new Emitter<void>();
  /** Fires when rows have been read. */
  readonly onDidRead = this.read.event;
  /** When the view said that rows changed. */
  readonly refreshes: number[] = [];

  constructor(private readonly session: ConnectionSession) {
    this.view = new BucketsView(
      { all: [session], onDidChange: new Emitter<void>().event },
      {
        inBackground,
        uriOf: ({ bucket, key }) => Uri.from({ scheme: 'natskv', path: `/${bucket}/${key}` }),
      },
    );
    this.view.onDidChangeTreeData((nodes) => {
      this.refreshes.push(performance.now());
      const rows = Array.isArray(nodes) ? nodes : [nodes];
      rows.forEach((row) => row && void this.readRow(row));
    });
  }

  /** The rows below an open row, as they were read last. */
  rows(row: TreeNode): readonly TreeNode[] {
    return this.shown.get(row.id) ?? [];
  }

  indexOf({ bucket }: BucketNode): KeyIndex | undefined {
    return this.session.index(bucket);
  }

  /** Opens a row; resolves when its children have been read once. */
  async open(row: TreeNode): Promise<void> {
    this.opened.add(row.id);
    await this.readRow(row);
  }

  async close(): Promise<void> {
    this.view.dispose();
    await this.session.disconnect();
  }

  private async readRow(row: TreeNode): Promise<void> {
    this.view.getTreeItem(row);
    if (!this.opened.has(row.id)) {
      return;
    }
    const rows = await this.view.getChildren(row);
    rows.forEach((each) => this.view.getTreeItem(each));
    this.shown.set(row.id, rows);
    this.read.fire();
    await Promise.all(
      rows.filter(({ id }) => this.opened.has(id)).map((each) => this.readRow(each)),
    );
  }
}

/** Resolves with the time at which a tree's rows were first as they are waited for. */
export function whenShown(tree: ShownTree, isThere: () => boolean): Promise<number> {
  return new Promise((resolve) => {
    const subscription = tree.onDidRead(() => {
      if (isThere()) {
        subscription.dispose();
        resolve(performance.now());
      }
    });
  });
}

/** Until a view has nothing left to tell of its start, in milliseconds. */
const quietMs = 500;

/**
 * A view on a server, as one sees it before a bucket is opened: with its buckets listed, and at rest.
 * Gives the row of one bucket.
 */
export async function showTree(
  url: string,
  bucket: string,
): Promise<{ readonly tree: ShownTree; readonly row: BucketNode }> {
  const session = await newSession(url);
  const tree = new ShownTree(session);
  await setTimeout(quietMs);
  return { tree, row: bucketNode(session, bucket) };
}

/** A session that has listed all keys of a bucket. */
export async function listedSession(url: string, bucket: string): Promise<ConnectionSession> {
  const session = await newSession(url);
  const index = session.index(bucket);
  index?.open();
  await eventually(() => index?.state.current.kind === 'ready', { timeoutMs: 60_000 });
  return session;
}

async function newSession(url: string): Promise<ConnectionSession> {
  const session = new ConnectionSession({ id: 'bench', name: 'bench', url }, () =>
    connect({ servers: [url] }),
  );
  await session.loadBuckets();
  return session;
}
