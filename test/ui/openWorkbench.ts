import { cp, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { noContexts } from '../../scripts/vscode/noContexts.mjs';
import { installExtension } from '../../scripts/vscode/installExtension.mjs';
import { openBrowser } from '../../scripts/vscode/openBrowser.mjs';
import { writeProfile } from '../../scripts/vscode/profile.mjs';
import { startVscodeServer } from '../../scripts/vscode/startVscodeServer.mjs';
import { workbenchUrl } from '../../scripts/vscode/workbenchUrl.mjs';
import { Workbench } from './workbench';

export interface WorkbenchOptions {
  /** The setting `natsKv.connections`. */
  readonly connections?: readonly ({ readonly name: string; readonly url: string } & object)[];
  /** Contexts of the `nats` CLI by name, as they stand in their files. */
  readonly contexts?: Readonly<Record<string, object>>;
  /** More user settings. Auto save is off unless set here. */
  readonly settings?: Readonly<Record<string, unknown>>;
  /** Settings of the machine that VS Code's server runs on: those of machine scope count only there. */
  readonly machineSettings?: Readonly<Record<string, unknown>>;
  /** Keys that the user has bound, as they stand in keybindings.json. */
  readonly keybindings?: readonly object[];
  /** Packages of more extensions to install. */
  readonly extensions?: readonly string[];
  /** A folder to open; an empty window when omitted. */
  readonly folder?: string;
  /** The language that VS Code tells extensions; its own texts stay English, without a language pack. */
  readonly language?: string;
}

/**
 * Opens the whole workbench of VS Code with the packaged extension installed, on a profile of its own,
 * in a headless browser. (With one under development VS Code hides notifications.) Open one per test
 * file and `close` it: a start takes some seconds.
 */
export async function openWorkbench(options: WorkbenchOptions = {}): Promise<Workbench> {
  const home = await mkdtemp(join(tmpdir(), 'workbench-'));
  const server = await startServer(home, options);
  const { browser, page } = await openBrowser(fromEnvironment('CHROME_EXECUTABLE'));
  const workbench = new Workbench(page, join(home, 'user'), async () => {
    await browser.close();
    server.stop();
    await rm(home, { recursive: true, force: true, maxRetries: 5 });
  });
  if (options.language) {
    await page.addInitScript(`globalThis._VSCODE_NLS_LANGUAGE = '${options.language}'`);
  }
  try {
    await workbench.open(workbenchUrl(server.url, { folder: options.folder }));
  } catch (error) {
    await workbench.shot('failed-to-open');
    await workbench.close();
    throw error;
  }
  return workbench;
}

/**
 * An editor, a menu or a dialog that gives the focus back late would close a palette or a pick under the
 * hands of a test, which goes on faster than a person does.
 */
const keptOpen = { 'workbench.quickOpen.closeOnFocusLost': false };

async function startServer(home: string, options: WorkbenchOptions) {
  const folder = fromEnvironment('NATS_KV_VSCODE_SERVER');
  const extensionsDir = join(home, 'extensions');
  const userDataDir = join(home, 'user');
  const { connections = [], contexts = {}, settings } = options;
  await writeContexts(home, contexts);
  writeProfile(userDataDir, { 'natsKv.connections': connections, ...keptOpen, ...settings });
  const keybindings = JSON.stringify(options.keybindings ?? []);
  await writeFile(join(userDataDir, 'User', 'keybindings.json'), keybindings);
  await mkdir(join(userDataDir, 'Machine'));
  const machineSettings = JSON.stringify(options.machineSettings ?? {});
  await writeFile(join(userDataDir, 'Machine', 'settings.json'), machineSettings);
  await cp(fromEnvironment('NATS_KV_EXTENSIONS'), extensionsDir, { recursive: true });
  for (const vsix of options.extensions ?? []) {
    await installExtension({ folder, extensionsDir, vsix });
  }
  const env = noContexts(home);
  return startVscodeServer({ folder, userDataDir, extensionsDir, env });
}

async function writeContexts(
  home: string,
  contexts: Readonly<Record<string, object>>,
): Promise<void> {
  const folder = join(home, 'config', 'nats', 'context');
  await mkdir(folder, { recursive: true });
  for (const [name, context] of Object.entries(contexts)) {
    await writeFile(join(folder, `${name}.json`), JSON.stringify(context));
  }
}

function fromEnvironment(name: string): string {
  const value = process.env[name];
  if (!value) {
    throw new Error(`${name} is not set: run these tests through \`npm test -- ui package\`.`);
  }
  return value;
}
