import * as vscode from 'vscode';
import { ignore } from '../../kv/base/ignore';
import type { EscapeBack } from './escapeBack';
import { plainWindow } from '../../views/shown/plainWindow';

/** What a step gave: a value, the wish to go back or to give up, or that it has nothing to ask. */
export type StepResult<T> = { readonly value: T } | 'back' | 'cancel' | 'skip';

/** Where a step stands in its flow. */
export interface StepPlace {
  readonly title: string;
  readonly step: number;
  readonly totalSteps: number;
  /** Has Escape go back instead of giving up. */
  readonly escape?: EscapeBack;
}

export interface TextStep {
  readonly prompt: string;
  readonly placeholder?: string;
  readonly value?: string;
  /** Why the text cannot be taken, or undefined when it can. Asked at each keystroke. */
  readonly problem?: (text: string) => string | undefined;
  /**
   * What speaks against a text that can be taken, found out when it is accepted: a sentence that is
   * shown. Accepting the same text again takes it.
   */
  readonly doubt?: (text: string) => Promise<string | undefined>;
  /**
   * What is worth knowing of a text that can be taken all the same, looked up once the typing rests: a
   * sentence that is shown.
   */
  readonly hint?: (text: string) => Promise<string | undefined>;
  /** What of `value` is selected at first: `[start, end]` in UTF-16 units; all when omitted. */
  readonly selection?: readonly [number, number];
  /** Shows dots for what is typed. */
  readonly password?: boolean;
}

export interface Choice<T> extends vscode.QuickPickItem {
  readonly value: T;
}

type Step = (place: StepPlace) => Promise<StepResult<unknown>>;

/**
 * Runs the steps of a flow; Back goes to the last step that asked something, with what was typed
 * still there when the step keeps it. The value of a step that was skipped is undefined. Undefined
 * when the user gave up. A flow that leaves steps out does not count them.
 */
export async function runSteps<T extends readonly unknown[]>(
  title: string,
  steps: {
    readonly [I in keyof T]: (
      place: StepPlace,
      before: T[I] | undefined,
    ) => Promise<StepResult<T[I]>>;
  },
  { counted = true } = {},
): Promise<T | undefined> {
  const totalSteps = counted ? steps.length : 0;
  const values: unknown[] = [];
  const asked: number[] = [];
  let at = 0;
  while (at < steps.length) {
    const step = steps[at] as (place: StepPlace, before: unknown) => ReturnType<Step>;
    const result = await step({ title, step: at + 1, totalSteps }, values[at]);
    switch (result) {
      case 'cancel':
        return undefined;
      case 'back':
        at = asked.pop() ?? 0;
        break;
      case 'skip':
        values[at++] = undefined;
        break;
      default:
        asked.push(at);
        values[at++] = result.value;
    }
  }
  return values as unknown as T;
}

/** Asks for a text. */
export function askText(place: StepPlace, step: TextStep): Promise<StepResult<string>> {
  const input = plainWindow.createInputBox();
  input.prompt = step.prompt;
  input.placeholder = step.placeholder;
  input.value = step.value ?? '';
  input.password = step.password ?? false;
  if (step.selection) {
    input.valueSelection = [...step.selection];
  }
  const check = (): void => {
    // Nothing is wrong yet with what nobody has typed; Enter tells.
    const isUntouched = input.value === '' || input.value === step.value;
    input.validationMessage = isUntouched ? undefined : step.problem?.(input.value);
    hints.look(isUntouched || input.validationMessage !== undefined ? undefined : input.value);
  };
  const hints = new Hints(input, step.hint);
  const doubts = new Doubts(input, step.doubt);
  return ask(input, place, (finish) => [
    hints,
    input.onDidChangeValue(check),
    input.onDidAccept(async () => {
      const { value } = input;
      const problem = step.problem?.(value);
      if (problem) {
        input.validationMessage = problem;
      } else if (!(await doubts.of(value))) {
        finish({ value });
      }
    }),
  ]);
}

/** How long the typing rests before something is looked up, in milliseconds: no keystroke costs a request. */
const restMs = 250;

