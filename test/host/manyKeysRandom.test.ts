import assert from 'node:assert/strict';
import { after, before, describe, it } from 'mocha';
import { parse } from 'jsonc-parser';
import * as vscode from 'vscode';
import { eventually } from '../support/poll';
import { HostBench } from './hostBench';
import { documentOf, revert, save as saveTab, type as typeInto } from './keyTabs';
import { runProgram, type Pick } from './randomProgram';
import { restartExtension } from './restartProbe';
import { skipBecause } from './skipBecause';

const steps = 200;
const keys = ['p.a', 'p.b', 'p.c', 'p.d', 'p.e'];

const kinds = [
  ...(['type', 'type', 'type', 'type', 'space', 'drop', 'save', 'save', 'save', 'save'] as const),
  ...(['foreign', 'foreign', 'foreign', 'foreignDelete', 'revert', 'undo', 'undo'] as const),
  ...([
    'keep',
    'take',
    'merge',
    'settle',
    'cut',
    'mend',
    'stall',
    'remake',
    'wipe',
    'restart',
  ] as const),
];

const stream = {
  name: 'KV_many',
  subjects: ['$KV.many.>'],
  max_msgs_per_subject: 5,
  allow_rollup_hdrs: true,
  allow_direct: true,
  allow_atomic: true,
  discard: 'new',
};

/** What a key is on the server: its number, undefined once it is deleted or was never there. */
interface Stored {
  readonly value: number | undefined;
  readonly revision: number;
}

