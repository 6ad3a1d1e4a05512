import { readFileSync } from 'node:fs';
import { FakeKvConnection } from '../fakeKvConnection';
import { AgentTools, type LoggedCall } from '../../../src/kv/agents/agentTools';
import type { AgentSettings } from '../../../src/kv/agents/agentPolicy';
import type { ProposedValue } from '../../../src/kv/agents/proposals';
import type { ToolContext } from '../../../src/kv/agents/toolContext';
import type { WriteQuestion } from '../../../src/kv/agents/writes';
import type { ConnectionConfig } from '../../../src/kv/model/connectionConfig';
import type { KvConnection } from '../../../src/kv/model/kvConnection';
import { ConnectionSession } from '../../../src/kv/session/connectionSession';

const { contributes } = JSON.parse(readFileSync('package.json', 'utf8')) as {
  contributes: { configuration: { properties: Record<string, { default: unknown }> } };
};

/** What is redacted when nobody has changed the setting. */
export const defaultRedact = contributes.configuration.properties['natsKv.agents.redact']?.default;

/** The tools over fake connections, or real ones, with what they asked of the user. */
export class AgentBench {
  readonly server = new FakeKvConnection();
  readonly sessions: ConnectionSession[] = [];
  settings: AgentSettings = {
    isOn: true,
    connections: ['*'],
    redact: defaultRedact,
    allowWrites: [],
  };
  readonly logged: LoggedCall[] = [];
  readonly proposed: ProposedValue[] = [];
  readonly questions: WriteQuestion[] = [];
  answer: () => Promise<boolean> = () => Promise.resolve(false);
  codecOf: NonNullable<ToolContext['codecOf']> = () => undefined;
  now = (): number => Date.now();
  readonly tools = new AgentTools({
    sessions: () => this.sessions,
    settings: () => this.settings,
    propose: (values) => {
      this.proposed.push(...values);
      return Promise.resolve('opened');
    },
    confirm: (question) => {
      this.questions.push(question);
      return this.answer();
    },
    codecs: () => Promise.resolve((place) => this.codecOf(place)),
    log: (call) => this.logged.push(call),
    now: () => this.now(),
  });

  static async start(): Promise<AgentBench> {
    const bench = new AgentBench();
    bench.server.foreignCreateBucket({ name: 'B', history: 10 });
    await bench.connect({ name: 'local' });
    return bench;
  }

  async connect(
    config: Partial<ConnectionConfig> & { readonly name: string },
    connection: KvConnection = this.server,
  ): Promise<ConnectionSession> {
    const whole = { id: config.name, url: 'nats://127.0.0.1:4222', ...config };
    const session = new ConnectionSession(whole, () => Promise.resolve(connection));
    await session.connect();
    this.sessions.push(session);
    return session;
  }

  /** What a call returns. */
  async call(tool: string, input: unknown, signal?: AbortSignal): Promise<Record<string, unknown>> {
    return JSON.parse(await this.tools.call(tool, input, signal)) as Record<string, unknown>;
  }

  /** What a call returns or is refused with, as a client gets it. */
  async told(tool: string, input: unknown, signal?: AbortSignal): Promise<string> {
    try {
      return await this.tools.call(tool, input, signal);
    } catch (error) {
      return `refused: ${error instanceof Error ? error.message : String(error)}`;
    }
  }

  stop(): void {
    this.sessions.forEach((session) => session.dispose());
  }
}
