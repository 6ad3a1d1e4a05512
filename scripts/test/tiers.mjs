import { problem, reasonOf } from '../lib/log.mjs';
import { makePackage } from '../lib/makePackage.mjs';
import { findNewestNatsServer, findOldestNatsServer } from '../nats/findNatsServer.mjs';
import { findBrowser } from '../vscode/findBrowser.mjs';
import { installVscodeServer } from '../vscode/installVscodeServer.mjs';
import { sumCounts } from './counts.mjs';
import { runHost } from './hostTier.mjs';
import { checkStyle, checkTypes, runVitest } from './tools.mjs';

/** What `npm test` runs, in this order. Each resolves with its counts. */
export const tiers = {
  types: checkTypes,
  lint: checkStyle,
  unit: () => runVitest('unit'),
  server: async () => sumCounts([await runNewest(), await runOldest()]),
  host: runHost,
  ui: async () => runVitest('ui', await workbenchEnv()),
  package: async () => runVitest('package', await workbenchEnv()),
};

async function runNewest() {
  return runServer('newest', await findNewestNatsServer());
}

function runServer(tier, { path, version }) {
  console.log(`nats-server ${version} (${path})`);
  return runVitest('server', { NATS_SERVER_BIN: path, NATS_TIER: tier });
}

/** A machine on which no nats-server 2.9 can be had does without it: the only skip that is allowed. */
async function runOldest() {
  let server;
  try {
    server = await findOldestNatsServer();
  } catch (error) {
    problem(`skipped: ${reasonOf(error)}`);
    return { passed: 0, failed: 0, skipped: 1 };
  }
  return runServer('oldest', server);
}

/** What test/ui/openWorkbench.ts needs. The extension is packed anew, so that it is today's. */
async function workbenchEnv() {
  return {
    NATS_SERVER_BIN: (await findNewestNatsServer()).path,
    NATS_KV_VSCODE_SERVER: await installVscodeServer(),
    CHROME_EXECUTABLE: await findBrowser(),
    NATS_KV_VSIX: await makePackage(),
  };
}
