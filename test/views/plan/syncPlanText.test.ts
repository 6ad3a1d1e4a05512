import { describe, expect, it } from 'vitest';
import { planSync, type SyncDirection } from '../../../src/kv/sync/planSync';
import { syncPlanText } from '../../../src/views/plan/syncPlanText';
import { SyncBench } from '../../kv/sync/syncBench';

/** The text of a plan whose rows read as these. */
async function textOf(direction: SyncDirection, texts: Readonly<Record<string, [string, string]>>) {
  const bench = await SyncBench.start();
  for (const key of ['new', 'other', 'gone']) {
    bench.put(key, `${key}\n`);
  }
  await bench.pull();
  await bench.remove('gone.txt');
  await bench.write('other.txt', 'changed\n');
  await bench.write('come.txt', 'come\n');
  bench.delete('new');
  const plan = planSync(await bench.compare(), direction, { conflicts: 'leave' });
  const rows = plan.targets.rows.map((row) => {
    const [before, after] = texts[row.key] ?? ['', ''];
    return { row, path: `${row.key}.txt`, before, after };
  });
  const place = { folder: 'config', place: 'b · local', perSecond: 0, history: 1 };
  return syncPlanText(plan, { title: 'Title', ...place, rows });
}

describe('the dry run of a synchronisation', () => {
  it('of a push tells what comes, changes and goes, line by line', async () => {
    const text = await textOf('push', {
      come: ['', 'come\n\nlast\n'],
      other: ['other\n', 'changed\n'],
      gone: ['gone\n', ''],
    });
    expect(text).toContain('# Keys to create: 1. To replace: 1. To delete: 1.\n');
    expect(text).toContain('# Changed there, which Pull is for: 1 key.\n');
    expect(text).toContain('# The bucket keeps one revision of a key: they are gone.\n');
    expect(text).toContain('\n+come.txt 5 B · come\n+come\n+\n+last\n\n');
    expect(text).toContain('\n-gone.txt · gone r3, 5 B\n-gone\n\n');
    expect(text).toContain('\n other.txt 8 B · other r2, 6 B\n@@ 1 @@\n-other\n+changed\n');
  });

  it('of a pull deletes the file of a key that was deleted', async () => {
    const text = await textOf('pull', { new: ['new', ''] });
    expect(text).toContain('# Files to create: 0. To replace: 0. To delete: 1.\n');
    expect(text).toContain('\n-new.txt 4 B · new\n-new\n');
  });
});
