import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import * as vscode from 'vscode';
import { Emitter } from '../../../src/kv/base/event';
import type { Batch } from '../../../src/views/page/batch';
import { pagePanels, type PageKind, type PageModel } from '../../../src/views/page/pagePanels';
import type { Panels } from '../../../src/views/page/panels';
import type {
  PageGuestMessage,
  PageHostMessage,
  PageView,
} from '../../../src/views/page/pageProtocol';

interface Place {
  readonly name: string;
}

/** A panel whose page is a test. */
class FakePanel {
  title = '';
  visible = true;
  revealed = 0;
  isDisposed = false;
  readonly sent: PageHostMessage[] = [];
  private readonly said = new Emitter<Batch<PageGuestMessage>>();
  private readonly viewState = new Emitter<void>();
  private readonly disposed = new Emitter<void>();
  readonly onDidChangeViewState = this.viewState.event;
  readonly onDidDispose = this.disposed.event;
  readonly webview = {
    html: '',
    options: {},
    cspSource: 'https://example.test',
    asWebviewUri: (uri: vscode.Uri) => uri,
    onDidReceiveMessage: this.said.event,
    postMessage: (batch: Batch<PageHostMessage>) => {
      this.sent.push(...batch.messages);
      return Promise.resolve(true);
    },
  };

  say(message: PageGuestMessage): void {
    this.said.fire({ messages: [message] });
  }

  show(visible: boolean): void {
    this.visible = visible;
    this.viewState.fire();
  }

  reveal(): void {
    this.revealed++;
  }

  dispose(): void {
    this.isDisposed = true;
    this.disposed.fire();
  }
}

class FakeModel implements PageModel {
  private readonly changed = new Emitter<void>();
  readonly onDidChange = this.changed.event;
  readonly acts: string[] = [];
  isVisible: boolean | undefined;
  isDisposed = false;

  constructor(public tabTitle: string) {}

  view(): PageView {
    const state = { level: 'ok' as const, text: '' };
    const title = this.tabTitle;
    return { title, subtitle: '', state, notices: [], actions: [], sections: [] };
  }

  change(title: string): void {
    this.tabTitle = title;
    this.changed.fire();
  }

  act(id: string, value?: string): void {
    this.acts.push(`${id} ${value ?? ''}`);
  }

  setVisible(isVisible: boolean): void {
    this.isVisible = isVisible;
  }

  dispose(): void {
    this.isDisposed = true;
  }
}

let panels: FakePanel[];
let models: FakeModel[];
let pages: Panels<Place>;

beforeEach(() => {
  vi.useFakeTimers();
  panels = [];
  models = [];
  vi.spyOn(vscode.window, 'createWebviewPanel').mockImplementation(() => {
    panels.push(new FakePanel());
    return panels.at(-1) as never;
  });
  const kind: PageKind<Place> = {
    viewType: 'test',
    placeOf: (kept) =>
      (kept as Place | undefined)?.name === undefined ? undefined : (kept as Place),
    idOf: ({ name }) => name,
    open: ({ name }) => {
      models.push(new FakeModel(name));
      return models.at(-1) as FakeModel;
    },
  };
  const dist = vscode.Uri.file('/dist');
  pages = pagePanels({ kind, dist, inBackground: (_, work) => void work });
});

afterEach(() => {
  pages.dispose();
  vi.useRealTimers();
  vi.restoreAllMocks();
});

describe('pages in the place of editors', () => {
  it('are open once for each place, and brought to the front when asked for again', () => {
    pages.show({ name: 'a' });
    pages.show({ name: 'b' });
    pages.show({ name: 'a' });
    expect(panels.map(({ title, revealed }) => [title, revealed])).toEqual([
      ['a', 1],
      ['b', 0],
    ]);
    panels[0]?.dispose();
    expect(models[0]?.isDisposed).toBe(true);
    pages.show({ name: 'a' });
    expect(panels).toHaveLength(3);
  });

  it('let nothing run or be loaded but their own script and style sheet', () => {
    pages.show({ name: 'a' });
    const html = panels[0]?.webview.html ?? '';
    const nonce = /script type="module" nonce="([^"]+)"/.exec(html)?.[1];
    expect(html).toContain(
      `content="default-src 'none'; script-src 'nonce-${nonce}'; style-src https://example.test"`,
    );
  });

  it('are told all anew when something has changed, with what brings them back', async () => {
    pages.show({ name: 'a' });
    await vi.advanceTimersByTimeAsync(1_000);
    expect(panels[0]?.sent).toEqual([]);
    panels[0]?.say({ kind: 'ready' });
    await vi.advanceTimersByTimeAsync(1_000);
    models[0]?.change('b');
    models[0]?.change('$(c)');
    await vi.advanceTimersByTimeAsync(1_000);
    expect(panels[0]?.sent.map(({ page, keep }) => [page.title, keep])).toEqual([
      ['a', { name: 'a' }],
      ['$(c)', { name: 'a' }],
    ]);
    // VS Code reads an icon in the title of a tab where the letters stand together.
    expect(panels[0]?.title).toBe('$\u2060(c)');
  });

  it('are told nothing while nobody sees them', async () => {
    pages.show({ name: 'a' });
    panels[0]?.say({ kind: 'ready' });
    panels[0]?.show(false);
    expect(models[0]?.isVisible).toBe(false);
    models[0]?.change('b');
    await vi.advanceTimersByTimeAsync(1_000);
    expect(panels[0]?.sent).toEqual([]);
    expect(panels[0]?.title).toBe('b');
  });

  it('pass on what is done there', () => {
    pages.show({ name: 'a' });
    panels[0]?.say({ kind: 'act', id: 'look', value: 'orders' });
    expect(models[0]?.acts).toEqual(['look orders']);
  });

  it('come back after a reload of the window, but for what is not understood or open already', async () => {
    const [kept, unknown, twice] = [new FakePanel(), new FakePanel(), new FakePanel()];
    await pages.deserializeWebviewPanel(kept as never, { name: 'a' });
    await pages.deserializeWebviewPanel(unknown as never, { other: 1 });
    await pages.deserializeWebviewPanel(twice as never, { name: 'a' });
    expect(models.map(({ tabTitle }) => tabTitle)).toEqual(['a']);
    expect([kept, unknown, twice].map(({ isDisposed }) => isDisposed)).toEqual([false, true, true]);
  });
});
