import { describe, expect, it } from 'vitest';
import { OpenManyKeys } from '../../../src/extension/manyKeys/openManyKeys';
import { ObservableValue } from '../../../src/kv/base/event';
import type { KeysAt } from '../../../src/kv/manyKeys/manyKeys';
import type { Entry } from '../../../src/kv/model/entry';
import type { Freshness } from '../../../src/kv/session/bucketFollower';
import type { ConnectionSession } from '../../../src/kv/session/connectionSession';

function keysAt(values: Record<string, readonly [revision: number, value: string]>): KeysAt {
  const entries = Object.entries(values).map(([key, [revision, text]]): [string, Entry] => {
    const value = Buffer.from(text);
    const size = value.length;
    return [key, { key, revision, operation: 'PUT', created: revision, size, value, headers: [] }];
  });
  const revision = Math.max(...entries.map(([, entry]) => entry.revision));
  return { bucketCreated: 1, revision, entries: new Map(entries) };
}

/** A document that shows what the server has, as it is opened. */
function opened(latest: KeysAt): OpenManyKeys {
  const open = new OpenManyKeys(
    {
      connectionId: 'local',
      bucket: 'B',
      scope: { kind: 'prefix', prefix: 'a.' },
    },
    'a',
    { config: { id: 'local', name: 'local', url: '' } } as ConnectionSession,
    new ObservableValue<Freshness>({ kind: 'live' }),
  );
  open.learn(latest, 'on');
  open.startOver();
  return open;
}

const changed = (open: OpenManyKeys): string[] => open.edits.map(({ change }) => change.key);

describe('what a text of a document of keys was made of', () => {
  it('comes back with it when a revert is undone', () => {
    const open = opened(keysAt({ 'a.x': [1, '1'], 'a.y': [2, '2'] }));
    const typed = open.edited.text.replace('"a.x": 1', '"a.x": 10');
    open.has(typed, true);
    open.learn(keysAt({ 'a.x': [1, '1'], 'a.y': [3, '3'] }), 'on');
    open.has(open.serverText, false);
    open.has(typed, true, true);
    expect(changed(open)).toEqual(['a.x']);
    expect(open.sideOf(open.edits).theirs).toEqual(['a.y']);
  });

  it('comes back with it when what was kept against the server is undone', () => {
    const open = opened(keysAt({ 'a.x': [1, '1'], 'a.y': [2, '2'] }));
    const first = open.edited.text.replace('"a.x": 1', '"a.x": 10');
    open.has(first, true);
    open.has(first.replace('"a.y": 2', '"a.y": 20'), true);
    open.learn(keysAt({ 'a.x': [1, '1'], 'a.y': [3, '3'] }), 'on');
    const base = open.baseWith(['a.y']);
    open.rebase(base as KeysAt);
    expect(changed(open)).toEqual(['a.x', 'a.y']);
    open.has(first, true, true);
    expect(changed(open)).toEqual(['a.x']);
  });
});
