import { DisposableStore, type Disposable } from '../../kv/base/event';
import type { LiveFeed } from '../../kv/live/liveFeed';
import type { LiveMemory } from '../../views/live/liveMemory';
import type { Background } from '../../kv/base/background';

/** Places move with every change; they are written at once, and the longer that goes on the less often. */
const firstMs = 250;
const longestMs = 2_000;

/**
 * Restores what the panel was about, its watches from where they left off, and keeps it from then on.
 * A window that is torn down without a word is up to two seconds behind: what was shown last is then
 * shown again, and nothing is missing.
 */
export function keepLive(feed: LiveFeed, memory: LiveMemory, inBackground: Background): Disposable {
  restore(feed, memory);
  let written = '';
  let timer: ReturnType<typeof setTimeout> | undefined;
  let wait = firstMs;
  const write = (): void => {
    const watches = feed.watches.map(({ spec, isPaused, place }) => ({ ...spec, isPaused, place }));
    const settings = { watches, filter: feed.filter, rules: feed.rules };
    const text = JSON.stringify(settings);
    if (text === written) {
      wait = firstMs;
    } else {
      written = text;
      inBackground('remember the watches of Live', memory.write(settings));
      timer ??= setTimeout(() => {
        timer = undefined;
        wait = Math.min(longestMs, 2 * wait);
        write();
      }, wait);
    }
  };
  const store = new DisposableStore();
  store.add({ dispose: () => clearTimeout(timer) });
  store.add({ dispose: write });
  store.add(feed.onDidChange(() => timer === undefined && write()));
  store.add(feed.onDidConfigure(write));
  return store;
}

function restore(feed: LiveFeed, memory: LiveMemory): void {
  const { watches, filter, rules } = memory.read();
  feed.setRules(rules);
  feed.setFilter(filter);
  for (const { isPaused, place, ...spec } of watches) {
    const id = feed.add(spec, place);
    if (isPaused) {
      feed.pause(id);
    }
  }
}
