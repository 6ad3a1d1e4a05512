import { print } from '../lib/output.mjs';
import { problem, reasonOf } from '../lib/log.mjs';
import { tempFolder } from '../lib/lifetime.mjs';
import { makePackage } from '../lib/makePackage.mjs';
import { findNatsCli } from '../nats/findNatsCli.mjs';
import { findNewestNatsServer, findOldestNatsServer } from '../nats/findNatsServer.mjs';
import { findBrowser } from '../vscode/findBrowser.mjs';
import { installExtension } from '../vscode/installExtension.mjs';
import { installVscodeServer } from '../vscode/installVscodeServer.mjs';
import { named, oneSkipped, sumCounts } from './counts.mjs';
import { runHost } from './hostTier.mjs';
import { sideBySide } from './sideBySide.mjs';
import { checkStyle, checkTypes, runVitest } from './tools.mjs';

/**
 * What `npm test` runs, in this order; `folders` of test are where a tier's files are. `run` gets which
 * of them to run, undefined for all, the names of the tiers that run too, and whether the host takes the extension
 * as it is installed. It resolves with its counts.
 */
export const tiers = {
  types: { run: checkTypes },
  lint: { run: checkStyle },
  unit: {
    folders: ['kv', 'extension', 'views', 'setup'],
    run: ({ files }) => runVitest('unit*', { files }),
  },
  server: { folders: ['server'], run: runServers },
  // Before the host: it is the longest, and two processors are then done at about the same time.
  ui: { folders: ['ui'], run: (part) => runInWorkbench('ui', part) },
  host: { folders: ['host'], run: runHostTier },
  package: { folders: ['package'], run: (part) => runInWorkbench('package', part) },
};

/* What a machine cannot have it does without: no other skip is allowed, and each is told in a line. */

async function runServers({ files }) {
  const cli = await orSkipped(findNatsCli);
  if (cli !== undefined) {
    print(`nats CLI ${cli.version} (${cli.path})`);
  }
  const extraEnv = { NATS_CLI: cli?.path ?? '' };
  const newest = await findNewestNatsServer();
  const oldest = await orSkipped(findOldestNatsServer);
  // Their tests wait more than they work, and each server picks a free port of its own.
  const counts = await sideBySide(
    [
      () => runServer('newest', newest, { files, extraEnv }),
      () =>
        oldest === undefined
          ? oneSkipped('all tests on nats-server 2.9', 'there is no nats-server 2.9 here')
          : runServer('oldest', oldest, { files, extraEnv }),
    ],
    2,
  );
  return sumCounts(counts);
}

async function runServer(tier, { path, version }, { files, extraEnv }) {
  print(`nats-server ${version} (${path})`);
  const env = { NATS_SERVER_BIN: path, NATS_TIER: tier, ...extraEnv };
  return named(await runVitest('server', { files, extraEnv: env }), version);
}

async function orSkipped(find) {
  try {
    return await find();
  } catch (error) {
    problem(`skipped: ${reasonOf(error)}`);
    return undefined;
  }
}

let packed;

/** The extension is packed anew by each run of this program, so that it is today's. */
function packOnce() {
  packed ??= makePackage();
  return packed;
}

/** The host runs what is in dist, which packing replaces: that is over before the host begins. */
async function runHostTier({ files, beside, installed }) {
  if (beside.includes('ui') || beside.includes('package')) {
    await packOnce().catch(() => undefined);
  }
  return runHost({ files, installed });
}

async function runInWorkbench(project, { files }) {
  return runVitest(project, { files, extraEnv: await workbenchEnv() });
}

/** What test/ui/openWorkbench.ts needs. */
export async function workbenchEnv() {
  return {
    NATS_SERVER_BIN: (await findNewestNatsServer()).path,
    NATS_KV_VSCODE_SERVER: await installVscodeServer(),
    CHROME_EXECUTABLE: await findBrowser(),
    NATS_KV_VSIX: await packOnce(),
    NATS_KV_EXTENSIONS: await installOnce(),
  };
}

let installed;

/** The packed extension as VS Code installs it, in a folder that each workbench gets a copy of. */
function installOnce() {
  installed ??= (async () => {
    const [folder, vsix] = [await installVscodeServer(), await packOnce()];
    const extensionsDir = tempFolder();
    await installExtension({ folder, extensionsDir, vsix });
    return extensionsDir;
  })();
  return installed;
}
