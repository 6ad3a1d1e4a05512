import * as vscode from 'vscode';
import { bucketNameProblem } from '../../../kv/model/key';
import type { Connections } from '../../../kv/session/connections';
import type { ConnectionSession } from '../../../kv/session/connectionSession';
import type { TreeNode } from '../../../views/buckets/rows/nodes';
import type { EscapeBack } from '../escapeBack';
import { environmentTitle } from '../environmentTitle';
import { askChoice, askText, runSteps, sentence, type Choice, type StepPlace } from '../quickSteps';
import type { StepResult } from '../quickSteps';
import { pickSession, reportFailure } from '../target';
import {
  askOption,
  configOf,
  optionRows,
  usualDraft,
  type BucketAbilities,
  type BucketDraft,
  type BucketOption,
} from './bucketOptions';

export interface CreateBucketParts {
  readonly connections: Connections;
  readonly log: vscode.LogOutputChannel;
  readonly escape: EscapeBack;
}

/**
 * Asks for a name and, on a second page, for what else a bucket can have; creates it. Escape goes back
 * from an option to that page, and from there to the name.
 */
export async function createBucket(
  { connections, log, escape }: CreateBucketParts,
  node: TreeNode | undefined,
): Promise<void> {
  const session = await pickSession(connections, node);
  if (!session) {
    return;
  }
  const asked = abilitiesOf(session);
  const title = environmentTitle(
    session.config,
    vscode.l10n.t('Create Bucket on {0}', session.name),
  );
  let chosen = '';
  const answers = await runSteps<[string, BucketDraft]>(title, [
    async (place, before) => {
      const answer = await askText(place, {
        prompt: vscode.l10n.t('Name: letters, digits, - and _'),
        value: before ?? '',
        problem: (text) => nameProblem(text, session),
      });
      chosen = typeof answer === 'string' ? chosen : answer.value;
      return answer;
    },
    async (place, before) => {
      const abilities = await asked;
      const draft = before ?? usualDraft(abilities);
      return askOptions({ ...place, escape }, chosen, draft, abilities);
    },
  ]);
  if (!answers) {
    return;
  }
  const [name, draft] = answers;
  try {
    const connection = await session.connect();
    await connection.createBucket(configOf(name, draft));
    await session.loadBuckets();
  } catch (error) {
    await reportFailure(log, vscode.l10n.t('Failed to create {0}', name), error);
  }
}

/** What the server can do. What it does not tell now, it says when the bucket is to be created. */
async function abilitiesOf(session: ConnectionSession): Promise<BucketAbilities> {
  try {
    const { apiLevel } = await (await session.connect()).accountInfo();
    return { keyTtls: apiLevel >= 1 };
  } catch {
    return { keyTtls: undefined };
  }
}

/** One page of all options, with Create first, so that Enter goes on with what is there. */
async function askOptions(
  place: StepPlace,
  name: string,
  first: BucketDraft,
  abilities: BucketAbilities,
): Promise<StepResult<BucketDraft>> {
  const create: Choice<BucketOption | 'create'> = {
    label: vscode.l10n.t('Create {0}', name),
    description: vscode.l10n.t('with these options'),
    iconPath: new vscode.ThemeIcon('check'),
    value: 'create',
  };
  const placeholder = vscode.l10n.t('Create it, or change an option first');
  let draft = first;
  for (;;) {
    const rows = [create, ...optionRows(draft, abilities)];
    const answer = await askChoice(place, placeholder, rows);
    if (typeof answer === 'string') {
      return answer;
    }
    if (answer.value === 'create') {
      return { value: draft };
    }
    const changed = await askOption(place, answer.value, draft, abilities);
    if (changed === 'cancel') {
      return 'cancel';
    }
    draft = typeof changed === 'string' ? draft : changed.value;
  }
}

/** What is wrong with a name for a new bucket, as a sentence; undefined when it can be had. */
export function nameProblem(name: string, { buckets }: ConnectionSession): string | undefined {
  const problem = bucketNameProblem(name);
  if (problem !== undefined) {
    return sentence(problem);
  }
  const { current } = buckets;
  return current.kind === 'loaded' && current.buckets.some((bucket) => bucket.name === name)
    ? vscode.l10n.t('{0} exists already.', name)
    : undefined;
}
