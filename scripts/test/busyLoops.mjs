import { start } from '../lib/run.mjs';

/** Ends with its parent, however that ended. */
const loop = 'const parent = process.ppid; while (process.ppid === parent);';

/** Starts programs that each keep a processor busy; the function returned ends them. */
export function startBusyLoops(count) {
  const children = Array.from({ length: count }, () =>
    start(process.execPath, ['-e', loop], { stdio: 'ignore' }),
  );
  return () => children.forEach((child) => child.kill('SIGKILL'));
}
