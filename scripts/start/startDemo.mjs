import { createServer } from 'node:net';
import { parseArgs } from 'node:util';
import { connect } from 'nats';
import { download } from '../lib/download.mjs';
import { guardExit, tempFolder } from '../lib/lifetime.mjs';
import { step } from '../lib/log.mjs';
import { fillDemo } from '../demo/fillDemo.mjs';
import { keepWriting } from '../demo/keepWriting.mjs';
import { findNewestNatsServer } from '../nats/findNatsServer.mjs';
import { startNatsServer } from '../nats/startNatsServer.mjs';
import { openDesktop, openWeb } from './openVscode.mjs';
import { findDesktop } from '../vscode/findDesktop.mjs';

const usualPort = 4222;

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
  const { path, version } = await findNewestNatsServer();
  const port = (await isFree(usualPort)) ? usualPort : -1;
  const { url } = await startNatsServer({ bin: path, storeDir: tempFolder(), port });
  step('filling the demo buckets');
  const client = await connect({ servers: url });
  await fillDemo(client);
  if (live) {
    void keepWriting(client);
  }
  return { url, version, client, live };
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

function isFree(port) {
  return new Promise((resolve) => {
    const probe = createServer();
    probe.once('error', () => resolve(false));
    probe.listen(port, '127.0.0.1', () => probe.close(() => resolve(true)));
  });
}
