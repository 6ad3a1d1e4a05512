import type * as vscode from 'vscode';
import { commandIds } from '../../contributions';
import type { PlanDocuments } from '../../plans/planDocuments';
import type { CommandMap } from '../register';

/** Commands of the plans of bulk actions. */
export function planCommands(plans: PlanDocuments): CommandMap {
  return {
    [commandIds.planCarryOut]: (uri?: vscode.Uri) => plans.carryOut(uri),
    [commandIds.planUndo]: (uri?: vscode.Uri) => plans.undo(uri),
    [commandIds.planRefine]: (uri?: vscode.Uri) => plans.refine(uri),
    [commandIds.planReopen]: () => plans.reopen(),
    [commandIds.planDiscard]: (uri?: vscode.Uri) => plans.discard(uri),
  };
}
