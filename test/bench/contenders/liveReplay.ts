import { Uri, type LogOutputChannel, type WebviewView } from 'vscode';
import { ConnectionSession } from '../../../src/kv/session/connectionSession';
import { LiveFeed } from '../../../src/kv/live/liveFeed';
import { connect } from '../../../src/kv/nats/connect';
import { LiveView } from '../../../src/views/live/liveView';
import { FakePage } from '../../views/live/fakePage';
import { bytesInUse, measureStalls } from '../../support/meters';
import { type Contender, expectCount, type Task } from './measurement';
import { inBackground } from '../../support/inBackground';

const maxEntries = 10_000;

/** Every stored message into the panel's host side, with a page that looks at the newest rows. */
export const liveReplay: Contender = (task) => replay(task, true);

/** The same while nobody sees the panel. */
export const hiddenReplay: Contender = (task) => replay(task, false);

async function replay({ url, bucket, keys: messages }: Task, isShown: boolean) {
  const connection = await connect({ servers: [url] });
  const config = { id: 'bench', name: 'bench', url };
  const session = new ConnectionSession(config, () => Promise.resolve(connection));
  await session.connect();
  const feed = new LiveFeed({ maxEntries, sourceOf: () => session });
  const page = new FakePage();
  const view = showPanel(feed, page, isShown);
  const idle = bytesInUse();
  const stalls = measureStalls();
  const cpu = process.cpuUsage();
  const begun = performance.now();
  const complete = new Promise<number>((resolve) => {
    feed.onDidChange(() => feed.counts.received === messages && resolve(performance.now()));
  });
  feed.add({
    connectionId: 'bench',
    bucket,
    filter: '>',
    start: { kind: 'history' },
    operations: [],
  });
  const ms = (await complete) - begun;
  const { user, system } = process.cpuUsage(cpu);
  const stallMs = stalls();
  page.messages.length = 0;
  const bytes = bytesInUse() - idle;
  expectCount(feed.counts.kept, maxEntries);
  expectCount(feed.counts.kept + feed.counts.fellOff, messages);
  view.dispose();
  feed.dispose();
  session.dispose();
  return { ms, stallMs, cpuMs: (user + system) / 1000, bytesPerChange: bytes / maxEntries };
}

function showPanel(feed: LiveFeed, page: FakePage, isShown: boolean): LiveView {
  const view = new LiveView({
    inBackground,
    feed,
    dist: Uri.file('/dist'),
    nameOf: (id) => id,
    onRow: () => undefined,
    log: { debug: () => undefined } as unknown as LogOutputChannel,
  });
  page.visible = isShown;
  view.resolveWebviewView(page as unknown as WebviewView);
  if (isShown) {
    page.say({ kind: 'ready' });
  }
  return view;
}
