import { describe, expect, it } from 'vitest';
import type { Memento } from 'vscode';
import { noFilter } from '../../../src/kv/live/liveFilter';
import { LiveMemory, type LiveSettings } from '../../../src/views/live/liveMemory';

/** Keeps what a memento keeps: JSON. */
function memento(kept?: unknown): Memento {
  let text = JSON.stringify(kept);
  const state: Partial<Memento> = {
    get: () => (text === undefined ? undefined : JSON.parse(text)) as never,
    update: (_, value) => {
      text = JSON.stringify(value);
      return Promise.resolve();
    },
  };
  return state as Memento;
}

const settings: LiveSettings = {
  watches: [
    {
      connectionId: 'local',
      bucket: 'b',
      filter: 'orders.>',
      start: { kind: 'revision', revision: 7 },
      operations: ['PUT', 'DEL'],
      isPaused: true,
      place: { revision: 12, created: 1_700_000_000_000 },
    },
  ],
  filter: { text: 'x', key: 'a.*', operations: ['PURGE'], condition: 'size > 1' },
  rules: [{ condition: 'key == a', notify: true }],
};

describe('LiveMemory', () => {
  it('gives back what was written', async () => {
    const memory = new LiveMemory(memento());
    await memory.write(settings);
    expect(memory.read()).toEqual(settings);
  });

  it('begins empty', () => {
    expect(new LiveMemory(memento()).read()).toEqual({ watches: [], filter: noFilter, rules: [] });
  });

  it.each([
    [{ watches: 'all' }],
    [{ watches: [{ ...settings.watches[0], start: { kind: 'tomorrow' } }] }],
    [{ watches: [{ ...settings.watches[0], operations: ['READ'] }] }],
    [{ watches: [{ ...settings.watches[0], place: { revision: '7' } }] }],
    [{ watches: [null, 1], rules: [{ condition: 1, notify: true }], filter: { text: 1 } }],
  ])('leaves out what it does not understand: %j', (kept) => {
    const read = new LiveMemory(memento(kept)).read();
    expect(read).toEqual({ watches: [], filter: noFilter, rules: [] });
  });
});
