import { notTold } from '../manyKeys/changes';
import { contentOf } from '../manyKeys/keyContent';
import type { Entry } from '../model/entry';
import { exactText } from '../values/textForm';
import { closeValue, openValue } from '../values/valueForm';
import { AgentRefusal } from './agentRefusal';
import type { ProposedValue } from './proposals';

/** The bytes of a text in the form that the stored value has. Throws an `AgentRefusal` where it has none. */
export function proposedBytes({ entry, text }: ProposedValue): Uint8Array {
  if (entry?.operation !== 'PUT') {
    return Buffer.from(text);
  }
  const value = openValue(entry.value);
  if (value.viewOnly !== undefined) {
    throw new AgentRefusal('the form of the stored value cannot be written');
  }
  const closed = closeValue(Buffer.from(asStored(text, value.shown)), value, {
    saveParticipants: 'keep',
  });
  switch (closed.kind) {
    case 'value':
      return closed.bytes;
    case 'invalid':
      throw new AgentRefusal(`text: the stored value is JSON, and this is not: ${closed.problem}`);
    case 'viewOnly':
      throw new AgentRefusal('the form of the stored value cannot be written');
  }
}

/** A text with the byte order mark and the line ends of the stored one, which agents are not shown. */
function asStored(text: string, shown: Uint8Array): string {
  const stored = exactText(shown) ?? '';
  const isMarked = stored.startsWith('\ufeff') && !text.startsWith('\ufeff');
  const isCrLf = stored.includes('\r\n') && !/\r(?!\n)|(?<!\r)\n/.test(stored);
  return `${isMarked ? '\ufeff' : ''}${isCrLf ? text.replace(/\r?\n/g, '\r\n') : text}`;
}

/**
 * What would be stored of a proposal, with the headers and the TTL that the stored value has; undefined for
 * bytes that a document of many keys does not show as text. Throws an `AgentRefusal` as `proposedBytes` does.
 */
export function proposedEntry(proposed: ProposedValue): Entry | undefined {
  const { key, entry } = proposed;
  const value = proposedBytes(proposed);
  if (contentOf(value).kind === 'bytes') {
    return undefined;
  }
  const stored: Entry =
    entry?.operation === 'PUT'
      ? entry
      : { key, revision: 0, operation: 'PUT', created: notTold, size: 0, value, headers: [] };
  return { ...stored, value, size: value.length };
}
