import fc from 'fast-check';
import { applyEdits, format, modify, parseTree } from 'jsonc-parser';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { FileSystemError } from 'vscode';
import type { BatchChange } from '../../../src/kv/model/batch';
import type { Operation } from '../../../src/kv/model/entry';
import { isKvError } from '../../../src/kv/model/errors';
import { FakeMemory } from '../documents/model/fakeEditors';
import { SimulatedWindow } from '../documents/provider/simulatedWindow';
import {
  commentsOf,
  contentOfEntry,
  contentsOf,
  KeysModel,
  none,
  type Contents,
} from './keysModel';
import { KeysWindow, OpenServer, uri } from './keysWindow';
import {
  simulation,
  SimulatedVscode,
  type SimulatedDocument,
  type TextState,
} from './simulatedVscode';

vi.mock('vscode', async (original) => {
  const { simulatedModule } = await import('./simulatedVscode');
  return simulatedModule(await original());
});

/** `KV_TRUTH_RUNS=1000 KV_TRUTH_STEPS=2000` runs what a release is held to. */
const runs = Number(process.env['KV_TRUTH_RUNS'] ?? 40);
const steps = Number(process.env['KV_TRUTH_STEPS'] ?? 50);

/** Long programs find more, short ones show what they found. */
const shortest = Number(process.env['KV_TRUTH_SHORTEST'] ?? 1);

/** Fake milliseconds between the taking of a text and its handing over: enough for a merge to come between. */
const handOverMs = 500;

/** The last one is not in the document. */
const keys = ['a.x', 'a.y', 'a.z', 'a.new', 'b.x'] as const;

const onKeys = [
  ...['put', 'put', 'put', 'remove', 'rename', 'headers', 'ttl', 'single', 'singleAtSave'],
  ...['foreignPut', 'foreignPut', 'foreignAgain', 'foreignDelete', 'foreignAnew'],
  ...['takeServers', 'keepMine', 'keepMine', 'foreignAtSave', 'typedAtSave'],
  ...['foreignAtHandOver', 'typedAtHandOver'],
] as const;
const onAll = [
  ...['save', 'save', 'save', 'carryOut', 'carryOut', 'drop', 'undoSave'],
  ...['undo', 'undo', 'redo', 'merge', 'revert', 'reload', 'comment', 'format', 'break'],
  ...['cut', 'mend', 'mend', 'remake', 'wipe', 'gone', 'anew', 'atomic', 'inTurn'],
  ...['loseBefore', 'loseAfter', 'cutAtSave', 'wait'],
] as const;

interface Step {
  readonly kind: (typeof onKeys)[number] | (typeof onAll)[number];
  readonly key: number;
}

const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 1,
    arbitrary: fc.record({ kind: fc.constantFrom(...onKeys), key: fc.nat(keys.length - 1) }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constantFrom(...onAll), key: fc.constant(0) }) },
);

interface Setting {
  readonly isAtomic: boolean;
  readonly isNested: boolean;
}

const setting = fc.record({ isAtomic: fc.boolean(), isNested: fc.boolean() });

beforeEach(() => {
  vi.useFakeTimers();
});

afterEach(() => {
  vi.useRealTimers();
});

describe('a document of many keys over a server that is made again, cut off, and written by others', () => {
  it(
    'writes what its user has changed and nothing else, and says what came of it',
    { timeout: 3_600_000 },
    async () => {
      await fc.assert(
        fc.asyncProperty(
          setting,
          fc.array(step, { minLength: shortest, maxLength: steps, size: 'max' }),
          async (chosen, program) => {
            const world = new World(chosen);
            try {
              await world.begin();
              for (const each of program) {
                await world.take(each);
              }
              await world.end();
            } finally {
              await world.dispose();
            }
          },
        ),
        { numRuns: runs },
      );
    },
  );
});

