import { writeFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { startNatsServer } from '../support/natsServer';
import { type FilledBucket, fillBucket } from '../support/fillBucket';
import { measureLargeListing, measureSmallBucket, measureWatching } from './measure';
import { toTable } from './row';

/**
 * The benchmark, started by `npm run bench` with NATS_SERVER_BIN set. `--json FILE` also writes the
 * rows; `--scale 0.1` takes a tenth of the keys, to try it out: its targets are meant for 1.
 */
const { values } = parseArgs({
  options: { json: { type: 'string' }, scale: { type: 'string', default: '1' } },
});

const scaled = (keys: number) => Math.round(keys * Number(values.scale));
const large: FilledBucket = { name: 'large', keys: scaled(1_000_000), revisions: 1 };
const small: FilledBucket = { name: 'small', keys: scaled(100_000), revisions: 1 };
const updated: FilledBucket = { name: 'updated', keys: scaled(50_000), revisions: 2 };

const server = await startNatsServer();
try {
  for (const bucket of [large, small, updated]) {
    progress(`filling ${bucket.name}: ${bucket.keys} keys`);
    await fillBucket(server.url, bucket);
  }
  progress('measuring');
  const rows = [
    ...(await measureLargeListing(server.url, large)),
    ...(await measureSmallBucket(server.url, small)),
    ...(await measureWatching(server.url, updated)),
  ];
  process.stdout.write(`\n${toTable(rows)}\n`);
  if (values.json !== undefined) {
    await writeFile(values.json, `${JSON.stringify(rows, undefined, 2)}\n`);
  }
} finally {
  await server.stop();
}

function progress(text: string): void {
  process.stdout.write(`- ${text} (${Math.round(performance.now() / 1000)} s)\n`);
}
