import { which } from '../lib/run.mjs';

/** How a window can be shown here: `screen`, `virtual` (through xvfb-run), or `none`. */
export function displayKind(env = process.env, platform = process.platform) {
  if (platform !== 'linux' || env.DISPLAY || env.WAYLAND_DISPLAY) {
    return 'screen';
  }
  return which('xvfb-run', env, platform) === undefined ? 'none' : 'virtual';
}
