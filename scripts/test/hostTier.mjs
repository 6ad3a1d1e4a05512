import { cpSync, createWriteStream, existsSync, mkdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { runTests } from '@vscode/test-electron';
import { build, inTurn } from '../lib/build.mjs';
import { tempFolder } from '../lib/lifetime.mjs';
import { print } from '../lib/output.mjs';
import { root } from '../lib/root.mjs';
import { findNewestNatsServer } from '../nats/findNatsServer.mjs';
import { findVscode } from '../vscode/findVscode.mjs';
import { noContexts } from '../vscode/noContexts.mjs';
import { writeProfile } from '../vscode/profile.mjs';
import { countHost, judge } from './counts.mjs';
import { installedExtension } from './installedExtension.mjs';

/** Tests of what needs a folder of a workspace: they run in a window that has one, the others in an empty one. */
const inFolder = 'inFolder/';

/**
 * Runs test/host, or some of its files, inside the extension host of whichever VS Code is at hand. The extension
 * under test is the packed and installed one, see installedExtension.mjs, or that of the source folder.
 */
export async function runHost({ files, installed = false } = {}) {
  const vscode = await findVscode();
  print(vscode.description);
  const underTest = installed ? await installedExtension(vscode) : await sourceExtension();
  const chosen = files?.map((file) => relative('test/host', file).replaceAll('\\', '/'));
  const windows = [
    { hasFolder: false, files: chosen?.filter((file) => !file.startsWith(inFolder)) },
    { hasFolder: true, files: chosen?.filter((file) => file.startsWith(inFolder)) },
  ].filter((window) => window.files?.length !== 0);
  const lines = [];
  let exitCode = 0;
  for (const window of windows) {
    const ran = await runWindow({ vscode, underTest }, window);
    lines.push(...ran.lines);
    exitCode ||= ran.exitCode;
  }
  return judge(countHost(lines), exitCode);
}

/** The extension as `npm run build` makes it; VS Code loads no other but one that uses what it exports. */
async function sourceExtension() {
  await inTurn(() => build('--tests'));
  const extensionsDir = tempFolder();
  const example = join(extensionsDir, 'nats-kv.nats-kv-example-0.0.1');
  cpSync(join(root, 'test', 'exampleExtension'), example, { recursive: true });
  const launchArgs = [`--extensions-dir=${extensionsDir}`];
  return { developed: root, suite: 'index.js', launchArgs };
}

async function runWindow({ vscode, underTest }, { hasFolder, files = [] }) {
  const work = tempFolder();
  const userDataDir = join(work, 'user');
  const results = join(work, 'results.jsonl');
  writeProfile(userDataDir);
  const folder = join(work, 'workspace');
  mkdirSync(folder);
  const exitCode = await launch(
    vscode,
    underTest,
    [...(hasFolder ? [folder] : []), `--user-data-dir=${userDataDir}`],
    {
      ...vscode.env,
      TMPDIR: work,
      ...noContexts(work),
      NATS_KV_HOST_RESULTS: results,
      NATS_KV_HOST_FILES: files.join(','),
      NATS_KV_HOST_FOLDER: hasFolder ? folder : '',
      NATS_KV_USER_DATA: userDataDir,
      NATS_SERVER_BIN: (await findNewestNatsServer()).path,
    },
  );
  const lines = readLines(results);
  lines.forEach(printLine);
  return { lines, exitCode };
}

/** VS Code's own output, long and mostly of no interest, goes to a file. */
async function launch(vscode, underTest, args, extensionTestsEnv) {
  const artifacts = join(root, 'artifacts', 'host');
  mkdirSync(artifacts, { recursive: true });
  const log = createWriteStream(join(artifacts, 'vscode.log'));
  try {
    return await runTests({
      vscodeExecutablePath: vscode.executable,
      extensionDevelopmentPath: underTest.developed,
      extensionTestsPath: join(root, 'out', 'host', underTest.suite),
      extensionTestsEnv,
      launchArgs: [...args, ...underTest.launchArgs],
      stdout: log,
      stderr: log,
    });
  } catch (error) {
    print(`${error.message} VS Code's log: artifacts/host/vscode.log`);
    return 1;
  } finally {
    log.end();
  }
}

function readLines(path) {
  const text = existsSync(path) ? readFileSync(path, 'utf8') : '';
  return text
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line));
}

function printLine({ state, title, error }) {
  if (title !== undefined) {
    print(`${state}: ${title}${error === undefined ? '' : `\n${error}`}`);
  }
}
