import { join } from 'node:path';

/** Environment in which the user's own contexts of the `nats` CLI, and its variables, are not seen. */
export function noContexts(home) {
  return { XDG_CONFIG_HOME: join(home, 'config'), NATS_URL: '', NATS_CONTEXT: '' };
}