describe('a document of several keys, and another client on them', () => {
  let bench: HostBench;
  let uri: vscode.Uri;
  let last = 0;
  /** Every value is another number, so that a number tells who wrote it. */
  const next = (): number => ++last;
  /** For each key what the user has seen of it, in this bucket; undefined: that it is not there. */
  const seen = new Map<string, Set<number | undefined>>();
  /** Whatever was stored or typed for a key. */
  const known = new Map<string, Set<number>>();

  const typed = new Set<number>();
  const everStored = new Set<number>();

  before(async function () {
    bench = await HostBench.start('many');
    try {
      await bench.update('many', { allow_atomic: true });
    } catch {
      // A server before 2.12 knows no such field, or refuses it.
    }
    if ((await bench.info('many'))['allow_atomic'] !== true) {
      await bench.stop();
      skipBecause('the server takes no batches', this);
    }
    forget();
    await foreignPut('p.a');
    await foreignPut('p.b');
    const query = JSON.stringify({ prefix: 'p.' });
    uri = vscode.Uri.from({
      ...{ scheme: 'natskvkeys', authority: 'bench', path: '/many/p.keys.jsonc', query },
    });
    await vscode.commands.executeCommand('vscode.open', uri, { preview: false, override: false });
    await eventually(() => documentOf(uri));
    look();
  });

  after(async () => {
    if (uri) {
      await mend();
      await revert(uri);
      await bench.stop();
    }
  });

  /** What was seen in another bucket was not seen in this one. */
  function forget(): void {
    keys.forEach((key) => seen.set(key, new Set()));
  }

  function note(key: string, value: number): void {
    known.set(key, (known.get(key) ?? new Set()).add(value));
  }

  async function foreignPut(key: string): Promise<number> {
    const value = next();
    note(key, value);
    everStored.add(value);
    await bench.put(key, String(value));
    return value;
  }

  async function stored(): Promise<ReadonlyMap<string, Stored>> {
    const all = new Map<string, Stored>();
    for (const key of keys) {
      const entry = await bench.bucket.get(key);
      const value = entry?.operation === 'PUT' ? Number(entry.string()) : undefined;
      all.set(key, { value, revision: entry?.revision ?? 0 });
    }
    return all;
  }

  /** The numbers that the text has; undefined while it is no document of keys. */
  function shown(): Readonly<Record<string, number>> {
    return parse(documentOf(uri).getText(), [], { allowTrailingComma: true }) as Record<
      string,
      number
    >;
  }

  /**
   * Notes what a clean document shows. Each number must be one that was stored or typed for its key, and
   * what a document with unsaved text has besides its user's own counts as seen where it is the server's.
   */
  function look(): void {
    const values = shown();
    for (const [key, value] of Object.entries(values)) {
      const text = documentOf(uri).getText();
      assert.ok(known.get(key)?.has(value), `${key}: ${value} is nobody's, in ${text}`);
    }
    for (const key of keys) {
      seen.get(key)?.add(values[key]);
    }
  }

  /** Changes the text. An edit that meets a reload of the document is not applied: another text is seen first. */
  async function edit(change: (text: string) => string): Promise<void> {
    await eventually(async () => {
      look();
      assert.ok(await typeInto(uri, change(documentOf(uri).getText())));
    });
  }

  async function typeValue(key: string): Promise<string> {
    const value = next();
    note(key, value);
    typed.add(value);
    await edit((text) => {
      const there = new RegExp(`("${key}": *)\\d+`);
      if (there.test(text)) {
        return text.replace(there, `$1${value}`);
      }
      const isEmpty = Object.keys(shown()).length === 0;
      return text.replace(/^\{/m, `{\n  "${key}": ${value}${isEmpty ? '' : ','}`);
    });
    return `types ${key} ${value}`;
  }

  async function dropKey(key: string): Promise<string> {
    await edit((text) => text.replace(new RegExp(`\\n *"${key}": *\\d+,?`), ''));
    return `drops ${key}`;
  }

  async function mend(): Promise<void> {
    bench.proxy.reset();
    await bench.proxy.accept();
  }

  /** Saves, and carries out the plan that is shown where something is deleted. */
  async function saveWithPlan(): Promise<boolean> {
    let isOver = false;
    const saving = saveTab(uri).finally(() => (isOver = true));
    await eventually(async () => {
      const active = vscode.window.activeTextEditor?.document.uri.scheme;
      assert.ok(isOver || active === 'natskv-plan');
      if (!isOver) {
        await vscode.commands.executeCommand('natsKv.plan.carryOut');
      }
    });
    const isSaved = await saving;
    if (vscode.window.activeTextEditor?.document.uri.scheme === 'natskv-plan') {
      await vscode.commands.executeCommand('workbench.action.revertAndCloseActiveEditor');
    }
    await vscode.window.showTextDocument(documentOf(uri), { preview: false });
    return isSaved;
  }

  /** Nothing is overwritten that was not seen, and what is written is the user's, as a whole. */
  async function save(): Promise<string> {
    if (!documentOf(uri).isDirty) {
      return 'has nothing to save';
    }
    look();
    const before = await stored();
    const intended = shown();
    const isSaved = await saveWithPlan();
    const now = await stored();
    look();
    const changed = keys.filter((key) => now.get(key)?.revision !== before.get(key)?.revision);
    const facts = JSON.stringify({ isSaved, intended, before: [...before], now: [...now] });
    for (const key of changed) {
      const [from, to] = [before.get(key)?.value, now.get(key)?.value];
      assert.ok(seen.get(key)?.has(from), `${key} was ${from}, overwritten unseen: ${facts}`);
      assert.notEqual(from, to, `${key} was written though it was not changed: ${facts}`);
      const isMine = to === undefined ? !(key in intended) : typed.has(to);
      assert.ok(isMine, `${key} became ${to}, which its user did not want: ${facts}`);
    }
    const revisions = changed.map((key) => now.get(key)?.revision ?? 0).sort((a, b) => a - b);
    revisions.forEach((revision, at) => assert.equal(revision, Number(revisions[0]) + at, facts));
    const isTyped = (key: string): boolean =>
      intended[key] !== undefined && typed.has(intended[key]) && !everStored.has(intended[key]);
    const missing = keys.filter((key) => isTyped(key) && now.get(key)?.value !== intended[key]);
    // The word of a batch may be lost with the link; then all of it is written or none.
    const isWhole = missing.length === 0 || (!isSaved && changed.length === 0);
    assert.ok(isWhole, `a part was written: ${facts}`);
    now.forEach(({ value }) => value !== undefined && everStored.add(value));
    return isSaved ? `saves ${changed.join(', ')}` : 'is refused';
  }

  /** The lines above keys that decide what is in conflict, for one side or the other. */
  async function decisions(how: 'keepMine' | 'takeServers'): Promise<readonly vscode.Command[]> {
    const lenses = await vscode.commands.executeCommand<vscode.CodeLens[]>(
      'vscode.executeCodeLensProvider',
      uri,
    );
    return lenses.flatMap(({ command }) =>
      command?.command === `natsKv.manyKeys.${how}` ? [command] : [],
    );
  }

  async function step(pick: Pick): Promise<string> {
    const key = pick(keys);
    switch (pick(kinds)) {
      case 'type':
        return typeValue(key);
      case 'space':
        await edit((text) => text.replace(new RegExp(`("${key}": )`), '$1 '));
        return `puts a space before the value of ${key}`;
      case 'drop':
        return dropKey(key);
      case 'save':
        return save();
      case 'foreign':
        return `puts ${key} ${await foreignPut(key)}`;
      case 'foreignDelete':
        await bench.bucket.delete(key);
        return `deletes ${key}`;
      case 'revert':
        await revert(uri);
        return 'reverts';
      case 'undo':
        await vscode.window.showTextDocument(documentOf(uri), { preview: false });
        await vscode.commands.executeCommand('undo');
        return 'undoes';
      case 'keep':
      case 'take':
      case 'merge':
        return solve(pick(['keepMine', 'takeServers']));
      case 'cut':
        bench.proxy.refuse();
        bench.proxy.cut();
        return 'cuts the link';
      case 'mend':
        await mend();
        return 'lets the link come back';
      case 'stall': {
        bench.proxy.stall();
        const value = await foreignPut(key);
        bench.proxy.reset();
        return `puts ${key} ${value} while the link stands still`;
      }
      case 'remake': {
        await bench.api('STREAM.DELETE.KV_many', {});
        await eventually(() => bench.api('STREAM.CREATE.KV_many', stream));
        forget();
        return `makes the bucket again with ${key} ${await foreignPut(key)}`;
      }
      case 'wipe':
        await bench.wipe(stream);
        forget();
        return `wipes the store and puts ${key} ${await foreignPut(key)}`;
      case 'restart':
        restartExtension();
        return 'starts the extension again';
      case 'settle':
        await settled();
        return 'settles';
    }
  }

  /** Decides what is in conflict, which shows both sides. */
  async function solve(how: 'keepMine' | 'takeServers'): Promise<string> {
    const [decision] = await decisions(how);
    if (!decision) {
      return 'has no conflict';
    }
    const [, key, revision] = (decision.arguments ?? []) as [vscode.Uri, string, number];
    const now = (await stored()).get(key);
    if (now?.value === undefined ? revision === 0 : now.revision === revision) {
      seen.get(key)?.add(now?.value);
    }
    await vscode.commands.executeCommand(decision.command, uri, key, revision);
    return `${how} of ${key} r${revision}`;
  }

  /** A document without unsaved text comes to show what is on the server. */
  async function settled(): Promise<void> {
    await mend();
    const now = await stored();
    await eventually(() => {
      const values = shown();
      const isLatest = keys.every((key) => values[key] === now.get(key)?.value);
      const facts = JSON.stringify({ values, now: [...now] });
      assert.ok(documentOf(uri).isDirty || isLatest, `not what is there: ${facts}`);
    });
  }

  it('never overwrites unseen, nor writes in part, nor shows what is nobody’s', async function () {
    this.timeout(600_000);
    await runProgram(
      steps,
      async (pick) => {
        const told = await step(pick);
        look();
        return told;
      },
      async () => {
        await revert(uri);
        await settled();
      },
    );
  });
});
