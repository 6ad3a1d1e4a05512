import { openWorkbench } from '../../ui/openWorkbench';
import type { Workbench } from '../../ui/workbench';
import type { Group } from '../group';
import { atMost, told } from '../row';

const rounds = 10;

/** What the extension costs its host before it can be used, by the host's own report. */
export function activationGroup(): Group {
  return {
    buckets: [],
    measure: async (url) => {
      const workbench = await openWorkbench({
        connections: [{ name: 'bench', url }],
        // Above all else the list of extensions would have the keys, and the window could not be reloaded.
        settings: { 'workbench.editor.useModal': 'off' },
      });
      try {
        const times: number[] = [];
        for (let round = 0; round < rounds; round++) {
          times.push(await activationMs(workbench));
          // A host of its own for each.
          await workbench.reload();
        }
        times.sort((a, b) => a - b);
        const median = ((times[rounds / 2 - 1] ?? NaN) + (times[rounds / 2] ?? NaN)) / 2;
        return [
          atMost(`activation, median of ${rounds}`, 'ms', median, 40),
          told('activation, fastest', 'ms', times[0] ?? NaN),
          told('activation, slowest', 'ms', times.at(-1) ?? NaN),
        ];
      } finally {
        await workbench.close();
      }
    },
  };
}

/** To load the extension's code and to call `activate`, as Show Running Extensions tells it. */
async function activationMs(workbench: Workbench): Promise<number> {
  await workbench.openContainer('NATS KV');
  await workbench.row('bench').waitFor();
  await workbench.runCommand('Developer: Show Running Extensions');
  const row = workbench.page
    .locator('.runtime-extensions-editor .monaco-list-row')
    .filter({ hasText: 'NATS KV Explorer' });
  const text = await row.locator('.activation-time').innerText();
  const ms = Number(/(\d+)\s?ms/.exec(text)?.[1]);
  await workbench.page.keyboard.press('Control+F4');
  return ms;
}
