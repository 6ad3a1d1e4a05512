import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { stopAtExit } from './lifetime.mjs';
import { outputTarget } from './output.mjs';

/**
 * Starts a program that is stopped when this process ends. Options are those of `spawn`;
 * `extraEnv` is laid over the environment.
 */
export function start(command, args, { extraEnv, ...options } = {}) {
  const child = spawn(command, args, { ...options, env: { ...process.env, ...extraEnv } });
  stopAtExit(child);
  return child;
}

/** Runs a program with its output shown, and resolves with its exit code. */
export async function run(command, args, options = {}) {
  const target = outputTarget();
  const show = target ? 'pipe' : 'inherit';
  const child = start(command, args, { stdio: ['ignore', show, show], ...options });
  for (const stream of [child.stdout, child.stderr]) {
    stream?.setEncoding('utf8').on('data', (text) => target.write(text));
  }
  return exitCodeOf(child);
}

/**
 * Runs a program quietly and resolves with what it printed, with `merged` its errors too. Throws with
 * the line that tells most when it fails.
 */
export async function capture(command, args, { timeoutMs, merged, ...options } = {}) {
  const child = start(command, args, { stdio: ['ignore', 'pipe', 'pipe'], ...options });
  const timer = timeoutMs && setTimeout(() => child.kill('SIGKILL'), timeoutMs);
  let [output, errors] = ['', ''];
  child.stdout.on('data', (chunk) => (output += chunk));
  child.stderr.on('data', (chunk) => (errors += chunk));
  const code = await exitCodeOf(child);
  clearTimeout(timer);
  if (code !== 0) {
    const reason = tellingLine(errors.trim() || output.trim());
    throw new Error(`\`${command}\` ended with ${code ?? 'a signal'}: ${reason}`);
  }
  return merged ? output + errors : output;
}

/** The path of a program in PATH, or undefined. */
export function which(name, env = process.env, platform = process.platform) {
  const windows = platform === 'win32';
  const names = windows ? [`${name}.exe`, `${name}.cmd`] : [name];
  const folders = (env.PATH ?? '').split(windows ? ';' : ':').filter(Boolean);
  return folders
    .flatMap((folder) => names.map((file) => join(folder, file)))
    .find((path) => existsSync(path));
}

/**
 * Command and first arguments that run npm: the one that runs us, else the one beside Node or in PATH. One that
 * is a script runs on `node`; that of PATH takes the Node that stands there.
 */
export function npmCommand(node = process.execPath) {
  const beside = join(dirname(process.execPath), 'node_modules', 'npm', 'bin', 'npm-cli.js');
  const script = [process.env.npm_execpath, beside].find(
    (path) => path?.endsWith('npm-cli.js') && existsSync(path),
  );
  if (script !== undefined) {
    return [node, script];
  }
  const npm = which('npm');
  if (npm === undefined) {
    throw new Error('npm was not found. Install Node 18 or newer with npm and run this again.');
  }
  return [npm];
}

/** The first line that speaks of an error, else the last one. */
function tellingLine(text) {
  const lines = text.split('\n').map((line) => line.trim());
  return lines.find((line) => /error\b/i.test(line)) ?? lines.at(-1);
}

function exitCodeOf(child) {
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => resolve(code));
  });
}
