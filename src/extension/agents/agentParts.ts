import * as vscode from 'vscode';
import { AgentTools, placeOfFault, type LoggedCall } from '../../kv/agents/agentTools';
import type { Disposable } from '../../kv/base/event';
import type { Connections } from '../../kv/session/connections';
import { displayText } from '../../kv/values/displayText';
import type { ValueCodecs } from '../codecs/valueCodecs';
import type { ManyKeysParts } from '../commands/manyKeys/manyKeysParts';
import type { KeyDocuments } from '../documents/model/keyDocuments';
import { agentSettings } from './agentSettings';
import { confirmWrite } from './confirmWrite';
import { openProposals } from './openProposals';

export interface AgentNeeds {
  readonly connections: Connections;
  readonly documents: KeyDocuments;
  readonly codecs: Pick<ValueCodecs, 'of' | 'ready'>;
  readonly manyKeys: () => Promise<Pick<ManyKeysParts, 'propose'>>;
}

/** Everything of the tools of agents, built with the first call; its log tells of each call. */
export class AgentParts implements Disposable {
  private readonly log = vscode.window.createOutputChannel('NATS KV Agents', { log: true });
  readonly tools: AgentTools;

  constructor({ connections, documents, codecs, manyKeys }: AgentNeeds) {
    this.tools = new AgentTools({
      sessions: () => connections.all,
      settings: agentSettings,
      propose: (values, signal) => openProposals({ documents, manyKeys }, values, signal),
      confirm: confirmWrite,
      codecs: async () => {
        await codecs.ready();
        return (place) => codecs.of(place);
      },
      log: (call) => this.tell(call),
    });
  }

  /** Tells of what failed beside the calls. */
  readonly failed = (error: unknown): void => this.log.error(displayText(placeOfFault(error)));

  dispose(): void {
    this.log.dispose();
  }

  private tell({ tool, input, characters, failed, fault }: LoggedCall): void {
    const asked = `${displayText(tool)} ${displayText(input)}`;
    if (failed === undefined) {
      this.log.info(`${asked}: ${characters} characters returned`);
    } else {
      this.log.warn(`${asked}: ${displayText(failed)}`);
    }
    if (fault !== undefined) {
      this.log.error(displayText(fault));
    }
  }
}
