import { randomUUID } from 'node:crypto';
import * as vscode from 'vscode';
import { DisposableStore, type Disposable } from '../../kv/base/event';
import { commandIds, contextKeys, planScheme } from '../contributions';
import { iconText } from '../../views/shown/plainText';
import { plainWindow } from '../../views/shown/plainWindow';
import { setContext } from '../report';

/** A bulk action before it is carried out. */
export interface Plan {
  /** Title of the document, without what a path cannot hold. */
  readonly name: string;
  /** What would happen, as a document that reads like a diff. */
  readonly text: string;
  /** The button that carries it out; undefined where there is nothing to do. */
  readonly action: string | undefined;
  /** Carries it out and gives the report; undefined when the user thought better of it. */
  readonly carryOut: () => Promise<string | PlanReport | undefined>;
  /** Finds out more exactly what would happen, where that takes long enough to be asked for. */
  readonly refine?: {
    readonly title: string;
    /** Gives the text with it; undefined when the user thought better of it. */
    readonly run: () => Promise<string | undefined>;
  };
  /** Told when its last tab is closed before it was carried out. */
  readonly onDropped?: () => void;
}

/** What became of a plan that can be undone. */
export interface PlanReport {
  readonly text: string;
  /** Undoes it and gives the report of that; omitted where nothing can be undone. */
  readonly undo?: (() => Promise<string | undefined>) | undefined;
}

/** Reports that can be undone though their documents are closed: each keeps the keys that it is about. */
const mostUndoable = 3;

interface OpenPlan {
  readonly plan: Plan;
  text: string;
  state: 'planned' | 'running' | 'done';
  isRefined?: boolean;
  undo?: PlanReport['undo'];
}

/**
 * Owns the plans that are open as documents; changes only through `open`, `carryOut`, `undo`, `discard` and the
 * closing of a document. Once it is carried out, a document tells what became of its plan.
 */
