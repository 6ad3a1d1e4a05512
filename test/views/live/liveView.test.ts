import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Uri, type LogOutputChannel, type WebviewView } from 'vscode';
import { ConnectionSession } from '../../../src/kv/session/connectionSession';
import { LiveFeed } from '../../../src/kv/live/liveFeed';
import type { LiveWatchSpec } from '../../../src/kv/live/liveChange';
import { LiveView } from '../../../src/views/live/liveView';
import { FakeKvConnection } from '../../kv/fakeKvConnection';
import { FakePage } from './fakePage';
import { inBackground } from '../../support/inBackground';

const everything: LiveWatchSpec = {
  connectionId: 'local',
  bucket: 'b',
  filter: '>',
  start: { kind: 'updates' },
  operations: [],
};

let connection: FakeKvConnection;
let session: ConnectionSession;
let feed: LiveFeed;
let view: LiveView;
let page: FakePage;
let actions: string[];

beforeEach(async () => {
  vi.useFakeTimers();
  connection = new FakeKvConnection();
  connection.foreignCreateBucket({ name: 'b', history: 5 });
  const config = { id: 'local', name: 'local', url: 'nats://127.0.0.1:4222' };
  session = new ConnectionSession(config, () => Promise.resolve(connection));
  feed = new LiveFeed({ maxEntries: 1_000, sourceOf: () => session });
  actions = [];
  view = new LiveView({
    inBackground,
    feed,
    dist: Uri.file('/dist'),
    nameOf: (id) => id,
    onRow: (row, action) => actions.push(`${action} ${row.change.entry.key}`),
    log: { debug: () => undefined } as unknown as LogOutputChannel,
  });
  page = new FakePage();
  view.resolveWebviewView(page as unknown as WebviewView);
  feed.add(everything);
  await vi.advanceTimersByTimeAsync(50);
});

afterEach(() => {
  view.dispose();
  feed.dispose();
  session.dispose();
  vi.useRealTimers();
});

async function ready(): Promise<void> {
  page.say({ kind: 'ready' });
  await vi.advanceTimersByTimeAsync(150);
}

async function put(key: string, value = '1'): Promise<void> {
  connection.foreignPut('b', key, value);
  await vi.advanceTimersByTimeAsync(150);
}

