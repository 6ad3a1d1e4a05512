import { mkdtemp, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from 'esbuild';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { protobufCore } from '../../scripts/bundle/protobufCore.mjs';
import type * as Codec from '../../src/kv/values/protobuf/protobufCodec';
import type { ProtoMessage } from '../../src/kv/values/protobuf/protoSchema';
import type * as Sources from '../../src/kv/values/protobuf/sourceSchema';

type Bundled = typeof Codec & typeof Sources;

/** What is packed of the package, loaded as VS Code loads it. */
async function bundleIn(folder: string): Promise<Bundled> {
  const outfile = join(folder, 'protobuf.cjs');
  await build({
    stdin: {
      contents: ['protobufCodec', 'sourceSchema']
        .map((name) => `export * from './${name}';`)
        .join('\n'),
      resolveDir: 'src/kv/values/protobuf',
    },
    ...{ bundle: true, minify: true, platform: 'node', format: 'cjs', outfile },
    mainFields: ['module', 'main'],
    plugins: [protobufCore],
  });
  return createRequire(import.meta.url)(outfile) as Bundled;
}

const proto2 = `syntax = "proto2"; package t;
  message M {
    optional int64 d = 1 [default = 5];
    optional bytes x = 2 [default = "abc"];
    optional group G = 3 { optional string s = 1; }
    extensions 100 to max;
    reserved 50 to 60;
  }
  extend M { optional string n = 100; }
  service S { rpc Get(M) returns (M) { option deprecated = true; } }`;

const proto3 = `syntax = "proto3"; package t;
  import "google/protobuf/timestamp.proto";
  import "google/protobuf/any.proto";
  enum E { X = 0; Y = 1; }
  message M {
    map<string, M> m = 1;
    google.protobuf.Timestamp t = 2;
    optional bytes b = 3;
    google.protobuf.Any any = 4;
    oneof o { E e = 5; uint64 u = 6 [deprecated = true]; }
  }`;

const edition = `edition = "2023"; package t;
  message M {
    repeated int32 a = 1;
    string s = 2 [features.field_presence = IMPLICIT];
    M q = 3 [features.message_encoding = DELIMITED];
  }`;

describe('what is packed of protobufjs', () => {
  let folder: string;
  let packed: Bundled;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'protobuf-core-'));
    packed = await bundleIn(folder);
  });

  afterAll(() => rm(folder, { recursive: true }));

  it.each([
    ['proto2', proto2, { d: '7', x: 'AA==', g: { s: 'q' }, '[t.n]': 'note' }],
    [
      'proto3',
      proto3,
      {
        m: { k: {} },
        t: '2026-01-01T00:00:00Z',
        b: 'AA==',
        any: { '@type': 'x/t.M', u: '7' },
        e: 'Y',
      },
    ],
    ['an edition', edition, { a: [1, 2], s: 'x', q: { s: 'y' } }],
  ])('reads files of %s', async (_, source, json) => {
    const { protobufCodec, schemaOfSources } = packed;
    const read = (path: string) => Promise.resolve(path === 'f.proto' ? source : undefined);
    const schema = await schemaOfSources({ files: ['f.proto'], importPaths: [] }, read);
    const codec = protobufCodec(schema, schema.message('t.M') as ProtoMessage);
    const encoded = codec.encode(JSON.stringify(json), new Uint8Array());
    expect(encoded.kind).toBe('bytes');
    const decoded = codec.decode(encoded.kind === 'bytes' ? encoded.bytes : new Uint8Array());
    expect(decoded).toMatchObject({ text: JSON.stringify(json) });
  });
});