export class PlanDocuments
  implements vscode.TextDocumentContentProvider, vscode.CodeLensProvider, Disposable
{
  private readonly store = new DisposableStore();
  private readonly changed = this.store.add(new vscode.EventEmitter<vscode.Uri>());
  private readonly lensesChanged = this.store.add(new vscode.EventEmitter<void>());
  private readonly plans = new Map<string, OpenPlan>();

  readonly onDidChange = this.changed.event;
  readonly onDidChangeCodeLenses = this.lensesChanged.event;

  constructor() {
    const { workspace, languages } = vscode;
    this.store.add(workspace.registerTextDocumentContentProvider(planScheme, this));
    this.store.add(languages.registerCodeLensProvider({ scheme: planScheme }, this));
    this.store.add(
      workspace.onDidCloseTextDocument(({ uri }) => {
        this.forget(uri.toString());
        this.tellReady();
      }),
    );
    this.store.add(
      // A document lives on for minutes after its tab.
      vscode.window.tabGroups.onDidChangeTabs(({ closed }) =>
        closed.forEach(({ input }) => input instanceof vscode.TabInputText && this.drop(input.uri)),
      ),
    );
    this.tellReady();
  }

  async open(plan: Plan): Promise<void> {
    const path = `/${plan.name.replace(/[/\\]/g, '∕')}.diff`;
    // VS Code would show the text of an earlier plan again, of an earlier window too.
    const uri = vscode.Uri.from({ scheme: planScheme, path, query: randomUUID() });
    this.plans.set(uri.toString(), { plan, text: plan.text, state: 'planned' });
    this.tellReady();
    await show(uri);
  }

  /** Opens a report again that can still be undone, whose document may be closed; asks which of several. */
  async reopen(): Promise<void> {
    const items = this.undoable.map(([uri, { plan }]) => ({ label: plan.name, uri }));
    const title = vscode.l10n.t('Show a Report That Can Be Undone');
    const chosen =
      items.length > 1 ? await plainWindow.showQuickPick(items.toReversed(), { title }) : items[0];
    if (chosen) {
      await show(vscode.Uri.parse(chosen.uri, true));
    }
  }

  private get undoable(): readonly [uri: string, open: OpenPlan][] {
    return [...this.plans].filter(([, { state, undo }]) => state === 'done' && undo !== undefined);
  }

  /** What runs, and the last that can be undone, outlive their documents. */
  private forget(uri: string): void {
    const open = this.plans.get(uri);
    if (open?.state !== 'running' && open?.undo === undefined) {
      this.plans.delete(uri);
    }
    const old = this.undoable.slice(0, -mostUndoable).map(([each]) => each);
    const shown = new Set(vscode.workspace.textDocuments.map((each) => each.uri.toString()));
    old.filter((each) => !shown.has(each)).forEach((each) => this.plans.delete(each));
  }

  provideTextDocumentContent(uri: vscode.Uri): string {
    return (
      this.plans.get(uri.toString())?.text ??
      vscode.l10n.t('# This plan was made before the window was loaded again. Make it anew.')
    );
  }

  provideCodeLenses({ uri }: vscode.TextDocument): vscode.CodeLens[] {
    const open = this.plans.get(uri.toString());
    const range = new vscode.Range(0, 0, 0, 0);
    const lens = (title: string, command: string): vscode.CodeLens =>
      new vscode.CodeLens(range, { title, command, arguments: [uri] });
    switch (open?.state) {
      case 'planned':
        return open.plan.action === undefined
          ? []
          : [
              lens(iconText('check-all', open.plan.action), commandIds.planCarryOut),
              ...(open.plan.refine && !open.isRefined
                ? [lens(iconText('search', open.plan.refine.title), commandIds.planRefine)]
                : []),
              lens(iconText('discard', vscode.l10n.t('Discard')), commandIds.planDiscard),
            ];
      case 'running':
        return [lens(iconText('loading~spin', vscode.l10n.t('Under way…')), '')];
      case 'done':
        return open.undo
          ? [lens(iconText('discard', vscode.l10n.t('Undo')), commandIds.planUndo)]
          : [];
      case undefined:
        return [];
    }
  }

  /** Carries out the plan of a document, of the active one when none is named. */
  async carryOut(named?: vscode.Uri): Promise<void> {
    const uri = named ?? activeUri();
    const open = uri && this.plans.get(uri.toString());
    if (!uri || open?.state !== 'planned' || open.plan.action === undefined) {
      return;
    }
    this.set(uri, open, 'running');
    try {
      const told = await open.plan.carryOut();
      const report = typeof told === 'string' ? { text: told } : told;
      open.text = report?.text ?? open.text;
      open.undo = report?.undo;
      this.set(uri, open, report === undefined ? 'planned' : 'done');
    } catch (error) {
      this.set(uri, open, 'planned');
      throw error;
    }
  }

  /** Has the plan of a document tell more exactly what would happen, of the active one when none is named. */
  async refine(named?: vscode.Uri): Promise<void> {
    const uri = named ?? activeUri();
    const open = uri && this.plans.get(uri.toString());
    if (!uri || open?.state !== 'planned' || !open.plan.refine || open.isRefined) {
      return;
    }
    this.set(uri, open, 'running');
    try {
      const text = await open.plan.refine.run();
      open.isRefined = text !== undefined;
      open.text = text ?? open.text;
    } finally {
      this.set(uri, open, 'planned');
    }
  }

  /** Undoes the plan of a document that was carried out, of the active one when none is named. */
  async undo(named?: vscode.Uri): Promise<void> {
    const uri = named ?? activeUri();
    const open = uri && this.plans.get(uri.toString());
    const undo = open?.state === 'done' ? open.undo : undefined;
    if (!uri || !open || !undo) {
      return;
    }
    open.undo = undefined;
    this.set(uri, open, 'running');
    try {
      const report = await undo();
      open.text = report ?? open.text;
      open.undo = report === undefined ? undo : undefined;
    } catch (error) {
      open.undo = undo;
      throw error;
    } finally {
      this.set(uri, open, 'done');
    }
  }

  async discard(uri = activeUri()): Promise<void> {
    const tabs = vscode.window.tabGroups.all.flatMap((group) => group.tabs);
    const closed = tabs.filter(
      ({ input }) =>
        input instanceof vscode.TabInputText && input.uri.toString() === uri?.toString(),
    );
    await vscode.window.tabGroups.close(closed);
  }

  dispose(): void {
    this.store.dispose();
  }

  /** Tells a plan that nobody looks at any more and that was not carried out. */
  private drop(uri: vscode.Uri): void {
    const open = this.plans.get(uri.toString());
    const isShown = vscode.window.tabGroups.all
      .flatMap((group) => group.tabs)
      .some(
        ({ input }) =>
          input instanceof vscode.TabInputText && input.uri.toString() === uri.toString(),
      );
    if (open?.state === 'planned' && !isShown) {
      open.plan.onDropped?.();
    }
  }

  private set(uri: vscode.Uri, open: OpenPlan, state: OpenPlan['state']): void {
    open.state = state;
    this.changed.fire(uri);
    this.lensesChanged.fire();
    this.tellReady();
    // Its last tab may have been closed while it ran.
    this.drop(uri);
  }

  private tellReady(): void {
    const ready = [...this.plans]
      .filter(([, { state, plan }]) => state === 'planned' && plan.action !== undefined)
      .map(([uri]) => uri);
    setContext(contextKeys.readyPlans, ready);
    setContext(contextKeys.hasUndoablePlan, this.undoable.length > 0);
  }
}

async function show(uri: vscode.Uri): Promise<void> {
  const document = await vscode.workspace.openTextDocument(uri);
  await vscode.window.showTextDocument(document, { preview: false });
}

function activeUri(): vscode.Uri | undefined {
  return vscode.window.activeTextEditor?.document.uri;
}
