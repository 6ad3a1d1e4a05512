import type { Connections } from '../../../kv/session/connections';
import type { ConnectionSession } from '../../../kv/session/connectionSession';
import type { TreeNode } from '../../../views/buckets/rows/nodes';
import { commandIds } from '../../contributions';
import type { CommandMap } from '../register';
import { pickSession } from '../target';

/** Shows JetStream at a glance, of the connection of a row or of one that is picked. */
export function glanceCommand(
  connections: Connections,
  show: (session: ConnectionSession) => Promise<void>,
): CommandMap {
  return {
    [commandIds.connectionGlance]: async (node?: TreeNode) => {
      const session = await pickSession(connections, node);
      if (session) {
        await show(session);
      }
    },
  };
}
