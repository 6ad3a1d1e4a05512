import * as vscode from 'vscode';
import { commandIds, keyScheme, revisionScheme } from '../../extension/contributions';
import type { ConnectionSession } from '../../kv/session/connectionSession';
import { DisposableStore, type Disposable } from '../../kv/base/event';
import { followSessions } from '../../kv/session/followSessions';
import type { SessionList } from '../buckets/bucketsView';
import {
  connectionTooltip,
  isAnswering,
  labelsOf,
  linkProblem,
} from '../buckets/rows/connectionItem';
import { isProduction } from '../../kv/model/connectionConfig';
import { environmentLabel } from '../buckets/rows/productionMark';
import { formatClock } from '../format/format';
import { iconText } from '../shown/plainText';
import { plainWindow, type PlainStatusBarItem } from '../shown/plainWindow';

/**
 * The one status bar item: the state of the connection that the active editor's key is on, else of
 * all that are in use. Hidden while nothing is.
 */
export class ConnectionStatus implements Disposable {
  private readonly store = new DisposableStore();
  private readonly item: PlainStatusBarItem;

  constructor(private readonly sessions: SessionList) {
    this.item = this.store.add(
      plainWindow.createStatusBarItem('natsKv.connection', vscode.StatusBarAlignment.Left, 0),
    );
    this.item.name = vscode.l10n.t('NATS KV Connection');
    this.item.command = commandIds.connectionSelect;
    this.store.add(vscode.window.onDidChangeActiveTextEditor(() => this.update()));
    this.store.add(followSessions(sessions, () => this.update()));
  }

  dispose(): void {
    this.store.dispose();
  }

  private update(): void {
    const session = this.ofEditor();
    if (session) {
      this.show(session);
    } else {
      this.summarize();
    }
  }

  private ofEditor(): ConnectionSession | undefined {
    const uri = vscode.window.activeTextEditor?.document.uri;
    return uri && [keyScheme, revisionScheme].includes(uri.scheme)
      ? this.sessions.all.find(({ id }) => id === uri.authority)
      : undefined;
  }

  private show(session: ConnectionSession): void {
    const { icon, text } = describe(session);
    const labels = labelsOf(session).filter(
      (label) => label === session.config.environment?.toUpperCase(),
    );
    const parts = [session.name, ...labels, text].filter((part) => part);
    this.item.text = iconText(icon, parts.join(' · '));
    this.item.tooltip = connectionTooltip(session);
    this.item.backgroundColor = isProduction(session.config)
      ? new vscode.ThemeColor('statusBarItem.errorBackground')
      : colourOf([session]);
    this.item.show();
  }

  private summarize(): void {
    const used = this.sessions.all.filter(
      ({ state, lock }) => state.current.kind !== 'idle' || lock.state.current.kind === 'unlocked',
    );
    const connected = used.filter(({ state }) => isAnswering(state.current)).length;
    if (used.length === 0) {
      this.item.hide();
      return;
    }
    const production = used.find(({ config }) => isProduction(config));
    const label = production && environmentLabel(production.config);
    const counts = used.length === connected ? String(connected) : `${connected}/${used.length}`;
    const unlocked = used.filter(({ lock }) => lock.state.current.kind === 'unlocked');
    const icon = unlocked.length > 0 ? 'unlock' : 'database';
    const text = [`NATS KV: ${counts}`, label].filter((part) => part).join(' · ');
    this.item.text = iconText(icon, text);
    this.item.tooltip = used.map((each) => `${each.name}: ${describe(each).words}`).join('\n');
    this.item.backgroundColor = colourOf(used);
    this.item.show();
  }
}

/** An icon, what is worth saying beside the name, and the state in words. */
function describe({ state, lock }: ConnectionSession): {
  icon: string;
  text: string;
  words: string;
} {
  const { current } = state;
  const lockState = lock.state.current;
  switch (current.kind) {
    case 'idle':
      return { icon: 'debug-disconnect', text: '', words: vscode.l10n.t('not connected') };
    case 'connecting':
      return { icon: 'sync~spin', text: '', words: vscode.l10n.t('connecting') };
    case 'reconnecting': {
      const text = linkProblem(current) ?? '';
      return { icon: 'sync~spin', text, words: text };
    }
    case 'failed':
      return {
        icon: 'debug-disconnect',
        text: vscode.l10n.t('disconnected'),
        words: current.error.message,
      };
    case 'connected': {
      const problem = linkProblem(current);
      if (problem !== undefined) {
        return { icon: 'warning', text: problem, words: problem };
      }
      const words = vscode.l10n.t('connected');
      switch (lockState.kind) {
        case 'writable':
          return { icon: 'database', text: '', words };
        case 'locked':
          return { icon: 'lock', text: vscode.l10n.t('read-only'), words };
        case 'unlocked': {
          const text = vscode.l10n.t('writes unlocked until {0}', formatClock(lockState.until));
          return { icon: 'unlock', text, words: `${words}, ${text}` };
        }
      }
    }
  }
}

/** VS Code's own colours for what needs a look; the words say the same. */
function colourOf(sessions: readonly ConnectionSession[]): vscode.ThemeColor | undefined {
  const isBroken = sessions.some(
    ({ state }) => state.current.kind === 'failed' || linkProblem(state.current) !== undefined,
  );
  const isOpen = sessions.some(({ lock }) => lock.state.current.kind === 'unlocked');
  const isAtStake = sessions.some(({ config }) => isProduction(config));
  return isBroken || isOpen || isAtStake
    ? new vscode.ThemeColor('statusBarItem.warningBackground')
    : undefined;
}
