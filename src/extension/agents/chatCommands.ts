import * as vscode from 'vscode';
import { agentPolicy } from '../../kv/agents/agentPolicy';
import { keyShower } from '../../kv/agents/shownKey';
import { displayText } from '../../kv/values/displayText';
import type { TreeNode } from '../../views/buckets/rows/nodes';
import type { FindNode } from '../../views/find/findNodes';
import type { FindResults } from '../../views/find/findResults';
import type { KeyChoice } from '../commands/keys/keyChoice';
import { commandIds } from '../contributions';
import { inform } from '../report';
import type { ConnectionSession } from '../../kv/session/connectionSession';
import { agentSettings } from './agentSettings';

/** A key that is meant. */
interface MeantKey {
  readonly session: ConnectionSession;
  readonly bucket: string;
  readonly key: string;
}

export interface ChatNeeds {
  readonly choice: Pick<KeyChoice, 'keys'>;
  readonly found: Pick<FindResults, 'children' | 'valuesOf'>;
}

/** `readMany` takes no more. */
const mostKeys = 50;

/** Commands that name keys in the chat; the assistant reads their values by its tools, redacted. */
export function chatCommands({ choice, found }: ChatNeeds) {
  return {
    [commandIds.keyAddToChat]: async (node?: TreeNode, selection?: readonly TreeNode[]) =>
      addToChat(await choice.keys(node, selection)),
    [commandIds.findAddToChat]: (node?: FindNode, selection?: readonly FindNode[]) => {
      const rows = selection ?? (node ? [node] : found.children());
      return addToChat(found.valuesOf(rows));
    },
  };
}

async function addToChat(keys: readonly MeantKey[]): Promise<void> {
  const policy = agentPolicy(agentSettings());
  const isShown = ({ session, bucket, key }: MeantKey): boolean =>
    policy.sees(session.config) && keyShower(bucket, policy.rules)(key).name === key;
  const shown = keys.filter(isShown).slice(0, mostKeys);
  if (shown.length === 0) {
    if (keys.length > 0) {
      inform(
        vscode.l10n.t(
          'Assistants may not see this: {0} and {1} say so.',
          'natsKv.agents.connections',
          'natsKv.agents.redact',
        ),
      );
    }
    return;
  }
  const query = `${[...byBucket(shown)].join('\n')}\n`;
  const options = { query, isPartialQuery: true };
  await vscode.commands.executeCommand('workbench.action.chat.open', options);
}

/** A line for each bucket, names in quotes and unseen characters as escapes: it is read by a model. */
function byBucket(keys: readonly MeantKey[]): Iterable<string> {
  const lines = new Map<string, string>();
  for (const { session, bucket, key } of keys) {
    const place = `#natsKvReadMany connection ${quoted(session.name)}, bucket ${quoted(bucket)}, keys`;
    const before = lines.get(place);
    lines.set(
      place,
      before === undefined ? `${place} ${quoted(key)}` : `${before}, ${quoted(key)}`,
    );
  }
  return lines.values();
}

function quoted(name: string): string {
  return displayText(JSON.stringify(name));
}
