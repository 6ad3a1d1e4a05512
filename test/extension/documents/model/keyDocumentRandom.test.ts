import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { openLike, type OpenedValue } from '../../../../src/kv/values/valueForm';
import { sameBytes } from '../../../../src/kv/base/bytes';
import { valueView } from '../../../../src/extension/documents/model/valueView';
import type { Version } from '../../../../src/extension/documents/model/version';
import {
  addsFinalNewline,
  plainView,
  SimulatedEditor,
  SimulatedServer,
  trims,
  type Participant,
} from './editorSimulation';

describe('KeyDocument in random programs', () => {
  it('never lets a save replace what the user has not seen, and always leaves it to the guard', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        const server = new SimulatedServer();
        server.write('a');
        const editor = new SimulatedEditor(server);
        const typed = new Set<string>();
        for (const each of steps) {
          takeStep(each, server, editor);
          typed.add(editor.dirty ? editor.text : '');
          checkText(server, editor, typed);
        }
      }),
      { numRuns: 2_000 },
    );
  });
});

type Step =
  | { readonly kind: 'type'; readonly text: string }
  | { readonly kind: 'foreign' | 'told'; readonly value: string | Uint8Array }
  | { readonly kind: 'save' | 'overwrite'; readonly participant: Participant }
  | { readonly kind: 'follow' | 'compare' | 'revert' | 'delete' };

const values: readonly (string | Uint8Array)[] = [
  'a',
  'b',
  'ba',
  'a\n',
  '{"a":1}',
  '{"a": 1}',
  '{"a":2}',
  '{\n  "a": 1\n}',
  Buffer.from('{"a":1,"b":2}').toString('base64'),
  gzipSync('{"a":1}'),
  Uint8Array.of(0x81, 0xa1, 0x61, 0x01),
];

const typedTexts = ['a', 'b', 'ab', '{"a":1}', '{ "a": 1 }', '{\n  "a": 2\n}', '{"a":2}\n', '{'];

const rawView = valueView('raw', () => ({ format: true, keepFinalNewline: true }));

const participants: readonly Participant[] = [(text) => text, addsFinalNewline, trims];

const step: fc.Arbitrary<Step> = fc.oneof(
  fc.constantFrom(...typedTexts).map((text) => ({ kind: 'type' as const, text })),
  fc.constantFrom(...values).map((value) => ({ kind: 'foreign' as const, value })),
  fc.constantFrom(...values).map((value) => ({ kind: 'told' as const, value })),
  fc
    .tuple(fc.constantFrom('save' as const, 'overwrite' as const), fc.constantFrom(...participants))
    .map(([kind, participant]) => ({ kind, participant })),
  fc
    .constantFrom('follow' as const, 'compare' as const, 'revert' as const, 'delete' as const)
    .map((kind) => ({ kind })),
);

function takeStep(taken: Step, server: SimulatedServer, editor: SimulatedEditor): void {
  switch (taken.kind) {
    case 'type':
      return editor.type(taken.text);
    case 'foreign':
      return void server.write(taken.value);
    case 'told':
      server.write(taken.value);
      return editor.follow();
    case 'delete':
      return void server.write('', 'DEL');
    case 'follow':
      return editor.follow();
    case 'compare':
      return editor.compare();
    case 'revert':
      return editor.revert();
    case 'save':
    case 'overwrite':
      return checkedSave(server, editor, taken);
  }
}

function checkedSave(
  server: SimulatedServer,
  editor: SimulatedEditor,
  { kind, participant }: { readonly kind: 'save' | 'overwrite'; readonly participant: Participant },
): void {
  const before = server.last?.revision ?? 0;
  const { base, isGuarded } = editor.document;
  const unseen = editor.document.conflict(editor);
  const texts = [editor.text, participant(editor.text)];
  const differs = unseen && !texts.some((text) => isSameValue(text, base ?? unseen, unseen));
  const wasDirty = editor.dirty;
  const end = editor.save(kind === 'overwrite', participant);
  const after = server.last?.revision ?? 0;
  if (differs && unseen.operation === 'PUT' && kind === 'save') {
    const told = isGuarded ? 'refused' : 'conflict';
    expect(end, 'a conflict known at the start is told: the first by the guard').toBe(told);
  }
  if (after !== before) {
    const replaced = server.textAt(before);
    const shown = [...editor.seen].some((revision) => server.textAt(revision) === replaced);
    expect(editor.seen.has(before) || shown, `r${before} was replaced unseen`).toBe(true);
    checkStored(server.valueAt(after), base?.opened(), editor.text);
  }
  if (end === 'saved') {
    // Written, or found to be the same as the text.
    editor.seen.add(after);
    expect(wasDirty).toBe(true);
  }
}

/** Whether a text made of `base`, saved, would be what the server has but for white space. */
function isSameValue(text: string, base: Version, { value, opened }: Version): boolean {
  const content = new TextEncoder().encode(text);
  return [base.opened(), opened()].some((origin) => {
    const closed = plainView.close(content, origin);
    return closed.kind === 'value' && sameBytes(closed.bytes, value);
  });
}

/** What was written is what the text says, in the encoding and on the one line that it came in. */
function checkStored(
  stored: Uint8Array | undefined,
  origin: OpenedValue | undefined,
  text: string,
): void {
  const value = stored ?? new Uint8Array();
  const again = origin ? openLike(value, origin) : plainView.open(value);
  expect(again?.encodings.map(({ kind }) => kind)).toEqual(
    origin?.encodings.map((encoding) => encoding.kind) ?? [],
  );
  if (origin?.form.kind === 'formattedJson') {
    const inner = Buffer.from(again?.encodings.at(-1)?.inner ?? value).toString();
    expect(JSON.parse(inner)).toEqual(JSON.parse(text));
    expect(inner.trim()).not.toContain('\n');
  }
}

/** A clean editor shows what the server has or had, or what the user typed and saved. */
function checkText(
  server: SimulatedServer,
  editor: SimulatedEditor,
  typed: ReadonlySet<string>,
): void {
  if (editor.dirty) {
    return;
  }
  const revisions = Array.from({ length: server.last?.revision ?? 0 }, (_, at) => at + 1);
  const { latest } = editor.document;
  const isServers = revisions.some((revision) => {
    const value = server.valueAt(revision) ?? new Uint8Array();
    const own = sameBytes(value, latest.value) ? [latest.opened()] : [];
    const views = [plainView.open(value), rawView.open(value), ...own];
    return views.some(({ shown }) => Buffer.from(shown).toString() === editor.text);
  });
  const isTyped = [...typed].some((text) =>
    participants.some((participant) => participant(text) === editor.text),
  );
  expect(isServers || isTyped, `${JSON.stringify(editor.text)} is nobody's`).toBe(true);
}
