import * as vscode from 'vscode';
import { keyProblem } from '../../../kv/model/key';
import type { TextStep } from '../quickSteps';

/** The step that asks for a key; `problem` may have something against a text that is one. */
export function keyStep(value: string, problem?: (key: string) => string | undefined): TextStep {
  const end = value.length;
  return {
    prompt: vscode.l10n.t('Key: tokens with dots between, such as orders.eu.42'),
    value,
    selection: [end, end] as const,
    problem: (text: string): string | undefined => describeKeyProblem(text) ?? problem?.(text),
  };
}

/** Why a text is not a key, as a sentence with the place, or undefined when it is one. */
export function describeKeyProblem(text: string): string | undefined {
  const found = keyProblem(text);
  return (
    found && vscode.l10n.t('Not a key: {0} (character {1}).', found.reason, found.position + 1)
  );
}
