import { isKvError } from '../model/errors';
import type { ConnectionSession } from '../session/connectionSession';
import { agentPolicy, type AgentSettings } from './agentPolicy';
import { AgentRefusal, refusalOf } from './agentRefusal';
import { bucketInfo, listBuckets } from './bucketTools';
import { CallGate, unlessAborted } from './callGate';
import { diffRevisions, keyHistory } from './historyTools';
import { findKeys, readKey, readMany } from './keyTools';
import { limits } from './limits';
import { checkProposals, checkUncoded, type ProposedValue } from './proposals';
import { resultText, type ToolResult } from './resultText';
import { searchValues } from './searchTool';
import { inferShape } from './shapeTool';
import type { ToolContext } from './toolContext';
import { toolDefinitions, type ToolName } from './toolDefinitions';
import { inputProblem } from './toolSchema';
import { watchFor } from './watchTool';
import { deleteKey, putKey, type ConfirmWrite } from './writes';

/** What the tools need of whoever shows things to the user. */
export interface AgentPorts {
  /** All connections; which of them may be seen the settings say. */
  readonly sessions: () => readonly ConnectionSession[];
  /** Asked anew by each call. */
  readonly settings: () => AgentSettings;
  /** Opens what is proposed as unsaved text, and tells how that went; writes nothing to a server. */
  readonly propose: (values: readonly ProposedValue[], signal: AbortSignal) => Promise<string>;
  readonly confirm: ConfirmWrite;
  /** The codecs of values, once they are loaded; none when omitted. */
  readonly codecs?: () => Promise<NonNullable<ToolContext['codecOf']>>;
  /** Told of each call that ended: what was asked, without values, and how much was returned. */
  readonly log: (call: LoggedCall) => void;
  /** Milliseconds since the epoch; `Date.now` when omitted. */
  readonly now?: () => number;
}

/** A call as the log tells it; nothing in it is a value of a key. */
export interface LoggedCall {
  readonly tool: string;
  readonly input: string;
  readonly characters: number;
  readonly failed?: string;
  /** Where a fault of ours was thrown; not its message, which may quote a value. */
  readonly fault?: string;
}

type Run = (context: ToolContext, input: never) => Promise<ToolResult>;

/** The tools whose texts are values, of which the log has only the length. */
const takeValues: ReadonlySet<string> = new Set<ToolName>(['proposeValue', 'putKey']);

/**
 * Owns how the tools are called, for every client alike: inputs are checked, calls are bounded in number
 * and time, results are one text. What goes wrong is an `AgentRefusal`, whose message may be shown to a model.
 */
export class AgentTools {
  private readonly gate = new CallGate();
  private writing = false;

  constructor(private readonly ports: AgentPorts) {}

  /** Whether the settings allow writes on any connection. */
  get mayWrite(): boolean {
    const { allowWrites } = this.ports.settings();
    return Array.isArray(allowWrites) && allowWrites.length > 0;
  }

  /** Runs a tool. */
  async call(tool: string, input: unknown, signal?: AbortSignal): Promise<string> {
    const ended = new AbortController();
    const either = signal ? AbortSignal.any([signal, ended.signal]) : ended.signal;
    const timer = setTimeout(() => ended.abort(), this.longest(tool, input));
    const why = (): string =>
      signal?.aborted ? 'the call was cancelled' : 'the call took too long: ask for less';
    try {
      const text = await this.gate.run(either, () =>
        unlessAborted(either, why, this.run(tool, input, either)),
      );
      this.tell(tool, input, text.length);
      return text;
    } catch (error) {
      const refusal = refusalOf(error);
      this.tell(tool, input, 0, {
        failed: refusal.message,
        ...(error !== refusal && !isKvError(error) && { fault: placeOfFault(error) }),
      });
      throw refusal;
    } finally {
      clearTimeout(timer);
      ended.abort();
    }
  }

  private async run(tool: string, input: unknown, signal: AbortSignal): Promise<string> {
    const definition = toolDefinitions.find(({ name }) => name === tool);
    if (!definition) {
      throw new AgentRefusal('there is no such tool');
    }
    const { sessions, settings, codecs, now = Date.now } = this.ports;
    const policy = agentPolicy(settings());
    const problem = inputProblem(definition.inputSchema, input);
    if (problem !== undefined) {
      throw new AgentRefusal(problem);
    }
    const context: ToolContext = {
      sessions: sessions(),
      policy,
      current: () => agentPolicy(settings()),
      signal,
      now,
      codecOf: await codecs?.(),
    };
    // The input has just been checked against the schema of this tool.
    const result = await this.runs[definition.name](context, input as never);
    return resultText(result);
  }

  private readonly runs: Readonly<Record<ToolName, Run>> = {
    listBuckets,
    findKeys,
    readKey,
    readMany,
    searchValues,
    keyHistory,
    diffRevisions,
    watchFor,
    bucketInfo,
    inferShape,
    proposeValue: async (context, input) => {
      const values = await checkProposals(context, input);
      checkUncoded(context, values);
      const told = await this.ports.propose(values, context.signal);
      return { proposed: values.length, written: 0, note: told };
    },
    putKey: (context, input) => this.write(() => putKey(context, input, this.ports.confirm)),
    deleteKey: (context, input) => this.write(() => deleteKey(context, input, this.ports.confirm)),
  };

  /** One question at a time, so that nobody agrees to another write than the one that is shown. */
  private async write(run: () => Promise<ToolResult>): Promise<ToolResult> {
    if (this.writing) {
      throw new AgentRefusal('the user is being asked about another write: wait for its answer');
    }
    this.writing = true;
    try {
      return await run();
    } finally {
      this.writing = false;
    }
  }

  /** People take their time to answer. */
  private longest(tool: string, input: unknown): number {
    const asked = (input as { readonly seconds?: unknown } | null | undefined)?.seconds;
    const seconds = tool === 'watchFor' && typeof asked === 'number' ? Math.min(60, asked) : 0;
    const isWrite = toolDefinitions.some(({ name, writes }) => name === tool && writes);
    return (isWrite ? 600_000 : limits.callMs) + Math.max(0, seconds) * 1_000;
  }

  private tell(
    tool: string,
    input: unknown,
    characters: number,
    failure: Pick<LoggedCall, 'failed' | 'fault'> = {},
  ): void {
    this.ports.log({
      tool: tool.slice(0, 60),
      input: loggedInput(input, takeValues.has(tool)),
      characters,
      ...failure,
    });
  }
}

/** An input in one line, cut off, with lengths in the place of what may be a value. */
function loggedInput(input: unknown, hasValues: boolean): string {
  let text: string;
  try {
    text = JSON.stringify(input, (name, value: unknown) =>
      hasValues && name === 'text' ? `${String(value).length} characters` : value,
    );
  } catch {
    text = 'no JSON';
  }
  return String(text).slice(0, 500);
}

/** The kind of an error and the first places of its stack, without its message. */
export function placeOfFault(error: unknown): string {
  const { name = typeof error, stack = '' } = (error ?? {}) as Partial<Error>;
  const places = stack.split('\n').filter((line) => /^\s+at .*:\d+:\d+\)?$/.test(line));
  return [name, ...places.slice(0, 3).map((line) => line.trim())].join(' ');
}
