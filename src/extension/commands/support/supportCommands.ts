import { commandIds } from '../../contributions';
import type { CommandMap } from '../register';
import type { SupportParts } from './supportParts';

/** Commands for whoever asks for help; what they tell is put together when it is asked for. */
export function supportCommands(parts: SupportParts): CommandMap {
  const load = () => import('./supportParts');
  return {
    [commandIds.diagnosticsCopy]: async () => (await load()).copyDiagnostics(parts),
    [commandIds.issueReport]: async () => (await load()).reportIssue(parts),
  };
}
