import * as vscode from 'vscode';
import { DisposableStore, type Disposable } from '../../kv/base/event';
import type { RateLimit } from '../../kv/base/rateLimit';
import type { BatchChange } from '../../kv/model/batch';
import { KvError, messageOf, toKvError } from '../../kv/model/errors';
import { wayBack } from '../../kv/operations/wayBack';
import { writeBatch } from '../../kv/operations/writeBatch';
import { writeInTurn } from '../../kv/operations/writeInTurn';
import type { ConnectionSession } from '../../kv/session/connectionSession';
import {
  keysDonePlan,
  keysPlanText,
  stoppedText,
  type KeysPlanFacts,
} from '../../views/plan/keysPlanText';
import type { PlanDocuments, PlanReport } from '../plans/planDocuments';
import type { ManyKeysDocuments, ManyKeysName } from './manyKeysDocuments';
import type { PreparedKeys } from './prepareKeys';
import { RunningSaves } from './runningSaves';
import { capital, doneText, planFacts } from './saveTexts';

/** What saving needs of what is above it. */
export interface ManyKeysDialogs {
  /** Whether so many keys shall be written there. */
  readonly confirm: (
    place: { readonly session: ConnectionSession; readonly bucket: string },
    count: number,
  ) => Promise<boolean>;
  /** Shows that it is under way; how far where there are many writes. */
  readonly withProgress: <R>(
    title: string,
    writes: number,
    run: (signal: AbortSignal, tell: (done: number) => void) => Promise<R>,
  ) => Thenable<R>;
  readonly rate: () => RateLimit;
  /** Says what was done, with Undo. */
  readonly tell: (message: string, undo: () => Promise<unknown>) => void;
  /** What a schema of the settings has against a value, as a clause. */
  readonly schemaProblem: (
    place: { readonly connectionId: string; readonly bucket: string; readonly key: string },
    value: Uint8Array,
  ) => Promise<string | undefined>;
}

/** What was written: the revisions of the edits from the first on, and what stopped it there. */
interface Written {
  readonly revisions: readonly number[];
  readonly failure?: string;
}

/** More changes than these, and any deletion, are shown before they are made. */
const mostUnplanned = 20;

/**
 * Owns the saves of keys that wait for their plan to be carried out or given up; changes only through `save`, the
 * plans themselves, and the typing of the user, which makes a plan another one.
 */
export class ManyKeysSaves implements Disposable {
  private readonly store = new DisposableStore();
  private readonly waiting = new Map<string, (failure?: Error) => void>();
  private readonly running = this.store.add(
    new RunningSaves((uri) => this.documents.tell({ uri })),
  );

  constructor(
    private readonly documents: ManyKeysDocuments,
    private readonly plans: PlanDocuments,
    private readonly dialogs: ManyKeysDialogs,
  ) {
    this.store.add(
      vscode.workspace.onDidChangeTextDocument(({ document: { uri }, contentChanges }) => {
        if (contentChanges.length > 0) {
          const edited = vscode.l10n.t('the text was edited after its plan was made. Save again');
          this.waiting.get(uri.toString())?.(new KvError('cancelled', edited));
        }
      }),
    );
  }

  /** Writes what a text changes; shows it first where that is much. Throws where it is not written. */
  async save(name: ManyKeysName, text: string): Promise<void> {
    const end = this.running.begins(name.uri);
    try {
      await this.saveNow(name, text);
      end(true);
    } catch (error) {
      end(false);
      throw error;
    } finally {
      this.documents.tell(name);
    }
  }

  /** Whether a document is being saved, or waits for its plan. */
  isSaving(uri: string): boolean {
    return this.running.has(uri);
  }

  private async saveNow(name: ManyKeysName, text: string): Promise<void> {
    const prepared = await this.documents.prepare(name, text);
    const { edits, isAtomic } = prepared;
    if (edits.length === 0) {
      await this.documents.written(name, prepared, []);
      return;
    }
    await this.checkSchemas(prepared);
    const isDeleting = edits.some(({ change }) => change.kind === 'delete');
    const isInParts = !isAtomic && edits.length > 1;
    if (isDeleting || isInParts || edits.length > mostUnplanned) {
      await this.planned(name, prepared);
      return;
    }
    if (!(await this.dialogs.confirm(placeOfOpen(prepared), edits.length))) {
      throw new KvError('cancelled', vscode.l10n.t('nothing was sent'));
    }
    const written = await this.write(name, prepared);
    if (written.failure !== undefined) {
      throw new KvError('server', written.failure);
    }
    this.dialogs.tell(doneText(prepared, written.revisions), () =>
      this.undo(name, prepared, written),
    );
  }

  dispose(): void {
    this.store.dispose();
    const failure = new KvError('cancelled', vscode.l10n.t('the extension was stopped'));
    [...this.waiting.values()].forEach((settle) => settle(failure));
  }

  /** A schema has to be kept by each value that is written. */
  private async checkSchemas({ open, edits }: PreparedKeys): Promise<void> {
    const { connectionId, bucket } = open.address;
    for (const { change } of edits) {
      const { key } = change;
      const problem =
        change.kind === 'put'
          ? await this.dialogs.schemaProblem({ connectionId, bucket, key }, change.value)
          : undefined;
      if (problem !== undefined) {
        const message = vscode.l10n.t('{0} breaks its schema: {1}', key, problem);
        throw new KvError('invalidConfig', message);
      }
    }
  }

