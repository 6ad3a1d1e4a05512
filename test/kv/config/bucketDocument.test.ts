import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  changesBetween,
  documentText,
  streamChange,
  streamOfValues,
  valuesOf,
} from '../../../src/kv/config/bucketDocument';
import { forAnother } from '../../../src/kv/config/forAnother';
import { mergeValues } from '../../../src/kv/config/mergeValues';
import { placeOf, readDocument } from '../../../src/kv/config/readDocument';
import type { StreamConfiguration } from '../../../src/kv/model/bucket';
import { parseExactly } from '../../../src/kv/values/exactJson';
import { arbitraryStream } from './arbitraryStream';

const plain: StreamConfiguration = {
  name: 'KV_b',
  subjects: ['$KV.b.>'],
  retention: 'limits',
  max_consumers: -1,
  max_msgs: -1,
  max_bytes: -1,
  max_age: 0,
  max_msgs_per_subject: 1,
  max_msg_size: -1,
  discard: 'new',
  storage: 'file',
  num_replicas: 1,
  duplicate_window: 120e9,
  compression: 'none',
  allow_direct: true,
  mirror_direct: false,
  sealed: false,
  deny_delete: true,
  deny_purge: false,
  allow_rollup_hdrs: true,
};

/** As a server of a later version would send it. */
const unknown = fc.dictionary(
  fc.stringMatching(/^later_[a-z]{1,6}$/),
  fc.jsonValue().filter((value) => !JSON.stringify(value).includes('-0')),
  { maxKeys: 3 },
);

describe('the document of a bucket', () => {
  it('is short for an ordinary bucket', () => {
    expect(documentText(valuesOf('b', plain))).toBe(`{
  "description": "",
  "history": 1,
  "ttl": "none",
  "maxBytes": "unlimited",
  "maxValueSize": "unlimited",
  "storage": "file",
  "compression": "none",
  "replicas": 1
}
`);
  });

  it('writes durations and sizes as people do', () => {
    const config = { ...plain, max_age: 90_000e9, max_bytes: 3 * 2 ** 30, max_msg_size: 1_000 };
    expect(valuesOf('b', config)).toMatchObject({
      ttl: '1d1h',
      maxBytes: '3 GiB',
      maxValueSize: 1000,
    });
  });

  it('reads back without a change, whatever a server has', () => {
    fc.assert(
      fc.property(arbitraryStream('2.14'), unknown, (stream, later) => {
        const config = { ...plain, ...stream, ...later };
        const values = valuesOf('b', config);
        const read = readDocument(documentText(values));
        expect(read.problems).toEqual([]);
        expect(changesBetween('b', values, read.values ?? {})).toEqual([]);
      }),
      { numRuns: 500 },
    );
  });

  it('changes exactly the field that is edited', () => {
    fc.assert(
      fc.property(arbitraryStream('2.14'), arbitraryStream('2.14'), unknown, (one, two, later) => {
        const config = { ...plain, ...one, ...later };
        const other = { ...plain, ...two };
        for (const [field, value] of Object.entries(other)) {
          const edited = { ...config, [field]: value };
          const [before, after] = [valuesOf('b', config), valuesOf('b', edited)];
          const fields = streamChange(changesBetween('b', before, after));
          expect(valuesOf('b', { ...config, ...fields })).toEqual(after);
          const linked = ['max_age', 'mirror', 'sources', 'subject_delete_marker_ttl'];
          const isAlone = !linked.includes(field);
          expect(Object.keys(fields).filter((name) => isAlone && name !== field)).toEqual([]);
        }
      }),
    );
  });

  it('keeps numbers that a double does not hold, and gives them back digit by digit', () => {
    const json = `{"name":"KV_b","max_bytes":9223372036854775807,"max_age":9007199254740993,"x":{"y":9007199254740993}}`;
    const config = parseExactly(json) as StreamConfiguration;
    const values = valuesOf('b', config);
    expect(documentText(values)).toContain('"maxBytes": 9223372036854775807');
    expect(documentText(values)).toContain('"ttl": "104d5h59m59s254ms740us993ns"');
    const { values: read = {} } = readDocument(documentText(values));
    expect(JSON.stringify(streamOfValues('b', read))).toContain('"max_bytes":9223372036854775807');
    expect(JSON.stringify(streamOfValues('b', read))).toContain('"max_age":9007199254740993');
    expect(JSON.stringify(streamOfValues('b', read))).toContain('"x":{"y":9007199254740993}');
    expect(changesBetween('b', values, read)).toEqual([]);
  });

  it('shortens the duplicate window with the ttl, and says so', () => {
    const before = valuesOf('b', plain);
    const changes = changesBetween('b', before, { ...before, ttl: '10s' });
    expect(changes.map(({ name, after }) => [name, after])).toEqual([
      ['ttl', '10s'],
      ['duplicateWindow', '10s'],
    ]);
  });

  it('hides the notes of the server in the metadata', () => {
    const metadata = { team: 'shop', '_nats.level': '5' };
    expect(valuesOf('b', { ...plain, metadata })).toMatchObject({ metadata: { team: 'shop' } });
  });
});

