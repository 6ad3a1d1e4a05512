import * as vscode from 'vscode';
import { DisposableStore, type Disposable } from '../../kv/base/event';
import { consequencesOf, isLoss, type Holdings } from '../../kv/config/consequences';
import { isProduction } from '../../kv/model/connectionConfig';
import { isKvError, KvError, messageOf } from '../../kv/model/errors';
import { placeOf } from '../../views/buckets/rows/productionMark';
import {
  changePlanText,
  changeReportText,
  consequenceText,
} from '../../views/config/changePlanText';
import { bucketConfigScheme } from '../contributions';
import { formatCount } from '../../views/format/format';
import type { PlanDocuments } from '../plans/planDocuments';
import type { BucketDocuments, PreparedEdit } from './bucketDocuments';
import { holdingsOf, isCountable } from './bucketHoldings';
import { bucketUri, type BucketAddress } from './bucketUri';

/** Whether what cannot be brought back is meant to go. */
export type Confirm = (edit: PreparedEdit, losses: readonly string[]) => Promise<boolean>;

/** Shows how far something has come of a total, with Cancel. */
export type WithProgress = <R>(
  title: string,
  total: number,
  run: (signal: AbortSignal, tell: (done: number) => void) => Promise<R>,
) => Thenable<R>;

/** What a save would do, and what of it cannot be brought back. */
interface ChangePlan {
  readonly text: string;
  readonly title: string;
  readonly losses: readonly string[];
}

type Settle = (failure?: Error) => void;

/**
 * Owns the saves that wait for their plan to be carried out or given up; changes only through `save`,
 * the plans themselves, and the typing of the user, which makes a plan another one.
 */
export class BucketSaves implements Disposable {
  private readonly store = new DisposableStore();
  private readonly waiting = new Map<string, Settle>();

  constructor(
    private readonly documents: BucketDocuments,
    private readonly plans: PlanDocuments,
    private readonly confirm: Confirm,
    private readonly withProgress: WithProgress,
  ) {
    this.store.add(
      vscode.workspace.onDidChangeTextDocument(({ document: { uri }, contentChanges }) => {
        if (uri.scheme === bucketConfigScheme && contentChanges.length > 0) {
          const edited = vscode.l10n.t('the text was edited after its plan was made. Save again');
          this.waiting.get(uri.toString())?.(new KvError('cancelled', edited));
        }
      }),
    );
  }

  /** Shows what a save would do, and ends when that is done. Throws where it is not. */
  async save(address: BucketAddress, text: string): Promise<void> {
    const edit = await this.documents.prepare(address, text);
    refuseOther(edit);
    if (!edit.open.latest) {
      await this.documents.create(address, edit);
    } else if (edit.changes.length > 0) {
      await this.planned(address, edit);
    }
  }

  /** Shows what a save would do, and saves nothing. */
  async preview(address: BucketAddress, text: string): Promise<void> {
    const edit = await this.documents.prepare(address, text);
    refuseOther(edit);
    if (!edit.open.latest || edit.changes.length === 0) {
      throw new KvError('cancelled', vscode.l10n.t('nothing of the configuration is changed'));
    }
    const { text: plan, title } = this.planOf(edit, await holdingsOf(edit));
    const carryOut = (): Promise<undefined> => Promise.resolve(undefined);
    await this.plans.open({ name: title, text: plan, action: undefined, carryOut });
  }

  dispose(): void {
    this.store.dispose();
    const failure = new KvError('cancelled', vscode.l10n.t('the extension was stopped'));
    [...this.waiting.values()].forEach((settle) => settle(failure));
  }

