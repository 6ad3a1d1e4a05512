import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { build, inTurn } from '../lib/build.mjs';
import { root } from '../lib/root.mjs';

let loading;

/** The extension's own code for a local server, of src/extension/localServer, bundled for Node. */
export function localServerModules() {
  loading ??= inTurn(load);
  return loading;
}

async function load() {
  await build('--local-server');
  return import(pathToFileURL(join(root, 'out', 'localServer.mjs')).href);
}
