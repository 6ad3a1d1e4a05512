import * as vscode from 'vscode';
import { keyScheme } from '../../extension/contributions';
import { DisposableStore, Emitter, type Disposable, type Event } from '../../kv/base/event';
import { everyTick } from '../format/clock';
import { activeUri } from './activeUri';
import type { EditorFacts, EditorFactsSource } from './statusTexts';

/**
 * Follows the key that the active tab shows, whatever editor it is in, with the facts of it; tells of
 * each change, and whenever ages are told anew while there is one. Changes only through the events
 * of editors and documents.
 */
export class ActiveKey implements Disposable {
  private readonly store = new DisposableStore();
  private readonly changed = this.store.add(new Emitter<void>());

  readonly onDidChange: Event<void> = this.changed.event;

  constructor(private readonly source: EditorFactsSource) {
    const { onDidChangeActiveTextEditor, tabGroups } = vscode.window;
    const tell = (): void => this.changed.fire();
    this.store.add(onDidChangeActiveTextEditor(tell));
    this.store.add(tabGroups.onDidChangeTabs(tell));
    this.store.add(tabGroups.onDidChangeTabGroups(tell));
    this.store.add(source.onDidChangeFacts((uri) => uri === this.uri && tell()));
    this.store.add(everyTick(() => this.uri !== undefined && tell()));
  }

  /** The URI of the key; undefined while the active tab shows none. */
  get uri(): string | undefined {
    const uri = activeUri();
    return uri?.scheme === keyScheme ? uri.toString() : undefined;
  }

  /** Undefined while there is no key, or nothing is known of it yet. */
  get facts(): EditorFacts | undefined {
    const { uri } = this;
    return uri === undefined ? undefined : this.source.facts(uri);
  }

  /** Since when it could not be read, and why, while nothing is known of it. */
  get unread(): EditorFacts['stale'] {
    const { uri } = this;
    return uri === undefined ? undefined : this.source.unread(uri);
  }

  dispose(): void {
    this.store.dispose();
  }
}
