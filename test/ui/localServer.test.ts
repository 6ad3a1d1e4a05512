import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { descendantsOf, isAlive, listProcesses } from '../../scripts/lib/processTree.mjs';
import { localSystem } from '../../src/extension/localServer/localSystem';
import { eventually } from '../support/poll';
import { openWorkbench } from './openWorkbench';
import { pictureFailures } from './pictureFailures';
import type { Workbench } from './workbench';

let workbench: Workbench;
const bin = process.env['NATS_SERVER_BIN'] ?? '';

beforeAll(async () => {
  workbench = await openWorkbench({
    machineSettings: { 'natsKv.localServer.path': bin, 'natsKv.localServer.port': 0 },
  });
  await workbench.openContainer('NATS KV');
});

afterAll(() => workbench?.close());

pictureFailures(() => workbench);

describe('the local server', () => {
  it('starts from the welcome and is a connection in the tree', async () => {
    await workbench.sideBar.getByText('Start Local NATS Server').click();
    await workbench.row('No buckets yet on Local Server.').waitFor();
    await workbench.shot('70-local-server');
    expect(await servers()).toHaveLength(1);
  });

  it('has its log in an output channel of its own', async () => {
    await workbench.chooseFromMenu('Local Server', 'Show Local Server Log');
    const panel = workbench.page.locator('.part.panel');
    const chosen = panel.locator('option[value="NATS KV Local Server"]:checked').first();
    await chosen.waitFor({ state: 'attached' });
    await workbench.shot('71-local-server-log');
  });

  it('is gone from the tree and the machine when it is stopped', async () => {
    await workbench.runCommand('NATS KV: Stop Local NATS Server');
    await workbench.sideBar.getByText('Start Local NATS Server').waitFor();
    await eventually(async () => expect(await servers()).toEqual([]));
  });

  it('ends with the window, as at a reload', async () => {
    await workbench.sideBar.getByText('Start Local NATS Server').click();
    await workbench.row('No buckets yet on Local Server.').waitFor();
    const [pid = 0] = await servers();
    expect(isAlive(pid)).toBe(true);
    await workbench.reload();
    await eventually(() => !isAlive(pid));
  });
});

/** Process ids of the servers with JetStream that this test has caused. */
async function servers(): Promise<number[]> {
  const pids = descendantsOf(process.pid, listProcesses()) as number[];
  const lines = await Promise.all(pids.map((pid) => localSystem.commandLineOf(pid)));
  return pids.filter((_, index) => lines[index]?.startsWith(bin));
}