describe('LiveView', () => {
  it('lets the page load nothing but its own script and style sheet', () => {
    const { html } = page.webview;
    const nonce = /script-src 'nonce-([^']+)'/.exec(html)?.[1];
    expect(html).toContain(`default-src 'none'`);
    expect(html).not.toMatch(/unsafe|https?:\/\/(?!example\.test)/);
    expect(html.match(/<script/g)).toHaveLength(1);
    expect(html).toContain(`<script type="module" nonce="${nonce}"`);
  });

  it('sends texts, state and rows when the page is ready, and nothing before', async () => {
    expect(page.messages).toEqual([]);
    await ready();
    expect(page.last('texts')?.texts.addWatch).toBe('Watch…');
    expect(page.last('state')?.watches).toMatchObject([{ label: 'local › b', state: 'live' }]);
    expect(page.last('rows')).toMatchObject({ count: 0 });
  });

  it('sends each row once for as long as it stays the same', async () => {
    await ready();
    await put('a');
    await put('b');
    expect(page.rows().map(({ key }) => key)).toEqual(['a', 'b']);
    page.say({ kind: 'look', first: 0, count: 10 });
    await vi.advanceTimersByTimeAsync(150);
    expect(page.rows().map(({ key }) => key)).toEqual(['a', 'b', 'a', 'b']);
  });

  it('sends only what the page looks at', async () => {
    await ready();
    page.say({ kind: 'look', first: 'end', count: 3 });
    await vi.advanceTimersByTimeAsync(150);
    for (let number = 0; number < 50; number++) {
      connection.foreignPut('b', `k${number}`, '1');
    }
    await vi.advanceTimersByTimeAsync(150);
    expect(page.rows().map(({ key }) => key)).toEqual(['k47', 'k48', 'k49']);
    expect(page.last('rows')).toMatchObject({ count: 50, counts: { received: 50 } });
  });

  it('compares values over several batches where that takes long, the newest first', async () => {
    await ready();
    for (let number = 0; number < 12; number++) {
      connection.foreignPut('b', `k${number}`, '{}');
      await vi.advanceTimersByTimeAsync(1_000);
    }
    page.messages.length = 0;
    feed.rows.rebuild();
    feed.rows.advance();
    // As if each row took five milliseconds.
    let clock = 0;
    const now = vi.spyOn(performance, 'now').mockImplementation(() => (clock += 5));
    page.say({ kind: 'look', first: 'end', count: 30 });
    await vi.advanceTimersByTimeAsync(110);
    const [first] = page.messages.flatMap((each) => (each.kind === 'rows' ? [each.rows] : []));
    expect(first).toMatchObject([{ key: 'k9' }, { key: 'k10' }, { key: 'k11' }]);
    await vi.advanceTimersByTimeAsync(2_000);
    now.mockRestore();
    expect(page.rows().map(({ key }) => key)).toHaveLength(12);
  });

  it('sends at most ten batches a second, however much happens', async () => {
    await ready();
    page.batches = 0;
    for (let step = 0; step < 200; step++) {
      connection.foreignPut('b', `k${step % 7}`, String(step));
      await vi.advanceTimersByTimeAsync(5);
    }
    expect(page.batches).toBeLessThanOrEqual(11);
  });

  it('sends nothing while it is hidden, but counts what meets a rule, and all is there on return', async () => {
    feed.setRules([{ condition: 'key matches hot.>', notify: false }]);
    await ready();
    page.show(false);
    page.messages.length = 0;
    for (let number = 0; number < 30; number++) {
      await put(number % 3 === 0 ? `hot.${number}` : `k${number}`);
    }
    await vi.advanceTimersByTimeAsync(1_000);
    expect(page.messages).toEqual([]);
    expect(page.badge?.value).toBe(10);
    page.show(true);
    expect(page.badge).toBeUndefined();
    await ready();
    expect(page.last('rows')).toMatchObject({ count: 30 });
  });

  it('has no badge for what meets no rule', async () => {
    await ready();
    page.show(false);
    await put('a');
    await vi.advanceTimersByTimeAsync(2_000);
    expect(page.badge).toBeUndefined();
  });

  it('filters by the key of a row', async () => {
    await ready();
    await put('a');
    await put('b');
    const [first] = page.rows();
    view.rowAction(first?.id ?? -1, 'filterByKey');
    await vi.advanceTimersByTimeAsync(150);
    expect(feed.filter.key).toBe('a');
    expect(page.last('rows')).toMatchObject({ count: 1 });
  });

  it('gives the full difference, with a value before that it has to look up', async () => {
    await ready();
    connection.foreignPut('b', 'a', '{"n":1}');
    await vi.advanceTimersByTimeAsync(150);
    feed.stop(1);
    feed.clear();
    feed.add(everything);
    await vi.advanceTimersByTimeAsync(150);
    await put('a', '{"n":2}');
    const row = page.rows().at(-1);
    expect(row?.summary).toEqual({ kind: 'value', text: '{"n":2}' });
    page.say({ kind: 'detail', id: row?.id ?? -1 });
    await vi.advanceTimersByTimeAsync(150);
    const detail = page.last('detail')?.detail;
    expect(detail?.previous).toMatchObject({ revision: 1 });
    expect(detail?.lines).toContainEqual({ kind: 'removed', text: '  "n": 1' });
  });

  it('passes on what is asked of a row, and takes no row that is not there', async () => {
    await ready();
    await put('a');
    page.say({ kind: 'row', id: 0, action: 'openKey' });
    page.say({ kind: 'row', id: 99, action: 'openKey' });
    expect(actions).toEqual(['openKey a']);
  });

  it('pauses, filters and says what is wrong with a filter', async () => {
    await ready();
    page.say({ kind: 'watch', id: 1, action: 'pause' });
    await put('a');
    expect(page.last('state')?.watches).toMatchObject([{ isPaused: true, held: 1 }]);
    page.say({ kind: 'watch', id: 1, action: 'resume' });
    page.say({
      kind: 'filter',
      filter: { text: '', key: '', operations: [], condition: 'value ==' },
    });
    await vi.advanceTimersByTimeAsync(150);
    expect(page.last('state')?.filterProblem).toMatchObject({ field: 'condition' });
    expect(page.last('rows')).toMatchObject({ count: 1 });
  });
});