/** What a document has written of a key. */
interface Written {
  readonly key: string;
  readonly content: string;
  readonly revision: number;
}

/** One server, a window with a document of keys and another with editors of single keys. */
class World {
  private readonly server = new OpenServer();
  private readonly editor = new SimulatedVscode();
  private readonly model = new KeysModel((problem) => this.problems.push(problem));
  private readonly problems: string[] = [];
  private window: KeysWindow;
  private readonly single: SimulatedWindow;
  private count = 0;
  /** What each key of the document's bucket has ever held. */
  private readonly ever = new Map<string, Set<string>>();
  /** The save that is under way, and the text that it saves. */
  private saving: { readonly state: TextState; readonly done: Promise<void> } | undefined;
  private written: Written[] = [];
  private calls: string[] = [];
  private undoing = false;
  private own = new Set<number>();
  /** What happens as the next write of the document is sent. */
  private atSave: (() => void) | undefined;
  /** A text was taken to be saved, and is not handed over yet. */
  private handsOver = false;

  constructor(private readonly setting: Setting) {
    simulation.editor = this.editor;
    this.editor.isNested = setting.isNested;
    this.editor.onState = (state, how, before) => this.model.add(state, how, before);
    this.fill();
    this.window = this.makeWindow();
    this.single = new SimulatedWindow(this.server, new FakeMemory(), () => true);
  }

  async begin(): Promise<void> {
    await this.editor.open(uri);
    await this.single.open('a.x');
    await this.single.open('a.new');
    await this.calm();
  }

  async take(taken: Step): Promise<void> {
    await vi.advanceTimersByTimeAsync(7);
    const { isDirty, state } = this.document;
    await this.during(Promise.resolve(this.run(taken, keys[taken.key] as string)));
    await this.calm();
    const mayChange = ['undo', 'redo', 'revert'].includes(taken.kind);
    this.check(isDirty && !mayChange ? state : undefined);
  }

  /** With everything back a document without changes is what the server has. */
  async end(): Promise<void> {
    this.window.drop();
    this.anew();
    this.server.goOnline();
    await vi.advanceTimersByTimeAsync(60_000);
    await this.calm();
    this.check(undefined);
    expect(this.window.open?.stale, 'it is stale for good').toBeUndefined();
    await this.editor.revert(this.document);
    await this.calm();
    this.check(undefined);
    expect(this.document.isDirty).toBe(false);
  }

  async dispose(): Promise<void> {
    this.window.dispose();
    this.single.dispose();
    this.server.goOnline();
    await vi.advanceTimersByTimeAsync(1_000);
  }

  private get document(): SimulatedDocument {
    return this.window.document;
  }

