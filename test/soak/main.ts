import { mkdir, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { grownOnHeap } from './heapGrowth';
import { soakOptions } from './options';
import { toSvg } from './plot';
import { toCsv, type Sample } from './sample';
import { Soak } from './soak';
import { verdict } from './verdict';

/**
 * The soak, started by `npm run soak`, which tells its options in CONTRIBUTING.md: hours of another
 * program's changes in one real VS Code, beside another that has nothing to do. Ends with 1 unless its
 * memory and consumers stayed as they were and all was shown as it is stored.
 */
const options = soakOptions(process.argv.slice(2));
const samples: Sample[] = [];
await mkdir(dirname(options.out), { recursive: true });
const soak = await Soak.start(options);
print(`begun: ${options.lastsMs / 60_000} minutes, ${options.rate} changes a second wanted`);
await run();
await soak.picture('soak');
await soak.stop();
const checks = verdict(samples, options.warmUpMs / 1_000);
for (const { text, isGood } of checks) {
  print(`${isGood === undefined ? '     ' : isGood ? 'good ' : 'BAD  '} ${text}`);
}
print(`${options.out}.csv, ${options.out}.svg`);
process.exit(checks.every(({ isGood }) => isGood !== false) ? 0 : 1);

async function run(): Promise<void> {
  const { lastsMs, cutEveryMs, sampleEveryMs, warmUpMs, snapshots } = options;
  let [nextCut, nextSample, isFirstTaken] = [cutEveryMs, 0, false];
  // Consumers of an ended connection are gone half a minute after its end: the last minute is calm.
  const lastCut = lastsMs - Math.max(60_000, sampleEveryMs);
  while (soak.elapsed < lastsMs || samples.length === 0) {
    if (soak.elapsed >= nextSample) {
      await takeSample();
      nextSample = soak.elapsed + sampleEveryMs;
    } else if (soak.elapsed >= nextCut && nextCut <= lastCut) {
      nextCut += cutEveryMs;
      await soak.cut();
    } else if (snapshots && !isFirstTaken && soak.elapsed >= warmUpMs) {
      isFirstTaken = true;
      await soak.snapshot(`${options.out}-1.heapsnapshot`);
    }
    await sleep(100);
  }
  await takeSample();
  if (snapshots) {
    await soak.snapshot(`${options.out}-2.heapsnapshot`);
    print(await grownOnHeap(`${options.out}-1.heapsnapshot`, `${options.out}-2.heapsnapshot`));
  }
}

/** What was found is on disk whatever becomes of the rest. */
async function takeSample(): Promise<void> {
  const sample = await soak.sample();
  samples.push(sample);
  const { seconds, heap, idleHeap, consumers, counted, toCount, wrong, stallMs, cpu } = sample;
  const time = `${Math.round(seconds)} s`.padStart(7);
  print(
    `${time}  heap ${heap.toFixed(1)} MB, idle ${idleHeap.toFixed(1)}, consumers ${consumers}, ` +
      `Live ${counted}/${toCount}, stall ${Math.round(stallMs)} ms, cpu ${cpu.toFixed(2)}` +
      (wrong.length > 0 ? `, WRONG: ${wrong.join(', ')}` : ''),
  );
  await writeFile(`${options.out}.csv`, toCsv(samples));
  await writeFile(`${options.out}.svg`, toSvg(samples));
}

function print(text: string): void {
  process.stdout.write(`${text}\n`);
}
