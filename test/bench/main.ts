import { writeFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { fillBucket } from '../support/fillBucket';
import { startWebSocketServer } from '../support/webSocketServer';
import type { Group } from './group';
import { type GroupName, groups, uiGroups, usualGroups } from './groups';
import { type Row, toTable } from './row';

/**
 * The benchmark, started by `npm run bench` with NATS_SERVER_BIN set. `--only core,tree` names the
 * groups to measure, `--ui` stands for `--only activation,opening,ui,livePanel,tablePage`
 * and measures in a real VS Code. `--json FILE` also
 * writes the rows; `--scale 0.1` takes a tenth of the keys, to try it out: its targets are meant for 1.
 */
const { values } = parseArgs({
  options: {
    only: { type: 'string' },
    ui: { type: 'boolean', default: false },
    json: { type: 'string' },
    scale: { type: 'string', default: '1' },
  },
});

const scaled = (number: number) => Math.round(number * Number(values.scale));
const rows: Row[] = [];
for (const name of chosenGroups()) {
  rows.push(...(await measureGroup(name, groups[name](scaled))));
}
process.stdout.write(`\n${toTable(rows)}\n`);
if (values.json !== undefined) {
  await writeFile(values.json, `${JSON.stringify(rows, undefined, 2)}\n`);
}

function chosenGroups(): readonly GroupName[] {
  const named = values.only?.split(',') ?? (values.ui ? uiGroups : usualGroups);
  const unknown = named.filter((name) => !Object.hasOwn(groups, name));
  if (unknown.length > 0) {
    const known = Object.keys(groups).join(', ');
    throw new Error(`There is no group ${unknown.join(', ')}. Groups: ${known}.`);
  }
  return named as GroupName[];
}

/** Each group has a server of its own, which then has nothing to do but what is measured. */
async function measureGroup(name: GroupName, { buckets, measure }: Group): Promise<Row[]> {
  const { server, url } = await startWebSocketServer();
  try {
    for (const bucket of buckets) {
      progress(`${name}: filling ${bucket.name}: ${bucket.keys} keys`);
      await fillBucket(server.url, bucket);
    }
    progress(`${name}: measuring`);
    return await measure(server.url, url);
  } finally {
    await server.stop();
  }
}

function progress(text: string): void {
  process.stdout.write(`- ${text} (${Math.round(performance.now() / 1000)} s)\n`);
}
