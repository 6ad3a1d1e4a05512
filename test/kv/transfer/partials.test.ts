import { spawnSync } from 'node:child_process';
import { readdir } from 'node:fs/promises';
import { expect, it } from 'vitest';
import { partialPath, removeDeadPartials } from '../../../src/kv/transfer/partials';
import { tempFiles } from './transferBench';

it('are removed when their process died, and stay when it lives or is of another computer', async () => {
  const { folder, files } = await tempFiles();
  const mine = partialPath('in/out.ndjson');
  const other = partialPath('in/other.ndjson');
  const { pid } = spawnSync(process.execPath, ['-e', '']);
  const dead = mine.replace(`-${process.pid}-`, `-${pid}-`);
  const elsewhere = dead.replace(/ndjson\.[\da-f]{8}-/, 'ndjson.zzzzzzzz-');
  const named = `in/.out.ndjson.partial`;
  const kept = [mine, other, elsewhere, named, 'in/out.ndjson'];
  for (const path of [...kept, `${dead}/file`]) {
    await files.write(path, Buffer.from('x'));
  }
  await removeDeadPartials(files, 'in/out.ndjson');
  const left = (await readdir(folder, { recursive: true })).map((path) => path.replace(/\\/g, '/'));
  expect(left.sort()).toEqual(['in', ...kept].sort());
  await removeDeadPartials(files, 'nowhere/out.ndjson');
});
