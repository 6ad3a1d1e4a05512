import { execFileSync } from 'node:child_process';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { valuesOf, type BucketValues } from '../../../src/kv/config/bucketDocument';
import { bucketSnippet, snippetKinds } from '../../../src/extension/snippets/bucketSnippet';
import { arbitraryStream } from '../../kv/config/arbitraryStream';

const config = { id: 'local', name: 'local', url: 'nats://127.0.0.1:4222' };
const posix = '/bin/sh';

function target(values: BucketValues, bucket = 'ORDERS') {
  return { config, bucket, values };
}

const everything: BucketValues = {
  description: 'what is "ordered"',
  history: 5,
  ttl: '36h',
  keyTtls: true,
  markerTtl: '1m',
  maxBytes: '1 GiB',
  maxValueSize: '64 KiB',
  storage: 'memory',
  compression: 's2',
  replicas: 3,
  placement: { cluster: 'c', tags: ['ssd', 'eu'] },
  republish: { source: '$KV.ORDERS.>', destination: 'changed.>', headersOnly: true },
  sources: [{ stream: 'KV_EU', transforms: [{ source: '$KV.EU.>', destination: '$KV.ORDERS.>' }] }],
  metadata: { team: 'shop' },
  atomicWrites: true,
  other: { later: { a: 1 } },
};

describe('a bucket as somebody else would make it', () => {
  it('is a command of the CLI', () => {
    expect(bucketSnippet('command', target(everything), posix)).toBe(
      [
        `# 'no option for atomicWrites: true'`,
        `# 'no option for other.later: {"a":1}'`,
        `nats --no-context --server nats://127.0.0.1:4222 kv add --description 'what is "ordered"' --history 5 --storage memory --ttl 36h --marker-ttl 1m --replicas 3 --max-value-size 65536 --max-bucket-size 1073741824 --cluster c --tags ssd --tags eu --compress --metadata team=shop --republish-source '$KV.ORDERS.>' --republish-destination 'changed.>' --republish-headers --source EU ORDERS`,
      ].join('\n'),
    );
  });

  it('is Go', () => {
    const code = bucketSnippet('go', target(everything), posix);
    expect(code).toContain('Bucket: "ORDERS",');
    expect(code).toContain('TTL: 36 * time.Hour,');
    expect(code).toContain('LimitMarkerTTL: 1 * time.Minute,');
    expect(code).toContain(
      'Placement: &jetstream.Placement{Cluster: "c", Tags: []string{"ssd", "eu"}},',
    );
    expect(code).toContain('Sources: []*jetstream.StreamSource{{Name: "EU"}},');
    expect(code).toContain('// The client has no option for atomicWrites: true');
  });

  it('is Python, with what its client takes and does not send', () => {
    const code = bucketSnippet('python', target(everything), posix);
    expect(code).toContain('ttl=129600,');
    expect(code).toContain('max_bytes=1073741824,');
    expect(code).toContain('direct=True,');
    for (const name of ['placement', 'compression', 'sources', 'metadata', 'atomicWrites']) {
      expect(code).toContain(`# The client has no option for ${name}`);
    }
    const plain = bucketSnippet('python', target({}), posix);
    expect(plain).toContain('keyTtls: false, which it switches on');
  });

  it('is TypeScript', () => {
    const code = bucketSnippet('typescript', target(everything), posix);
    expect(code).toContain('kvm.create("ORDERS", {');
    expect(code).toContain('ttl: 129600000,');
    expect(code).toContain('markerTTL: 60000,');
    expect(code).toContain('metadata: { "team": "shop" },');
    expect(code).toContain('// The client has no option for denyDelete: true');
  });

  it('is C#', () => {
    const code = bucketSnippet('csharp', target(everything), posix);
    expect(code).toContain('MaxAge = TimeSpan.FromHours(36),');
    expect(code).toContain('NumberOfReplicas = 3,');
    expect(code).toContain('Metadata = new Dictionary<string, string> { ["team"] = "shop" },');
  });

  it('is a manifest of NACK', () => {
    const manifest = bucketSnippet('nack', target(everything, 'My_Orders'), posix);
    expect(manifest).toContain(
      'kind: KeyValue\nmetadata:\n  name: "my-orders"\nspec:\n  bucket: "My_Orders"',
    );
    expect(manifest).toContain('  ttl: "36h"');
    expect(manifest).toContain('  limitMarkerTtl: 60000000000');
    expect(manifest).toContain('# A KeyValue has no field for republish.headersOnly: true');
    expect(manifest).toContain('# A KeyValue has no field for metadata: {"team":"shop"}');
    expect(manifest).toContain(
      '    - name: "KV_EU"\n      subjectTransforms:\n        - source: "$KV.EU.>"',
    );
  });

  it('is a resource of Terraform', () => {
    const resource = bucketSnippet(
      'terraform',
      target({ ...everything, description: '${a} %{b}' }),
      posix,
    );
    expect(resource).toContain('resource "jetstream_kv_bucket" "ORDERS" {');
    expect(resource).toContain('description       = "$${a} %%{b}"');
    expect(resource).toContain('ttl               = 129600');
    expect(resource).toContain('placement_tags    = ["ssd", "eu"]');
    expect(resource).toContain('# jetstream_kv_bucket has no argument for compression: "s2"');
  });

  it('says what a shorter unit than the target has cannot be said', () => {
    const odd = { ttl: '1500ms', history: 'unlimited' };
    const resource = bucketSnippet('terraform', target(odd), posix);
    expect(resource).toContain('for history: "unlimited"');
    expect(resource).toContain('for ttl: "1s500ms"'.replace('1s500ms', '1500ms'));
  });

  it('drops no field in silence, whatever a server has', () => {
    const forms = snippetKinds(posix).map(({ form }) => form);
    fc.assert(
      fc.property(arbitraryStream('2.14'), fc.constantFrom(...forms), (stream, form) => {
        const values = { ...valuesOf('b', stream), other: { later: 'unknown' } };
        const snippet = bucketSnippet(form, target(values, 'b'), posix);
        expect(snippet).toContain('other.later: "unknown"');
        for (const name of [
          'maxMessages',
          'maxConsumers',
          'discard',
          'rollups',
          'consumerLimits',
        ]) {
          if (name in values) {
            expect(snippet).toContain(`for ${name}: `);
          }
        }
      }),
    );
  });

  it('is quoted so that a shell runs the one command and nothing else', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), fc.string(), (description, label) => {
        const text = (value: string): string => value.replaceAll('\0', '');
        const values = {
          description: text(description),
          metadata: { team: text(label) },
          other: { later: text(`$(touch /tmp/x) \` ' ${label}`) },
        };
        const command = bucketSnippet('command', target(values), posix);
        const script = `nats() { for each in "$@"; do printf '%s\\0' "$each"; done; }\n${command}`;
        const printed = execFileSync('/bin/sh', ['-c', script], { encoding: 'utf8' });
        const words = printed.split('\0');
        expect(words.at(-2)).toBe('ORDERS');
        expect(words).toContain(`team=${values.metadata.team}`);
      }),
      { numRuns: 60 },
    );
  });
});