  private run({ kind }: Step, key: string): unknown {
    const { server, window, editor, document } = this;
    switch (kind) {
      case 'put':
        return this.edit(key, this.value('mine'));
      case 'headers':
        return this.edit(key, { $value: this.value('mine'), $headers: { h: `${++this.count}` } });
      case 'ttl':
        return this.edit(key, { $value: this.value('mine'), $ttl: '1h' });
      case 'remove':
        return this.edit(key, undefined);
      case 'rename':
        return this.rename(key);
      case 'comment':
        return this.type(document.getText().replace('{', `{ /* note ${++this.count} */`));
      case 'format':
        return this.type(this.formatted());
      case 'break':
        return editor.type(document, `${document.getText()}}`);
      case 'undo':
      case 'redo':
        return editor.step(document, kind === 'undo');
      case 'foreignPut':
        return this.foreign(key, 'PUT');
      case 'foreignAgain':
        return this.foreignAgain(key);
      case 'foreignDelete':
        return this.foreign(key, 'DEL');
      case 'foreignAnew':
        this.foreign(key, 'DEL');
        return this.foreign(key, 'PUT');
      case 'single':
        return this.saveSingle(key);
      case 'foreignAtSave':
        this.atSave = () => this.foreign(key, 'PUT');
        return this.save();
      case 'foreignAtHandOver':
      case 'typedAtHandOver':
        editor.beforeHandOver = () => {
          editor.beforeHandOver = () => Promise.resolve();
          if (kind === 'typedAtHandOver') {
            this.edit(key, this.value('mine'));
          } else {
            this.foreign(key, 'PUT');
          }
          // Long enough for what others have written to be read and brought into the text.
          this.handsOver = true;
          return new Promise((resolve) => setTimeout(resolve, handOverMs));
        };
        return this.save();
      case 'singleAtSave':
        this.atSave = () => void this.saveSingle(key);
        return this.save();
      case 'typedAtSave':
        this.atSave = () => this.edit(key, this.value('mine'));
        return this.save();
      case 'cutAtSave':
        this.atSave = () => this.cut();
        return this.save();
      case 'loseBefore':
      case 'loseAfter':
        this.atSave = () => server.loseNextWrite(kind === 'loseBefore' ? 'before' : 'after');
        return this.save();
      case 'save':
        return this.save();
      case 'carryOut':
        return this.carryOut();
      case 'drop':
        return window.drop();
      case 'undoSave':
        return this.undoSave();
      case 'takeServers':
        return this.takeServers(key);
      case 'keepMine':
        return this.keepMine(key);
      case 'merge':
        return window.merge().then(() => this.agree());
      case 'revert':
        return editor.revert(document).catch(refused);
      case 'reload':
        return this.reload();
      case 'cut':
        return this.cut();
      case 'mend':
        return server.goOnline();
      case 'remake':
        return this.remake();
      case 'wipe':
        this.cut();
        this.remake();
        return server.goOnline();
      case 'gone':
        return server.hasBucket('B') && server.foreignDeleteBucket('B');
      case 'anew':
        return this.anew();
      case 'atomic':
      case 'inTurn':
        return this.setAtomic(kind === 'atomic');
      case 'wait':
        return vi.advanceTimersByTimeAsync(3_000);
    }
  }

  private value(who: string): unknown {
    const count = ++this.count;
    return count % 3 === 0 ? `${who} ${count}` : { who, count };
  }

  private edit(key: string, value: unknown): void {
    const text = this.document.getText();
    const root = parseTree(text);
    const isNested = root?.children?.some(({ children }) => children?.[0]?.value === 'a.') ?? false;
    const isOurs = key.startsWith('a.');
    const path = isNested && isOurs ? ['a.', key.slice(2)] : [key];
    const isThere = this.model.contents(this.document.state).has(key);
    if (isOurs && (isThere || value !== undefined)) {
      const formattingOptions = { insertSpaces: true, tabSize: 2, eol: '\n' };
      this.type(applyEdits(text, modify(text, path, value, { formattingOptions })));
    }
  }

  private rename(key: string): void {
    const name = this.document.getText().includes(`"${key}"`) ? key : key.slice(2);
    this.type(this.document.getText().replace(`"${name}":`, `"${name}${++this.count}":`));
  }

  private formatted(): string {
    const text = this.document.getText();
    const tabSize = (++this.count % 4) + 1;
    return applyEdits(text, format(text, undefined, { insertSpaces: true, tabSize, eol: '\n' }));
  }

  /** A text that cannot be read is undone first. */
  private type(text: string): void {
    if (!contentsOf(this.document.getText())) {
      this.editor.step(this.document, true);
    } else if (contentsOf(text)) {
      this.editor.type(this.document, text);
    }
  }

  private contents(): Contents {
    const last = this.server.last('B').map((entry) => [entry.key, contentOfEntry(entry)] as const);
    return new Map(last.filter(([key, content]) => content !== none && key.startsWith('a.')));
  }

  private revisionOf(key: string): number {
    return this.server.last('B').find((entry) => entry.key === key)?.revision ?? 0;
  }

