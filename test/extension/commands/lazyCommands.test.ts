import { describe, expect, it } from 'vitest';
import { commandGroups } from '../../../src/extension/commands/commandGroups';
import { lazyCommands } from '../../../src/extension/commands/register';
import { commandIds } from '../../../src/extension/contributions';

describe('commands that are loaded when they are used', () => {
  it('load their handlers once, with the first of them', async () => {
    const ran: unknown[] = [];
    let loaded = 0;
    const map = lazyCommands('backup', () => {
      loaded++;
      return Promise.resolve({
        [commandIds.bucketBackUp]: (row: unknown) => ran.push(['back up', row]),
        [commandIds.bucketRestore]: (row: unknown) => ran.push(['restore', row]),
      });
    });
    expect(loaded).toBe(0);

    await map[commandIds.bucketBackUp]?.('a');
    await map[commandIds.bucketRestore]?.('b');

    expect(ran).toEqual([
      ['back up', 'a'],
      ['restore', 'b'],
    ]);
    expect(loaded).toBe(1);
  });

  it('stand in one group each', () => {
    const ids = Object.values(commandGroups).flat();
    expect(ids.filter((id, at) => ids.indexOf(id) !== at)).toEqual([]);
  });
});
