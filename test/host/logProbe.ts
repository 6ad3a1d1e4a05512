import { inspect } from 'node:util';
import * as vscode from 'vscode';

/** Every test file is a bundle of its own, and so is the one that records. */
const shared = globalThis as { natsKvLog?: string[] };
const lines = (shared.natsKvLog ??= []);

const levels = ['trace', 'debug', 'info', 'warn', 'error', 'append', 'appendLine'];

/**
 * Notes all that the extension logs, at every level, to be called before it is activated: what VS
 * Code writes to disk depends on the level, and not every host writes it at all.
 */
export function recordLog(): void {
  const { window } = vscode;
  const create = window.createOutputChannel.bind(window) as (...args: unknown[]) => object;
  const recording = (...args: unknown[]): object =>
    new Proxy(create(...args), {
      get: (channel, name) => {
        // VS Code makes one channel of a name while its host runs, and no other once it is closed.
        if (name === 'dispose') {
          return () => undefined;
        }
        const value: unknown = Reflect.get(channel, name, channel);
        if (typeof value !== 'function') {
          return value;
        }
        return (...texts: unknown[]): unknown => {
          if (levels.includes(String(name))) {
            lines.push(texts.map((text) => inspect(text, { depth: 10 })).join(' '));
          }
          return Reflect.apply(value, channel, texts);
        };
      },
    });
  Object.assign(window, { createOutputChannel: recording });
}

/** What was logged so far, an entry each. */
export function loggedLines(): readonly string[] {
  return lines;
}