  private note(): void {
    this.contents().forEach((content, key) =>
      this.ever.set(key, (this.ever.get(key) ?? new Set([none])).add(content)),
    );
  }

  private foreign(key: string, operation: Operation): void {
    if (this.server.hasBucket('B')) {
      const value = operation === 'PUT' ? JSON.stringify(this.value('theirs'), null, 1) : '';
      this.server.foreignWrite('B', { key, operation, value: Buffer.from(value) });
      this.note();
    }
  }

  private foreignAgain(key: string): void {
    const last = this.server.last('B').find((entry) => entry.key === key);
    if (last) {
      const { operation, value, headers, ttl } = last;
      this.server.foreignWrite('B', { key, operation, value, headers, ttl });
    }
  }

  private fill(): void {
    this.server.foreignCreateBucket({ name: 'B', history: 3 });
    this.own.clear();
    this.setAtomic(this.setting.isAtomic);
    ['a.x', 'a.y', 'a.z', 'b.x'].forEach((key) => this.foreign(key, 'PUT'));
  }

  private setAtomic(isOn: boolean): void {
    if (this.server.hasBucket('B')) {
      const stream = { allow_atomic: isOn, allow_msg_ttl: true };
      this.server.foreignUpdateBucket('B', { stream });
    }
  }

  private anew(): void {
    if (!this.server.hasBucket('B')) {
      this.fill();
    }
  }

  private remake(): void {
    if (this.server.hasBucket('B')) {
      this.server.foreignDeleteBucket('B');
    }
    this.fill();
  }

  private cut(): void {
    if (this.server.state.current.kind === 'connected') {
      this.server.goOffline();
    }
  }

  private async saveSingle(key: string): Promise<void> {
    const tab = this.single.tabs.find(({ id }) => id.address.key === key);
    if (tab) {
      this.single.type(tab, `single ${++this.count}`);
      await this.single.save(tab, false);
      this.note();
    }
  }

  private save(): void {
    const { document } = this;
    if (this.saving || !document.isDirty) {
      this.atSave = undefined;
      this.editor.beforeHandOver = () => Promise.resolve();
      return;
    }
    const { state } = document;
    this.begins();
    const done = this.editor.save(document).then(
      () => this.saved(state),
      (error: unknown) => this.notSaved(document, state, error),
    );
    this.saving = { state, done: done.finally(() => this.ends()) };
  }

  private begins(): void {
    this.written = [];
    this.calls = [];
    this.window.told = '';
  }

  private ends(): void {
    this.saving = undefined;
    this.atSave = undefined;
  }

  private saved(state: TextState): void {
    for (const key of keys) {
      const isStored =
        !this.model.isMine(state, key) ||
        this.written.some(
          (each) => each.key === key && each.content === this.model.content(state, key),
        );
      // What was written is no change any more for the model.
      if (!isStored) {
        this.problems.push(`${key} is said to be saved, and is not`);
      }
    }
    this.model.cleaned(state);
  }

  private notSaved(document: SimulatedDocument, state: TextState, error: unknown): void {
    refused(error);
    const message = String(error);
    if (/nothing was (written|sent|changed)/i.test(message) && this.written.length > 0) {
      this.problems.push(`keys were written, and it says: ${message}`);
    }
    const [, some] = /(\d+) of \d+ were written/.exec(message) ?? [];
    if (some !== undefined && Number(some) !== this.written.length) {
      this.problems.push(`${this.written.length} keys were written, and it says: ${message}`);
    }
    if (!document.isDirty && document.state === state) {
      this.problems.push('what was not saved is said to be');
    }
  }

  private async carryOut(): Promise<void> {
    const { plan } = this.window;
    if (plan) {
      // One that is not up to date any more writes nothing: what was written before it is not its own.
      this.calls = [];
      await this.window.carryOut();
      await this.saving?.done;
      if (/^# As one:/m.test(plan.text) && this.calls.some((each) => each !== 'writeBatch')) {
        this.problems.push(`one change was promised, and it was ${this.calls.join(', ')}`);
      }
      this.checkRevisions();
    }
  }

