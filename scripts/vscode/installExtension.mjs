import { capture } from '../lib/run.mjs';
import { tempFolder } from '../lib/lifetime.mjs';
import { serverNode, serverScript } from './installVscodeServer.mjs';

/**
 * Installs a packaged extension for a server started with the same `extensionsDir`.
 * @param {{ folder: string, extensionsDir: string, vsix: string }} options
 * @returns {Promise<string>} what the server said
 */
export async function installExtension({ folder, extensionsDir, vsix }) {
  const dirs = ['--extensions-dir', extensionsDir, '--server-data-dir', tempFolder()];
  const args = [...dirs, '--accept-server-license-terms', '--install-extension', vsix];
  return capture(serverNode(), [serverScript(folder), ...args], { timeoutMs: 60_000 });
}
