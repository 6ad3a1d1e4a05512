import { type Inspection, type InspectOptions, inspectServer } from './inspectServer';
import { inspectWebSocket } from './inspectWebSocket';
import { isWebSocket, type ServerAddress } from './serverUrl';

/** Looks at what is behind an address, by its transport: `inspectServer`. */
export function inspect(address: ServerAddress, options: InspectOptions): Promise<Inspection> {
  return isWebSocket(address)
    ? inspectWebSocket(address, options)
    : inspectServer(address, options);
}