/** Owns what is looked up of the text of an input box, for the last text only. */
class Hints implements vscode.Disposable {
  private timer: ReturnType<typeof setTimeout> | undefined;

  constructor(
    private readonly input: vscode.InputBox,
    private readonly hint: TextStep['hint'],
  ) {}

  /** Looks at a text in a moment; at none when it is undefined. */
  look(text: string | undefined): void {
    clearTimeout(this.timer);
    if (this.hint && text !== undefined) {
      // What cannot be looked up is nothing to tell of.
      this.timer = setTimeout(() => {
        this.tell(text).then(undefined, ignore);
      }, restMs);
    }
  }

  dispose(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
  }

  private async tell(text: string): Promise<void> {
    const { input, hint, timer } = this;
    const message = await hint?.(text);
    if (message !== undefined && input.value === text && this.timer === timer) {
      const severity = vscode.InputBoxValidationSeverity.Warning;
      input.validationMessage = { message, severity };
    }
  }
}

/** Owns what was told of a text of an input box; a text is doubted once. */
class Doubts {
  private told: string | undefined;

  constructor(
    private readonly input: vscode.InputBox,
    private readonly doubt: TextStep['doubt'],
  ) {}

  /** True while the text is not to be taken: it is doubted, or was changed meanwhile. */
  async of(text: string): Promise<boolean> {
    const { input, doubt, told } = this;
    if (!doubt || told === text) {
      return false;
    }
    input.busy = true;
    const message = await doubt(text);
    input.busy = false;
    if (input.value !== text) {
      return true;
    }
    this.told = text;
    input.validationMessage = message && {
      message: vscode.l10n.t('{0} Press Enter again to go on all the same.', message),
      severity: vscode.InputBoxValidationSeverity.Warning,
    };
    return message !== undefined;
  }
}

/** Asks to pick one of a few things; `active` is the one that Enter takes, the first when omitted. */
export function askChoice<T>(
  place: StepPlace,
  placeholder: string,
  choices: readonly Choice<T>[],
  active?: T,
): Promise<StepResult<T>> {
  const pick = plainWindow.createQuickPick<Choice<T>>();
  pick.placeholder = placeholder;
  pick.items = choices;
  // VS Code leaves no row active where an empty list is set, and Enter would do nothing.
  const first = choices.find(({ value }) => active !== undefined && value === active) ?? choices[0];
  pick.activeItems = first ? [first] : [];
  pick.matchOnDescription = true;
  return ask(pick, place, (finish) => [
    pick.onDidAccept(() => {
      const [chosen] = pick.selectedItems;
      if (chosen) {
        finish({ value: chosen.value });
      }
    }),
  ]);
}

function ask<T>(
  input: vscode.InputBox | vscode.QuickPick<Choice<T>>,
  place: StepPlace,
  listen: (finish: (result: StepResult<T>) => void) => vscode.Disposable[],
): Promise<StepResult<T>> {
  return new Promise((resolve) => {
    const { Back } = vscode.QuickInputButtons;
    input.title = place.title;
    input.step = place.totalSteps > 1 ? place.step : undefined;
    input.totalSteps = place.totalSteps > 1 ? place.totalSteps : undefined;
    input.buttons = place.step > 1 ? [Back] : [];
    input.ignoreFocusOut = true;
    const finish = (result: StepResult<T>): void => {
      resolve(result);
      vscode.Disposable.from(...subscriptions, input).dispose();
    };
    const back = place.escape?.hold(() => finish('back'));
    const subscriptions = [
      ...listen(finish),
      ...(back ? [back] : []),
      input.onDidTriggerButton((button) => button === Back && finish('back')),
      input.onDidHide(() => finish('cancel')),
    ];
    input.show();
  });
}

/** A reason as the sentence that an input box shows under the text. */
export function sentence(reason: string): string {
  const end = /[.?!…]$/.test(reason) ? '' : '.';
  return `${reason.charAt(0).toUpperCase()}${reason.slice(1)}${end}`;
}