describe('reading a document', () => {
  it.each([
    ['{', [], 'not JSON'],
    ['[]', [], 'not a JSON object'],
    ['{"history": 0}', ['history'], '1 to 64'],
    ['{"history": 65}', ['history'], '1 to 64'],
    ['{"ttl": 5}', ['ttl'], 'duration'],
    ['{"ttl": "99ms"}', ['ttl'], 'at least 100ms'],
    ['{"markerTtl": "10ms"}', ['markerTtl'], 'at least 1s'],
    ['{"maxBytes": "a lot"}', ['maxBytes'], 'size'],
    ['{"maxValueSize": "2 GiB"}', ['maxValueSize'], 'at most'],
    ['{"replicas": 6}', ['replicas'], '1 to 5'],
    ['{"storage": "tape"}', ['storage'], '"file", "memory"'],
    ['{"denyDelete": "yes"}', ['denyDelete'], 'true or false'],
    ['{"histroy": 3}', ['histroy'], 'no field'],
    ['{"metadata": {"_nats.level": "1"}}', ['metadata'], '_nats'],
    ['{"sources": [{"filter": "a"}]}', ['sources', 0], 'needs "stream"'],
    ['{"sources": [{"stream": "KV_a", "when": 1}]}', ['sources', 0, 'when'], 'sources.0.when'],
    ['{"republish": {"destination": 4}}', ['republish', 'destination'], 'text'],
    ['{"mirror": {"stream": "a", "startTime": "soon"}}', ['mirror', 'startTime'], 'time'],
  ])('tells what is wrong in %s', (text, path, message) => {
    const [problem] = readDocument(text).problems;
    expect(problem).toMatchObject({ path, severity: 'error' });
    expect(problem?.message).toContain(message);
  });

  it('finds the place in the text', () => {
    const text = '{\n  "history": 3,\n  "storage": "tape",\n  "sources": [{ "x": 1 }]\n}';
    const shown = (path: (string | number)[]) => {
      const { offset, length } = placeOf(text, path);
      return text.slice(offset, offset + length);
    };
    expect(shown(['history'])).toBe('"history"');
    expect(shown(['storage'])).toBe('"tape"');
    expect(shown(['sources', 0, 'x'])).toBe('"x"');
    expect(shown(['sources', 0, 'missing'])).toBe('{ "x": 1 }');
    expect(placeOf(text, ['ttl'])).toEqual({ offset: 0, length: 1 });
  });
});

describe('merging documents', () => {
  const base = valuesOf('b', plain);

  it('takes what the server alone changed, keeps what I alone changed', () => {
    const mine = { ...base, history: 5, other: { mine: 1 } };
    const theirs = { ...base, ttl: '1h', replicas: 3, other: { theirs: 2 } };
    expect(mergeValues('b', base, mine, theirs)).toEqual({
      values: { ...base, history: 5, ttl: '1h', replicas: 3, other: { mine: 1, theirs: 2 } },
      conflicts: [],
    });
  });

  it('keeps my text where both changed a field, and names it', () => {
    const merged = mergeValues('b', base, { ...base, history: 5 }, { ...base, history: 7 });
    expect(merged).toMatchObject({ values: { history: 5 }, conflicts: ['history'] });
  });

  it('has no conflict where both changed it alike, in other words', () => {
    const merged = mergeValues('b', base, { ...base, ttl: '24h' }, { ...base, ttl: '1d' });
    expect(merged.conflicts).toEqual([]);
  });

  it('loses no change of either side', () => {
    fc.assert(
      fc.property(
        arbitraryStream('2.14'),
        arbitraryStream('2.14'),
        arbitraryStream('2.14'),
        (...all) => {
          const [was, my, their] = all.map((stream) => valuesOf('b', { ...plain, ...stream }));
          const { values, conflicts } = mergeValues('b', was ?? {}, my ?? {}, their ?? {});
          const touched = (side = {}) =>
            changesBetween('b', was ?? {}, side).map(({ name }) => name);
          const [mine, theirs] = [touched(my), touched(their)];
          const lost = changesBetween('b', my ?? {}, values).map(({ name }) => name);
          // A default may follow another field.
          const explicit = (name: string) => name in (my ?? {});
          expect(lost.filter((name) => mine.includes(name) && explicit(name))).toEqual([]);
          expect(
            conflicts.filter((name) => !mine.includes(name) || !theirs.includes(name)),
          ).toEqual([]);
        },
      ),
    );
  });
});

describe('a document for another bucket', () => {
  it('moves what is below the keys of the bucket, and nothing else', () => {
    const values = {
      republish: { source: '$KV.b.>', destination: 'changed.>' },
      sources: [
        { stream: 'KV_b', transforms: [{ source: '$KV.b.>', destination: '$KV.b.in.>' }] },
        { stream: 'KV_c', filter: '$KV.c.>' },
      ],
      description: '$KV.b.> is what it is',
      sealed: true,
    };
    expect(forAnother(values, 'b', 'new')).toEqual({
      republish: { source: '$KV.new.>', destination: 'changed.>' },
      sources: [
        { stream: 'KV_b', transforms: [{ source: '$KV.b.>', destination: '$KV.new.in.>' }] },
        { stream: 'KV_c', filter: '$KV.c.>' },
      ],
      description: '$KV.b.> is what it is',
    });
  });
});
