import assert from 'node:assert/strict';
import { after, before, describe, it } from 'mocha';
import * as vscode from 'vscode';
import { ConnectionSession } from '../../src/kv/session/connectionSession';
import { KeyFinder } from '../../src/kv/find/keyFinder';
import { parseKeyFilter } from '../../src/kv/find/keyFilter';
import { valueMatcher, type ValueQuery } from '../../src/kv/find/valueQuery';
import { searchValues, type FoundValue } from '../../src/kv/find/valueSearch';
import { exactText } from '../../src/kv/values/textForm';
import { connect } from '../../src/kv/nats/connect';
import { eventually } from '../support/poll';
import { answering } from './answers';
import { HostBench } from './hostBench';
import { picking, type FakePick } from './picking';

const many = 3_000;
const regions = ['eu', 'us', 'apac'] as const;

describe('finding in a bucket of a real server', () => {
  let bench: HostBench;
  let session: ConnectionSession;

  before(async () => {
    bench = await HostBench.start();
    const puts: Promise<number>[] = [];
    for (let number = 0; number < many; number++) {
      const region = regions[number % regions.length] ?? '';
      puts.push(bench.put(`orders.${region}.${number}`, JSON.stringify({ id: number, region })));
    }
    puts.push(bench.put('notes', 'first line\nthe needle of the haystack\n'));
    puts.push(bench.put('orders', 'a key that is a prefix'));
    await Promise.all(puts);
    const config = { id: 'own', name: 'own', url: bench.server.url };
    session = new ConnectionSession(config, () => connect({ servers: [bench.server.url] }));
    // The extension connects when it is first asked for something.
    await bench.open('notes');
  });

  after(async () => {
    session.dispose();
    await bench.stop();
  });

  /** Runs Find in Values as `ways` say and gives what Copy Results copies. */
  async function findInValues(ways: readonly string[], text: string): Promise<string[]> {
    await vscode.env.clipboard.writeText('');
    await picking(
      (pick) => {
        choose(pick, ways);
        // The folder of the key in the active editor comes first.
        pick.accept('B');
        pick.type(text);
        pick.accept(pick.items[0]?.label ?? '');
      },
      () => vscode.commands.executeCommand('natsKv.value.find'),
    );
    await vscode.commands.executeCommand('natsKv.find.copy');
    const copied = await vscode.env.clipboard.readText();
    return copied === '' ? [] : copied.split('\n').sort();
  }

  /** Switches on the ways that are wanted, and the others off; what was on last is on at first. */
  function choose(pick: FakePick, ways: readonly string[]): void {
    for (const way of ['Regular Expression', 'JSON Path', 'Match Case', 'Match Whole Word']) {
      const isOn = pick.items.find(({ label }) => label === way)?.description?.startsWith('on');
      if (isOn !== ways.includes(way)) {
        pick.accept(way);
      }
    }
  }

  it('lists a key as one types, and opens it', async () => {
    let shown: FakePick | undefined;
    await picking(
      (pick) => (shown = pick),
      () => vscode.commands.executeCommand('natsKv.key.goTo'),
    );
    const pick = shown;
    assert.ok(pick);
    pick.type('oeu2997');

    await eventually(() => {
      assert.deepEqual(
        pick.items.map(({ label, description }) => [label, description]),
        [
          [`1 of ${(many + 2).toLocaleString('en')} keys`, undefined],
          ['orders.eu.2997', 'B · bench'],
        ],
      );
    });
    pick.accept('orders.eu.2997');
    await eventually(() => assert.ok(bench.document('orders.eu.2997')));
  });

  it('finds text in the values, each match with its line', async () => {
    assert.deepEqual(await findInValues([], 'NEEDLE'), ['B/notes:2: the needle of the haystack']);
    assert.deepEqual(await findInValues(['Match Case'], 'NEEDLE'), []);
  });

  it('finds whole words, in the scope that is chosen, and remembers what was looked for', async () => {
    assert.deepEqual(await findInValues(['Match Whole Word'], 'needl'), []);
    let labels: string[] = [];
    await picking(
      (pick) => {
        labels = pick.items.map(({ label }) => label);
        pick.hide();
      },
      () => vscode.commands.executeCommand('natsKv.value.find'),
    );
    assert.equal(labels[0], 'Find "needl"');
    for (const label of ['folder orders.eu. of B', 'B', 'bench', '"NEEDLE"']) {
      assert.ok(labels.includes(label), `${label} is among ${labels.join()}`);
    }
  });

  it('shows what replacing would change, and replaces by compare-and-swap', async () => {
    const text = async (key: string) => (await bench.bucket.get(key))?.string();
    await bench.put('swap.a', '{"state":"draft","note":"draft"}');
    await bench.put('swap.b', 'a draft\r\nof two lines\r\n');
    await bench.put('swap.c', 'draft of somebody else');
    assert.equal((await findInValues(['Match Case'], 'draft')).length, 4);

    await answering({ texts: ['final'] }, () =>
      vscode.commands.executeCommand('natsKv.find.replaceAll'),
    );
    const plan = vscode.window.activeTextEditor?.document;
    assert.equal(plan?.uri.scheme, 'natskv-plan');
    assert.match(
      plan.getText(),
      /^# Replace "draft" with "final"\n#\n# 4 matches in 3 keys change/,
    );
    assert.match(plan.getText(), /\n-a draft\n\+a final\n/);
    assert.equal(await text('swap.a'), '{"state":"draft","note":"draft"}');

    await bench.put('swap.c', 'draft, changed meanwhile');
    await vscode.commands.executeCommand('natsKv.plan.carryOut');

    await eventually(() =>
      assert.match(plan.getText(), /\n# 2 replaced, 1 skipped, 0 refused\.\n/),
    );
    assert.match(plan.getText(), /swap\.c: changed on the server since it was found/);
    assert.equal(await text('swap.a'), '{"state":"final","note":"final"}');
    assert.equal(await text('swap.b'), 'a final\r\nof two lines\r\n');
    assert.equal(await text('swap.c'), 'draft, changed meanwhile');
    await vscode.commands.executeCommand('natsKv.find.copy');
    assert.match(await vscode.env.clipboard.readText(), /^B\/swap\.c:1: draft/);
    await vscode.commands.executeCommand('workbench.action.closeActiveEditor');
    await Promise.all(['a', 'b', 'c'].map((key) => bench.bucket.delete(`swap.${key}`)));
  });

  it('finds by a JSON path what the path leads to', async () => {
    const found = await findInValues(['JSON Path'], '$.id == 1234');
    assert.equal(found.length, 1);
    assert.match(found[0] ?? '', /^B\/orders\.us\.1234:\d: .*1234/);
  });

  it('stops at the limit of the settings', async () => {
    const settings = vscode.workspace.getConfiguration();
    await settings.update('natsKv.find.maxResults', 10, vscode.ConfigurationTarget.Global);
    try {
      assert.equal((await findInValues(['Regular Expression'], 'apac')).length, 10);
    } finally {
      await settings.update('natsKv.find.maxResults', undefined, vscode.ConfigurationTarget.Global);
    }
  });

  it('never holds the host up for longer than an expression may take', async () => {
    await bench.put('trap', `${'a'.repeat(80)}!`);
    // In processor time, so that what else the machine does is not in it.
    let longest = 0;
    let last = process.cpuUsage();
    const beat = setInterval(() => {
      const { user, system } = process.cpuUsage(last);
      longest = Math.max(longest, (user + system) / 1_000);
      last = process.cpuUsage();
    }, 5);
    const found = await findInValues(['Regular Expression'], '^(a+)+$');
    clearInterval(beat);
    await bench.bucket.delete('trap');
    assert.deepEqual(found, []);
    // 40 ms are allowed; other threads of the host take their share.
    assert.ok(longest < 500, `${longest} ms`);
  });

  it('finds in every value of thousands, and is cancelled at once', async () => {
    const search = (signal: AbortSignal, onProgress = () => undefined as void) => {
      const query: ValueQuery = { kind: 'text', text: '"region":"eu"', matchCase: true };
      const matcher = valueMatcher(query);
      assert.ok(typeof matcher === 'function');
      const found: FoundValue[] = [];
      const onFound = (more: readonly FoundValue[]) => void found.push(...more);
      const limits = { maxResults: 20_000, maxValueBytes: 1_024, pauseMs: 0 };
      return searchValues([{ session, bucket: 'B' }], {
        ...limits,
        matcher,
        textOf: exactText,
        signal,
        onFound,
        onProgress,
      }).then((result) => ({ ...result, found }));
    };

    const whole = await search(new AbortController().signal);
    assert.equal(whole.end, 'complete');
    assert.equal(whole.found.length, many / regions.length);
    assert.equal(new Set(whole.found.map(({ key }) => key)).size, many / regions.length);

    const abort = new AbortController();
    let told = 0;
    const part = await search(abort.signal, () => {
      told++;
      abort.abort();
    });
    assert.equal(part.end, 'cancelled');
    assert.ok(told <= 2, `told ${told} times`);
    assert.ok(part.counts.searched < many);
  });

  it('finds keys of a listed bucket and of one that is not, alike', async () => {
    const total = async (): Promise<number> => {
      const finder = new KeyFinder([session]);
      finder.open();
      finder.type('apac 29');
      await eventually(() => assert.equal(finder.state.current.busy, false));
      finder.dispose();
      return finder.state.current.total;
    };
    await session.connect();
    const listed = await total();
    const index = session.index('B');
    index?.open();
    await eventually(() => assert.equal(index?.state.current.kind, 'ready'));

    const fromIndex = await total();

    const expected = Array.from({ length: many }, (_, at) => at).filter(
      (at) => at % 3 === 2 && /2.*9/.test(String(at)),
    );
    assert.deepEqual([listed, fromIndex], [expected.length, expected.length]);
  });

  it('filters keys as the server does', async () => {
    const all = await keysOf('>');
    for (const text of ['orders.>', 'orders.*', '*.eu.*', '*', 'orders.us.29*', '>', '*.*.1234']) {
      const parsed = parseKeyFilter(text);
      if (parsed.kind !== 'filter') {
        assert.equal(text, 'orders.us.29*');
        continue;
      }
      assert.deepEqual(all.filter(parsed.filter.matches), await keysOf(text), text);
    }
  });

  async function keysOf(filter: string): Promise<string[]> {
    const keys: string[] = [];
    for await (const key of await bench.bucket.keys(filter)) {
      keys.push(key);
    }
    return keys.sort();
  }
});
