import { parseArgs } from 'node:util';
import { connect } from 'nats';
import { download } from '../lib/download.mjs';
import { guardExit, tempFolder } from '../lib/lifetime.mjs';
import { step } from '../lib/log.mjs';
import { fillDemo } from '../demo/fillDemo.mjs';
import { keepWriting } from '../demo/keepWriting.mjs';
import { findNewestNatsServer } from '../nats/findNatsServer.mjs';
import { localServerModules } from '../nats/localServerModules.mjs';
import { openDesktop, openWeb } from './openVscode.mjs';
import { findDesktop } from '../vscode/findDesktop.mjs';

/** Starts everything, tells how to use it, and resolves with the exit code when it is over. */
export async function startDemo(args) {
  const options = readOptions(args);
  guardExit();
  const nats = await startServerWithData(options);
  const vscode = await openVscode(options, nats.url);
  printSummary(nats, vscode);
  if (options.check) {
    await checkAnswers(vscode.address, nats.client);
    return 0;
  }
  return vscode.closed;
}

function readOptions(args) {
  const { values } = parseArgs({
    args,
    allowNegative: true,
    options: {
      live: { type: 'boolean', default: true },
      check: { type: 'boolean', default: false },
      web: { type: 'boolean', default: false },
    },
  });
  return values;
}

async function startServerWithData({ live }) {
  const server = await findNewestNatsServer();
  const url = await startServer(server);
  step('filling the demo buckets');
  const client = await connect({ servers: url });
  await fillDemo(client);
  if (live) {
    void keepWriting(client);
  }
  return { url, version: server.version, client, live };
}

/** Starts it as the extension's Start Local NATS Server does, on data of its own. */
async function startServer(found) {
  const { LocalServer } = await localServerModules();
  const server = new LocalServer({ folder: tempFolder(), onLine: () => undefined });
  const state = await server.start(found);
  if (state.kind !== 'running') {
    throw new Error(`Failed to start nats-server: ${state.reason}`);
  }
  return state.url;
}

async function openVscode({ web, check }, natsUrl) {
  const settings = { 'natsKv.connections': [{ name: 'local demo', url: natsUrl }] };
  const desktop = web || check ? undefined : await findDesktop();
  return desktop === undefined
    ? openWeb(settings, { show: !check })
    : openDesktop(desktop, settings);
}

function printSummary({ url, version, live }, { address }) {
  console.log(`
VS Code      ${address}
nats-server  ${url} (${version}), ${live ? 'with a writer that changes some keys every second' : 'quiet'}
Open the NATS KV icon in the activity bar; the connection is called 'local demo'.
Ctrl+C stops and removes all of it.
`);
}

async function checkAnswers(address, client) {
  await client.flush();
  const page = (await download(address, 20_000)).toString();
  if (!page.includes('vscode-workbench-web-configuration')) {
    throw new Error(`${address} answers, but not with VS Code's workbench.`);
  }
  console.log('The workbench and the server answer.');
}
