import type { ShownText } from '../kv/values/valueCodec';
import type * as vscode from 'vscode';
import type { DisposableStore } from '../kv/base/event';
import { later } from '../kv/base/later';
import { DeletedEntries } from '../kv/operations/deletedEntries';
import type { Connections } from '../kv/session/connections';
import type { BucketsView } from '../views/buckets/bucketsView';
import type { TreeNode } from '../views/buckets/rows/nodes';
import type { Pins } from '../views/buckets/rows/pins';
import type { FindResults } from '../views/find/findResults';
import type { HistoryView } from '../views/history/historyView';
import { bucketCommands } from './commands/buckets/bucketCommands';
import { BucketJson } from './commands/buckets/bucketJson';
import { SideDocuments } from './commands/compare/sideDocuments';
import type { KeyChoice } from './commands/keys/keyChoice';
import { lazyCommands, type CommandMap } from './commands/register';
import type { FilterOf } from './commands/rowIndex';
import type { Documents } from './composeDocuments';
import type { Pages } from './composePages';
import type { ConnectionSecrets } from './connections/connectionSecrets';
import type { AskForSecret } from './connections/credentialSource';
import type { CredentialsOfDial, OpenTunnel } from './connections/openConnection';
import type { MovedEditors } from './documents/editors/movedEditors';
import type { PlanDocuments } from './plans/planDocuments';
import type { ImportJournal } from './transfer/importJournal';

interface CommandNeeds {
  readonly connections: Connections;
  readonly secrets: ConnectionSecrets;
  readonly login: CredentialsOfDial;
  readonly ask: AskForSecret;
  readonly log: vscode.LogOutputChannel;
  readonly extensionId: string;
  readonly choice: KeyChoice;
  /** The row of the tree that a command without one is about. */
  readonly selected: () => TreeNode | undefined;
  readonly filterOf: FilterOf;
  readonly pages: Pages;
  readonly plans: PlanDocuments;
  /** The characters that part keys into folders. */
  readonly separators: () => string;
  readonly view: BucketsView;
  readonly history: HistoryView;
  readonly documents: Documents;
  readonly moved: MovedEditors;
  readonly pins: Pins;
  readonly imports: ImportJournal;
  /** The text that an editor shows of a value; undefined for what is no text. */
  readonly shownText: ShownText;
  readonly openTunnel: OpenTunnel;
  /** Has the codecs loaded that values may need. */
  readonly ready: () => Promise<void>;
  /** What was found last. */
  readonly found: Pick<FindResults, 'children'>;
  readonly memory: vscode.Memento;
  /** Gets what the commands make on the way. */
  readonly store: DisposableStore;
}

/** The commands that belong to no part of their own. What they do is loaded when one of them runs. */
export function composeCommands(needs: CommandNeeds): readonly CommandMap[] {
  return [...connectionGroups(needs), ...bucketGroups(needs), ...keyGroups(needs)];
}

function connectionGroups(needs: CommandNeeds): readonly CommandMap[] {
  const { connections, secrets, login, ask, log, extensionId, choice } = needs;
  const tester = later(async () => {
    const { ConnectionTester } = await import('./connections/connectionTester');
    return new ConnectionTester(
      login,
      async (options, signal) =>
        (await import('../kv/nats/testConnection')).testConnection(options, signal),
      needs.openTunnel,
    );
  });
  return [
    lazyCommands('connections', async () => {
      const { connectionCommands } = await import('./commands/connections/connectionCommands');
      const { probeDraft } = await import('./commands/connections/connectionFlow');
      const probe = probeDraft;
      return connectionCommands({ connections, secrets, tester: await tester(), probe, log });
    }),
    lazyCommands('sessions', async () => {
      const { sessionCommands } = await import('./commands/connections/sessionCommands');
      return sessionCommands({ connections, secrets, tester: await tester(), ask });
    }),
    lazyCommands('links', async () => {
      const { linkCommands } = await import('./commands/links/deepLinks');
      return linkCommands(extensionId, choice);
    }),
  ];
}

function bucketGroups(needs: CommandNeeds): readonly CommandMap[] {
  const { connections, filterOf, pages, log, selected, plans, view, choice, store } = needs;
  const json = store.add(new BucketJson(connections));
  const sides = store.add(new SideDocuments(needs.shownText, needs.ready));
  return [
    bucketCommands({ connections, filterOf, pages, log, json, selected }),
    lazyCommands('asOf', async () => {
      const [{ asOfCommands }, { AsOfView }] = await Promise.all([
        import('./commands/asOf/asOfCommands'),
        import('../views/asOf/asOfView'),
      ]);
      const shown = store.add(new AsOfView(needs.separators));
      return asOfCommands({ connections, plans, selected, view: shown });
    }),
    lazyCommands('backup', async () => {
      const { backupCommands } = await import('./commands/backup/backupCommands');
      return backupCommands(connections, view, selected);
    }),
    lazyCommands('compare', async () => {
      const [{ compareCommands }, { IgnoreMemory }, { CompareView }] = await Promise.all([
        import('./commands/compare/compareCommands'),
        import('./commands/compare/ignoreMemory'),
        import('../views/compare/compareView'),
      ]);
      return compareCommands({
        ...{ connections, plans, selected, documents: sides },
        view: store.add(new CompareView(needs.separators)),
        memory: new IgnoreMemory(needs.memory),
      });
    }),
    lazyCommands('transfer', async () => {
      const { transferCommands } = await import('./commands/transfer/transferCommands');
      const { imports: journal, found } = needs;
      return transferCommands({ connections, plans, choice, filterOf, journal, selected, found });
    }),
  ];
}

function keyGroups(needs: CommandNeeds): readonly CommandMap[] {
  const { connections, view, log, choice, filterOf, plans, selected, history } = needs;
  const { documents } = needs.documents;
  const deleted = new DeletedEntries();
  return [
    lazyCommands('clean', async () => {
      const { cleanCommands } = await import('./commands/clean/cleanCommands');
      return cleanCommands({ connections, plans, deleted, selected });
    }),
    lazyCommands('keys', async () => {
      const { keyCommands } = await import('./commands/keys/keyCommands');
      return keyCommands({
        ...{ connections, view, log, choice, documents, deleted, filterOf, plans },
        moved: (from, to) => needs.moved.follow(from, to),
      });
    }),
    lazyCommands('history', async () => {
      const { historyCommands } = await import('./commands/history/historyCommands');
      return historyCommands({ connections, view: history, choice, log });
    }),
    lazyCommands('editors', async () => {
      const { editorCommands } = await import('./commands/editors/editorCommands');
      return editorCommands(needs.documents, choice, log);
    }),
    lazyCommands('tree', async () => {
      const { treeCommands } = await import('./commands/tree/treeCommands');
      return treeCommands({ connections, view, pins: needs.pins, documents });
    }),
  ];
}