  private async planned(name: ManyKeysName, prepared: PreparedKeys): Promise<void> {
    const { t } = vscode.l10n;
    const [facts, { edits }] = [planFacts(prepared), prepared];
    const discarded = t('its plan was not carried out; nothing was changed');
    let settle: (failure?: Error) => void = () => undefined;
    const settled = new Promise<void>((resolve, reject) => {
      settle = (failure) => {
        if (this.waiting.get(name.uri) === settle) {
          this.waiting.delete(name.uri);
        }
        if (failure) {
          reject(failure);
        } else {
          resolve();
        }
      };
    });
    this.waiting.get(name.uri)?.(new KvError('cancelled', discarded));
    this.waiting.set(name.uri, settle);
    await this.plans.open({
      name: facts.title,
      text: keysPlanText(facts),
      action: facts.action,
      carryOut: async () => {
        const isWaiting = (): boolean => this.waiting.get(name.uri) === settle;
        if (isWaiting() && !(await this.dialogs.confirm(placeOfOpen(prepared), edits.length))) {
          return undefined;
        }
        if (!isWaiting()) {
          return keysDonePlan(facts, [t('This plan is not up to date any more: save again.')], []);
        }
        // What is being written is not given up where the text is edited.
        this.waiting.delete(name.uri);
        return this.carryOut(name, prepared, facts, settle);
      },
      onDropped: () => settle(new KvError('cancelled', discarded)),
    });
    await settled;
  }

  private async carryOut(
    name: ManyKeysName,
    prepared: PreparedKeys,
    facts: KeysPlanFacts,
    settle: (failure?: Error) => void,
  ): Promise<PlanReport> {
    const written = await this.write(name, prepared).catch((error: unknown) => {
      settle(toKvError(error));
      throw error;
    });
    const { revisions, failure } = written;
    settle(failure === undefined ? undefined : new KvError('server', failure));
    const summary =
      failure === undefined ? [doneText(prepared, revisions)] : [`${capital(failure)}.`];
    return {
      text: keysDonePlan(facts, summary, revisions),
      ...(revisions.length > 0 && {
        undo: async () => {
          const told = await this.undo(name, prepared, written);
          return keysDonePlan(facts, [told], []);
        },
      }),
    };
  }

  private async write(name: ManyKeysName, prepared: PreparedKeys): Promise<Written> {
    const { edits, isAtomic } = prepared;
    const changes = edits.map(({ change }) => change);
    const title = vscode.l10n.t('Saving {0}', name.name);
    const writes = isAtomic ? 1 : changes.length;
    const written = await this.dialogs.withProgress(title, writes, (signal, tell) =>
      this.writeChanges(prepared, changes, signal, tell),
    );
    await this.documents.written(name, prepared, written.revisions);
    return written;
  }

  /** As one where the bucket takes that, else one after the other up to the first that is refused. */
  private async writeChanges(
    { open: { session, address }, isAtomic, bucketCreated }: Omit<PreparedKeys, 'edits' | 'text'>,
    changes: readonly BatchChange[],
    signal: AbortSignal,
    tell: (done: number) => void,
  ): Promise<Written> {
    const { t } = vscode.l10n;
    const { bucket } = address;
    const connection = await session.connect();
    if (isAtomic) {
      const result = await writeBatch({ connection, bucket }, changes, { signal, bucketCreated });
      switch (result.kind) {
        case 'saved':
          return { revisions: changes.map((_, at) => result.first + at) };
        case 'conflict': {
          const keys = result.keys.map(({ key, revision }) => `${key} (r${revision})`).join(', ');
          return { revisions: [], failure: t('{0} changed meanwhile; nothing was written', keys) };
        }
        case 'notWritten':
          return { revisions: [], failure: t('nothing was written: {0}', result.error.message) };
        case 'unknown':
          return {
            revisions: [],
            failure: t(
              'it is not known whether it was written, all of it or nothing: {0}',
              result.reason,
            ),
          };
      }
    }
    const options = { signal, rate: this.dialogs.rate(), onProgress: tell, bucketCreated };
    const { revisions, stopped } = await writeInTurn({ connection, bucket }, changes, options);
    const at = changes[revisions.length];
    return stopped && at
      ? { revisions, failure: stoppedText(at.key, stopped, revisions.length, changes.length) }
      : { revisions };
  }

  /** Puts back what was there before, where nobody changed it since. Says what came of it. */
  private async undo(
    name: ManyKeysName,
    { open, edits, bucketCreated }: PreparedKeys,
    { revisions }: Written,
  ): Promise<string> {
    const { t } = vscode.l10n;
    const before = new Map(edits.map((edit) => [edit.change.key, edit.before]));
    const back = wayBack(
      edits.map(({ change }) => change),
      revisions,
      (key) => before.get(key),
    );
    // What was one change goes back as one where the bucket still takes that.
    const isAtomic = open.atomic === 'on';
    const { revisions: undone, failure } = await this.dialogs.withProgress(
      t('Undoing the save of {0}', name.name),
      isAtomic ? 1 : back.length,
      (signal, tell) => this.writeChanges({ open, isAtomic, bucketCreated }, back, signal, tell),
    );
    if (this.documents.find(name.uri)) {
      await this.documents.lookAfterwards(name);
    }
    if (failure !== undefined) {
      const message = t('Failed to undo the save of {0}: {1}.', name.name, failure);
      throw new KvError('server', messageOf(new Error(message)));
    }
    return t('Undone: {0} keys are what they were before.', undone.length);
  }
}

function placeOfOpen({ open }: PreparedKeys): {
  readonly session: ConnectionSession;
  readonly bucket: string;
} {
  return { session: open.session, bucket: open.address.bucket };
}