  private async planned(address: BucketAddress, edit: PreparedEdit): Promise<void> {
    const uri = uriOf(address);
    const holdings = await holdingsOf(edit);
    const first = this.planOf(edit, holdings);
    const { text, title } = first;
    let { losses } = first;
    const discarded = vscode.l10n.t('its plan was not carried out; nothing was changed');
    let settle: Settle = () => undefined;
    const settled = new Promise<void>((resolve, reject) => {
      settle = (failure) => {
        if (this.waiting.get(uri) === settle) {
          this.waiting.delete(uri);
        }
        if (failure) {
          reject(failure);
        } else {
          resolve();
        }
      };
    });
    this.waiting.get(uri)?.(new KvError('cancelled', discarded));
    this.waiting.set(uri, settle);
    await this.plans.open({
      name: title,
      text,
      action: vscode.l10n.t('Change {0}', address.bucket),
      carryOut: () =>
        this.waiting.get(uri) === settle
          ? this.carryOut(address, edit, { title, losses, settle })
          : Promise.resolve(outdated(title)),
      ...(isCountable(edit, holdings) && {
        refine: {
          title: vscode.l10n.t('Count Exactly ({0} messages)', formatCount(holdings.values)),
          run: async () => {
            const counted = await this.counted(edit, holdings.values);
            losses = counted?.losses ?? losses;
            return counted?.text;
          },
        },
      }),
      onDropped: () => settle(new KvError('cancelled', discarded)),
    });
    await settled;
  }

  private async carryOut(
    address: BucketAddress,
    edit: PreparedEdit,
    { title, losses, settle }: { title: string; losses: readonly string[]; settle: Settle },
  ): Promise<string | undefined> {
    const isAsked = losses.length > 0 || isProduction(edit.session.config);
    if (isAsked && !(await this.confirm(edit, losses))) {
      return undefined;
    }
    const { t } = vscode.l10n;
    try {
      const outcome = await this.documents.save(address, edit);
      if (outcome.kind === 'conflict') {
        refuseOther(edit);
        throw new KvError('server', t('the configuration changed meanwhile; nothing was sent'));
      }
      settle();
      return changeReportText(title, [
        t('Done: {0}.', edit.changes.map(({ name }) => name).join(', ')),
      ]);
    } catch (error) {
      settle(error instanceof Error ? error : new Error(messageOf(error)));
      return changeReportText(title, [t('Refused: {0}.', messageOf(error))]);
    }
  }

  /** The same by reading every message, with progress; undefined when that was cancelled. */
  private async counted(edit: PreparedEdit, total: number): Promise<ChangePlan | undefined> {
    const title = vscode.l10n.t('Counting what a change of {0} does', edit.open.bucket);
    try {
      const holdings = await this.withProgress(title, total, (signal, tell) =>
        holdingsOf(edit, { signal, onProgress: (read) => tell(read) }),
      );
      return this.planOf(edit, holdings);
    } catch (error) {
      if (isKvError(error, 'cancelled')) {
        return undefined;
      }
      throw error;
    }
  }

  private planOf(edit: PreparedEdit, holdings: Holdings): ChangePlan {
    const { open, session, base, values, changes, doubts } = edit;
    const consequences = consequencesOf(
      open.bucket,
      open.valuesIn(base) ?? {},
      values,
      changes,
      holdings,
    );
    const title = vscode.l10n.t('Change {0} on {1}', open.bucket, placeOf(session.config));
    const text = changePlanText({
      title,
      changes,
      consequences,
      doubts: doubts.map(({ message }) => `${message}.`),
      holdings,
    });
    return { text, title, losses: consequences.filter(isLoss).map(consequenceText) };
  }
}

/** Throws where the server has something else than what the text was made of. */
function refuseOther({ open, session, base }: PreparedEdit): void {
  const { t } = vscode.l10n;
  const [side, bucket, place] = [open.sideOf(base), open.bucket, session.name];
  switch (side.kind) {
    case 'same':
      return;
    case 'changed':
      throw new KvError(
        'server',
        t(
          "{0} changed on {1} meanwhile ({2}); nothing was sent. Above the first line: Compare, Merge, Take Server's",
          bucket,
          place,
          side.fields.join(', '),
        ),
      );
    case 'remade':
      throw new KvError(
        'server',
        t(
          '{0} was deleted on {1} and made again: it is another bucket now. Nothing was sent',
          bucket,
          place,
        ),
      );
    case 'gone':
      throw new KvError(
        'notFound',
        t('{0} was deleted on {1}. Create Bucket from… makes one from this text', bucket, place),
      );
    case 'unknown':
      throw new KvError(
        'server',
        t(
          'it is not known any more which configuration this text was made of. Compare or Merge first',
        ),
      );
  }
}

function outdated(title: string): string {
  return changeReportText(title, [
    vscode.l10n.t('This plan is not up to date any more: save the document again.'),
  ]);
}

function uriOf(address: BucketAddress): string {
  return bucketUri(address).toString();
}
