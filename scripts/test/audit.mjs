import { npmCommand, start } from '../lib/run.mjs';
import { print } from '../lib/output.mjs';
import { root } from '../lib/root.mjs';
import { noCounts, oneCheck, oneSkipped, withFailure } from './counts.mjs';

const check = 'npm audit of what is shipped';

/** A registry that takes longer is one that does not answer. */
const timeoutMs = 30_000;

/** What is worth keeping a change back; the rest is told. */
const grave = ['high', 'critical'];

/** One check: nothing is known to be gravely wrong with what is shipped; skipped where nobody can be asked. */
export async function checkAudit() {
  const counts = judgeAudit(await askNpm());
  print(
    `${check}: ${[...counts.failures, ...counts.skips.map(({ reason }) => reason)].join('; ') || 'nothing grave'}`,
  );
  return counts;
}

/**
 * Counts of what npm says, which is JSON also when it fails.
 * @returns {import('./counts.mjs').Counts}
 */
export function judgeAudit(output) {
  const { metadata, vulnerabilities, error, message } = parse(output);
  if (metadata?.vulnerabilities === undefined) {
    const reason = error?.summary || error?.code || message || 'npm gives no answer';
    return oneSkipped(check, `the registry could not be asked: ${firstLine(reason)}`);
  }
  const found = Object.values(vulnerabilities ?? {}).filter(({ severity }) =>
    grave.includes(severity),
  );
  return found.length === 0
    ? oneCheck(check, true)
    : withFailure(noCounts, `${check}\n${found.map(describe).join('\n')}`);
}

function describe({ name, severity, range, via = [] }) {
  const titles = via.flatMap((cause) => cause.title ?? []);
  return `${name} ${range}: ${severity}${titles.length > 0 ? `: ${titles.join('; ')}` : ''}`;
}

function parse(output) {
  try {
    return JSON.parse(output);
  } catch {
    return { message: firstLine(output) };
  }
}

function firstLine(text) {
  return text.trim().split('\n', 1)[0];
}

/** npm ends with 1 where it found something, and where it could not ask. */
function askNpm() {
  const [command, ...args] = npmCommand();
  const asked = [...args, 'audit', '--omit=dev', '--json', '--fetch-retries=0'];
  const child = start(command, asked, { cwd: root, stdio: ['ignore', 'pipe', 'ignore'] });
  const timer = setTimeout(() => child.kill('SIGKILL'), timeoutMs);
  let output = '';
  child.stdout.setEncoding('utf8').on('data', (text) => (output += text));
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', () => {
      clearTimeout(timer);
      resolve(output);
    });
  });
}