  /** The revisions that are told are those of what was written. */
  private checkRevisions(): void {
    for (const [, key, revision] of this.window.told.matchAll(/^ {2}(\S+): r\d+ -> r(\d+)$/gm)) {
      if (!this.written.some((each) => each.key === key && `${each.revision}` === revision)) {
        this.problems.push(`${key} is said to be r${revision}, and is not`);
      }
    }
  }

  private async undoSave(): Promise<void> {
    const { undo } = this.window;
    if (undo && !this.saving) {
      this.window.undo = undefined;
      this.undoing = true;
      await this.during(undo().catch(refused));
      this.undoing = false;
    }
  }

  private async takeServers(key: string): Promise<void> {
    if (this.conflicts.includes(key)) {
      this.model.taking = [key];
      await this.window.merge([key]);
      this.model.taking = [];
    }
  }

  private keepMine(key: string): void {
    if (this.conflicts.includes(key)) {
      const { open } = this.window;
      const content = contentOfEntry(open?.latest?.entries.get(key));
      this.window.keepMine(key);
      this.model.keep(this.document.state, key, content);
    }
  }

  private get conflicts(): readonly string[] {
    const { open } = this.window;
    return open?.edited.isUnsaved ? open.sideOf(open.edits).conflicts : [];
  }

  private async reload(): Promise<void> {
    const { document } = this;
    const { isDirty, state } = document;
    await this.editor.settle();
    // What is kept is written before a window ends.
    await vi.advanceTimersByTimeAsync(1);
    this.editor.leave();
    this.window.dispose();
    await this.saving?.done;
    this.server.goOnline();
    await vi.advanceTimersByTimeAsync(1);
    this.window = this.makeWindow();
    this.anew();
    if (isDirty) {
      const opening = this.editor.open(uri, state.text);
      this.model.restore(this.document.state, state);
      await opening;
    } else {
      await this.editor.open(uri);
    }
  }

  private makeWindow(): KeysWindow {
    return new KeysWindow(
      ...[this.server, this.editor],
      (name, args, send) => this.write(name, args, send),
      (problem) => this.problems.push(problem),
    );
  }

  /** The document writes: all that comes to be by it is held against what its user has changed. */
  private async write(
    name: string,
    args: readonly unknown[],
    send: () => unknown,
  ): Promise<unknown> {
    const { atSave } = this;
    this.atSave = undefined;
    atSave?.();
    const what = args[1] as string | readonly BatchChange[];
    const changed = typeof what === 'string' ? [what] : what.map(({ key }) => key);
    const before = changed.map((key) => [this.revisionOf(key), this.contentNow(key)] as const);
    this.calls.push(name);
    try {
      return await send();
    } finally {
      const stored = changed.filter((key, at) => this.revisionOf(key) !== before[at]?.[0]);
      if (stored.length > 0 && stored.length < changed.length) {
        this.problems.push(`of ${changed.join(', ')} only ${stored.join(', ')} were written`);
      }
      const made = new Map(stored.map((key) => [key, this.contentNow(key)]));
      made.forEach((content, key) => {
        const [revision, replaced] = before[changed.indexOf(key)] ?? [0, none];
        this.checkWrite(key, revision, replaced);
        this.own.add(this.revisionOf(key));
        this.written.push({ key, content, revision: this.revisionOf(key) });
      });
      this.note();
      if (!this.undoing) {
        this.model.written(made);
      }
    }
  }

  private contentNow(key: string): string {
    return contentOfEntry(this.server.last('B').find((entry) => entry.key === key));
  }

