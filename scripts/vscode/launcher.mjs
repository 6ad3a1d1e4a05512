import { readLaunchArguments } from './launchArguments.mjs';
import { openBrowser } from './openBrowser.mjs';
import { startVscodeServer } from './startVscodeServer.mjs';
import { workbenchUrl } from './workbenchUrl.mjs';

/*
 * Stands in for the executable of a desktop VS Code: takes the same arguments, runs the suite in the
 * extension host of VS Code's server with a headless browser as its window, and exits with the verdict.
 */

const timeLimitMs = 15 * 60_000;

async function main() {
  const launch = readLaunchArguments(process.argv.slice(2));
  const { url } = await startVscodeServer({
    folder: process.env.NATS_KV_VSCODE_SERVER,
    userDataDir: launch.userDataDir,
    extensionsDir: launch.extensionsDir,
    underTest: true,
  });
  const { browser, page } = await openBrowser(process.env.CHROME_EXECUTABLE);
  const verdict = new Promise((resolve, reject) => {
    setTimeout(
      () => reject(new Error(`no verdict in ${timeLimitMs / 60_000} minutes`)),
      timeLimitMs,
    );
    browser.once('disconnected', () => reject(new Error('the browser ended')));
    page.once('crash', () => reject(new Error('the page crashed')));
    void page.exposeFunction('codeAutomationExit', resolve);
  });
  await page.exposeFunction('codeAutomationLog', showLog);
  await page.goto(workbenchUrl(url, launch));
  return verdict;
}

/** Everything that the window logs, much of it about accounts and galleries that are not there. */
function showLog(type, args) {
  console.log(`[${type}]`, ...args);
}

try {
  process.exit(await main());
} catch (error) {
  console.error(`VS Code's server could not run the suite: ${error.message}`);
  process.exit(1);
}
