import { DisposableStore, type Disposable, type Event } from '../base/event';
import type { ConnectionSession } from './connectionSession';

/** Sessions that come and go. */
interface FollowedSessions {
  readonly all: readonly Pick<ConnectionSession, 'state' | 'lock'>[];
  readonly onDidChange: Event<void>;
}

/**
 * Tells of every change of which sessions there are, of their states and of their write locks, and
 * once at the beginning.
 */
export function followSessions(sessions: FollowedSessions, tell: () => void): Disposable {
  const store = new DisposableStore();
  let followed = new DisposableStore();
  const follow = (): void => {
    followed.dispose();
    followed = new DisposableStore();
    for (const { state, lock } of sessions.all) {
      followed.add(state.onDidChange(tell));
      followed.add(lock.state.onDidChange(tell));
    }
    tell();
  };
  store.add(sessions.onDidChange(follow));
  store.add({ dispose: () => followed.dispose() });
  follow();
  return store;
}