  private checkWrite(key: string, revision: number, replaced: string): void {
    const state = this.saving?.state;
    if (this.undoing || !state) {
      if (!this.own.has(revision)) {
        this.problems.push(`Undo has replaced ${key}, which was not of the save`);
      }
      return;
    }
    if (!this.model.isTouched(state, key)) {
      this.problems.push(`${key} was written, which the user has not changed`);
    }
    if (!this.model.hasSeen(state, key, replaced)) {
      this.problems.push(`${replaced} of ${key} was replaced unseen`);
    }
  }

  /** What waits for an answer gets it in the end. */
  private async during(work: Promise<unknown>): Promise<void> {
    let isDone = false;
    const done = work.finally(() => (isDone = true));
    done.catch(() => undefined);
    for (let turn = 0; turn < 20 && !isDone; turn++) {
      await vi.advanceTimersByTimeAsync(5);
    }
    if (!isDone) {
      this.server.goOnline();
      await vi.advanceTimersByTimeAsync(20_000);
    }
    await done;
  }

  private async calm(): Promise<void> {
    await vi.advanceTimersByTimeAsync(50);
    if (this.handsOver) {
      this.handsOver = false;
      await vi.advanceTimersByTimeAsync(handOverMs);
    }
    // One that waits for its plan may wait.
    if (this.saving && !this.window.plan) {
      await this.during(this.saving.done);
    }
    for (let turn = 0; turn < 4; turn++) {
      await vi.advanceTimersByTimeAsync(120);
      await this.editor.settle();
      await this.single.settle();
    }
  }

  /** What the text and the server say alike, as far as the extension knows, is no change of the text any more. */
  private agree(): void {
    const { open, document } = this.window;
    const text = contentsOf(document.getText());
    if (text && open?.base) {
      [...keys, ...text.keys()]
        .filter((key) => contentOfEntry(open.latest?.entries.get(key)) === (text.get(key) ?? none))
        .forEach((key) => this.model.agree(document.state, key));
    }
  }

  /** `unsaved`: the text before, where nothing but a merge may have changed it. */
  private check(unsaved: TextState | undefined): void {
    expect(this.problems).toEqual([]);
    const { document, server } = this;
    const { open } = this.window;
    const { state } = document;
    const isUp = server.state.current.kind === 'connected' && server.hasBucket('B');
    const now = this.contents();
    const text = contentsOf(state.text);
    if (!document.isDirty) {
      const isTrue = text && JSON.stringify(sorted(text)) === JSON.stringify(sorted(now));
      const says = open?.stale !== undefined;
      expect(isTrue === true || says, `${state.text}\nshown for ${told(now)}`).toBe(true);
      return;
    }
    if (unsaved) {
      expect(state.text.length, 'the text is gone').toBeGreaterThan(0);
      const lost = commentsOf(unsaved.text).filter((each) => !state.text.includes(each));
      expect(this.model.contents(unsaved) && lost).toEqual([]);
    }
    if (!text || !open?.base || this.saving) {
      return;
    }
    const { theirs, conflicts, remade } = open.sideOf(open.edits);
    if (!remade) {
      this.agree();
    }
    if (!isUp || open.stale) {
      return;
    }
    for (const key of new Set([...keys, ...text.keys(), ...now.keys()])) {
      const [mine, other] = [text.get(key) ?? none, now.get(key) ?? none];
      if (mine !== other && !this.model.hasSeen(state, key, other) && !remade) {
        const isTold =
          conflicts.includes(key) || (!this.model.isMine(state, key) && theirs.includes(key));
        expect(isTold, `${key} is ${other} on the server, not ${mine}: nobody says so`).toBe(true);
      }
    }
  }
}

function sorted(contents: Contents): unknown {
  return [...contents].sort(([a], [b]) => (a < b ? -1 : 1));
}

function told(contents: Contents): string {
  return JSON.stringify(sorted(contents));
}

/** A refusal is told to the user; anything else is a fault. */
function refused(error: unknown): void {
  if (!(error instanceof FileSystemError) && !isKvError(error)) {
    throw error;
  }
}
