import * as vscode from 'vscode';
import { bucketSide } from '../../../kv/compare/bucketSide';
import type { CompareSide } from '../../../kv/compare/compareSide';
import { Comparison } from '../../../kv/compare/comparison';
import {
  ignoredText,
  parseIgnored,
  plainRules,
  type CompareRules,
} from '../../../kv/compare/compareRules';
import type { CopyDirection } from '../../../kv/compare/copyPlan';
import { SourceSide } from '../../../kv/compare/sourceSide';
import type { Connections } from '../../../kv/session/connections';
import type { TreeNode } from '../../../views/buckets/rows/nodes';
import { partText } from '../../../views/compare/compareItems';
import type { ComparedPart, CompareNode } from '../../../views/compare/compareNodes';
import type { CompareView } from '../../../views/compare/compareView';
import { plainText } from '../../../views/shown/plainText';
import { commandIds, contextKeys, viewIds } from '../../contributions';
import { keyUri } from '../../documents/address/keyUri';
import { revisionUri } from '../../documents/address/revisionUri';
import type { PlanDocuments } from '../../plans/planDocuments';
import { inform, setContext } from '../../report';
import { withPlanProgress } from '../planProgress';
import { askText, runSteps } from '../quickSteps';
import type { CommandsOf } from '../register';
import { waitingFor } from '../waiting';
import { askSides } from './askSides';
import { openCopyPlan } from './copySides';
import type { IgnoreMemory } from './ignoreMemory';
import type { SideDocuments } from './sideDocuments';

export interface CompareParts {
  readonly connections: Connections;
  readonly plans: PlanDocuments;
  /** The row of the tree that a command without one is about. */
  readonly selected: () => TreeNode | undefined;
  readonly view: CompareView;
  /** What is ignored, for each pair of sides. */
  readonly memory: IgnoreMemory;
  /** Values of files as documents. */
  readonly documents: SideDocuments;
}

/** Commands that compare two sides, and copy from one to the other. */
export function compareCommands(parts: CompareParts): CommandsOf<'compare'> {
  const { connections, view } = parts;
  return {
    [commandIds.bucketCompare]: async (node?: TreeNode, rows: readonly TreeNode[] = []) => {
      const asked = await askSides(connections, node ?? parts.selected(), rows);
      if (asked) {
        const ignored = parts.memory.of(asked.parts);
        await compare(view, asked.parts, { ...plainRules, ...ignored, by: asked.by });
      }
    },
    [commandIds.compareOpen]: (node: CompareNode | undefined = view.selection[0]) =>
      open(parts, node),
    [commandIds.compareCopyRight]: copying(parts, { from: 0, to: 1 }),
    [commandIds.compareCopyLeft]: copying(parts, { from: 1, to: 0 }),
    [commandIds.compareIgnore]: () => ignore(parts),
    [commandIds.compareRefresh]: async () => {
      const { current } = view;
      if (current) {
        await compare(view, current.parts, current.comparison.rules);
      }
    },
    [commandIds.compareMore]: ({ id }: { readonly id: string }) => view.showMore(id),
    [commandIds.compareClose]: () => {
      view.close();
      setContext(contextKeys.hasComparison, false);
    },
  };
}

async function compare(
  view: CompareView,
  parts: readonly [ComparedPart, ComparedPart],
  rules: CompareRules,
): Promise<void> {
  const [left, right] = parts;
  const title = vscode.l10n.t('Comparing {0} with {1}', partText(left), partText(right));
  await waitingFor(async (waiting) => {
    const comparison = await withPlanProgress(title, undefined, async (signal, tell) => {
      const made = new Comparison([await sideOf(left, signal), await sideOf(right, signal)], rules);
      await made.run({
        signal,
        onProgress: ({ listed, read, total }) =>
          read === undefined ? tell(listed) : tell(read, total),
      });
      return made;
    });
    view.show(parts, comparison);
    setContext(contextKeys.hasComparison, true);
    await waiting.show(viewIds.compare);
  });
}

async function sideOf(part: ComparedPart, signal: AbortSignal): Promise<CompareSide> {
  return part.kind === 'file'
    ? new SourceSide(part.source(), part)
    : bucketSide(await part.session.connect(), part, signal);
}

function copying({ plans, view }: CompareParts, direction: CopyDirection) {
  return async (node?: CompareNode, rows?: readonly CompareNode[]): Promise<void> => {
    const { current } = view;
    const selected = rows ?? (node ? [node] : view.selection);
    const keys = [...new Set(selected.flatMap((row) => view.keysOf(row)))];
    if (!current || keys.length === 0) {
      const { t } = vscode.l10n;
      inform(
        current && selected.length > 0
          ? t('Nothing is left to copy: what was chosen has no keys any longer.')
          : t('Select keys in the Compare view first.'),
      );
      return;
    }
    await openCopyPlan(plans, current, keys, direction);
  };
}

/** Both values beside each other, or the one that there is. */
async function open(
  { view, documents }: CompareParts,
  node: CompareNode | undefined,
): Promise<void> {
  const { current } = view;
  const at =
    node?.kind === 'compareKey' ? current?.comparison.table.find(node.row.path) : undefined;
  if (!current || at === undefined || node?.kind !== 'compareKey') {
    return;
  }
  const { comparison, parts } = current;
  const uriOf = async (side: 0 | 1): Promise<vscode.Uri | undefined> => {
    const part = parts[side];
    const key = comparison.keyOf(side, at);
    const { revision, size } = comparison.table.factsAt(side, at);
    if (size === undefined) {
      return undefined;
    }
    if (part.kind === 'file') {
      return documents.open({ comparison, side, key, name: part.name });
    }
    const { session, bucket, moment } = part;
    const address = { connectionId: session.id, bucket, key };
    return moment ? revisionUri({ ...address, revision }) : keyUri(address);
  };
  const [left, right] = await Promise.all([uriOf(0), uriOf(1)]);
  if (left && right) {
    const title = `${node.row.path}: ${partText(parts[0])} ↔ ${partText(parts[1])}`;
    await vscode.commands.executeCommand('vscode.diff', left, right, plainText(title));
  } else if (left ?? right) {
    await vscode.commands.executeCommand('vscode.open', left ?? right);
  }
}

/** Asks what does not count, now and whenever these sides are compared, and compares again. */
async function ignore({ view, memory }: CompareParts): Promise<void> {
  const { t } = vscode.l10n;
  const { current } = view;
  if (!current) {
    return;
  }
  const { rules } = current.comparison;
  const answers = await runSteps<[string]>(t('Ignore in This Comparison'), [
    (place) =>
      askText(place, {
        prompt: t('Patterns of keys and JSON paths, such as tmp.> or $.updatedAt; empty for none'),
        placeholder: 'tmp.>, $.updatedAt',
        value: ignoredText(rules),
        problem: (text) => {
          const parsed = parseIgnored(text);
          return 'rule' in parsed ? t('{0}: {1}.', parsed.rule, parsed.reason) : undefined;
        },
      }),
  ]);
  const parsed = answers && parseIgnored(answers[0]);
  if (parsed && !('rule' in parsed)) {
    await memory.keep(current.parts, parsed);
    await compare(view, current.parts, { ...rules, ...parsed });
  }
}
