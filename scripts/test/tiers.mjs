import { problem, reasonOf } from '../lib/log.mjs';
import { makePackage } from '../lib/makePackage.mjs';
import { findNatsCli } from '../nats/findNatsCli.mjs';
import { findNewestNatsServer, findOldestNatsServer } from '../nats/findNatsServer.mjs';
import { findBrowser } from '../vscode/findBrowser.mjs';
import { installVscodeServer } from '../vscode/installVscodeServer.mjs';
import { noCounts, sumCounts } from './counts.mjs';
import { runHost } from './hostTier.mjs';
import { checkStyle, checkTypes, runVitest } from './tools.mjs';

/** What `npm test` runs, in this order. Each resolves with its counts. */
export const tiers = {
  types: checkTypes,
  lint: checkStyle,
  unit: () => runVitest('unit'),
  server: runServers,
  host: runHost,
  ui: async () => runVitest('ui', await workbenchEnv()),
  package: async () => runVitest('package', await workbenchEnv()),
};

/* What a machine cannot have it does without: no other skip is allowed, and each is told in a line. */

async function runServers() {
  const cli = await orSkipped(findNatsCli);
  if (cli !== undefined) {
    console.log(`nats CLI ${cli.version} (${cli.path})`);
  }
  const extraEnv = { NATS_CLI: cli?.path ?? '' };
  const newest = await runServer('newest', await findNewestNatsServer(), extraEnv);
  const old = await orSkipped(findOldestNatsServer);
  const oldest = old === undefined ? oneSkipped : await runServer('oldest', old, extraEnv);
  return sumCounts([newest, oldest]);
}

async function runServer(tier, { path, version }, extraEnv) {
  console.log(`nats-server ${version} (${path})`);
  const env = { NATS_SERVER_BIN: path, NATS_TIER: tier, ...extraEnv };
  const counts = await runVitest('server', env);
  return { ...counts, failures: counts.failures.map((failure) => `${version}: ${failure}`) };
}

async function orSkipped(find) {
  try {
    return await find();
  } catch (error) {
    problem(`skipped: ${reasonOf(error)}`);
    return undefined;
  }
}

const oneSkipped = { ...noCounts, skipped: 1 };

/** What test/ui/openWorkbench.ts needs. The extension is packed anew, so that it is today's. */
export async function workbenchEnv() {
  return {
    NATS_SERVER_BIN: (await findNewestNatsServer()).path,
    NATS_KV_VSCODE_SERVER: await installVscodeServer(),
    CHROME_EXECUTABLE: await findBrowser(),
    NATS_KV_VSIX: await makePackage(),
  };
}
