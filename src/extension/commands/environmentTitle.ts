import type { ConnectionConfig } from '../../kv/model/connectionConfig';
import { environmentLabel } from '../../views/buckets/rows/productionMark';

/** A title or question, after the label of the environment that it is about: `PRODUCTION: New Key in flags`. */
export function environmentTitle(config: ConnectionConfig, title: string): string {
  const label = environmentLabel(config);
  return label === undefined ? title : `${label}: ${title}`;
}
