import * as vscode from 'vscode';
import { DisposableStore, type Disposable } from '../../../kv/base/event';
import type { BucketStatus } from '../../../kv/model/bucket';
import type { EditorFacts, EditorFactsSource } from '../../../views/status/statusTexts';
import { contextKeys } from '../../contributions';
import { activeUri } from '../../../views/status/activeUri';
import { setContext } from '../../report';

export interface EditorContextParts {
  readonly source: EditorFactsSource;
  /** What is known of the bucket of a document, by the document's URI. */
  readonly statusOf: (uri: string) => BucketStatus | undefined;
  /** How many keys of the bucket are unsaved beside a document that is, with it; 0 for one that is not. */
  readonly unsavedWith: (uri: string) => number;
}

/**
 * Owns the context keys that say what fits the value of the active editor, so that its menu has
 * nothing that does not; changes only through the events of editors and documents.
 */
export class EditorContexts implements Disposable {
  private readonly store = new DisposableStore();
  private told: Readonly<Record<string, boolean>> = {};

  constructor(private readonly parts: EditorContextParts) {
    const { onDidChangeTabs, onDidChangeTabGroups } = vscode.window.tabGroups;
    this.store.add(vscode.window.onDidChangeActiveTextEditor(() => this.updateContext()));
    this.store.add(onDidChangeTabs(() => this.updateContext()));
    this.store.add(onDidChangeTabGroups(() => this.updateContext()));
    this.store.add(
      parts.source.onDidChangeFacts((uri) => {
        if (uri === activeUri()?.toString()) {
          this.updateContext();
        }
      }),
    );
    this.updateContext();
  }

  dispose(): void {
    this.store.dispose();
  }

  private updateContext(): void {
    const uri = activeUri()?.toString();
    const { source, statusOf, unsavedWith } = this.parts;
    const facts = uri === undefined ? undefined : source.facts(uri);
    const next = {
      ...fitting(facts, uri === undefined ? undefined : statusOf(uri)),
      [contextKeys.canSaveTogether]: uri !== undefined && unsavedWith(uri) > 1,
    };
    for (const [key, value] of Object.entries(next)) {
      if (this.told[key] !== value) {
        setContext(key, value);
      }
    }
    this.told = next;
  }
}

/** Which commands fit a value, by context key; none where there is no value. */
export function fitting(
  facts: EditorFacts | undefined,
  status: BucketStatus | undefined,
): Readonly<Record<string, boolean>> {
  const value = facts?.missing === undefined ? facts : undefined;
  const kind = value?.shownAs.kind;
  const encodings = value?.shownAs.encodings.length ?? 0;
  const isWritable = value !== undefined && value.readOnly === undefined;
  const isStored = kind === 'raw' || kind === 'hex';
  const isPlain = kind === 'text' && encodings === 0;
  return {
    [contextKeys.canOpenRaw]: kind !== undefined && !isStored && !isPlain,
    [contextKeys.canOpenFormatted]: isStored,
    [contextKeys.canDecode]: isPlain,
    [contextKeys.canChangeTtl]: isWritable && status?.allowTtl !== false,
    [contextKeys.canEditHeaders]: isWritable,
  };
}
