import { describe, expect, it } from 'vitest';
import type { BucketStatus } from '../../../src/kv/model/bucket';
import {
  promotion,
  whyNoStepDown,
  whyNotCleaned,
  whyNotPromoted,
  whyNotSealed,
} from '../../../src/kv/operations/bucketActions';
import { toBucketStatus } from '../../../src/kv/nats/buckets/toBucketStatus';
import type { StreamConfig } from '../../../src/kv/nats/buckets/streamConfig';

const time = '2026-01-01T00:00:00Z';

function status(config: Partial<StreamConfig> & object, cluster?: object): BucketStatus {
  return toBucketStatus({
    config: { name: 'KV_b', allow_rollup_hdrs: true, ...config },
    created: time,
    state: { messages: 0, bytes: 0, last_seq: 0, last_ts: time, first_seq: 1, first_ts: time },
    ...(cluster && { cluster }),
  });
}

describe('what can be done to a bucket', () => {
  it('is promoted where its values are under its own keys, by a server that can', () => {
    const moving = [{ src: '$KV.o.>', dest: '$KV.b.>' }];
    const moved = status({ mirror: { name: 'KV_o', subject_transforms: moving } });
    const elsewhere = status({ mirror: { name: 'KV_b', external: { api: '$JS.hub.API' } } });

    expect([moved, elsewhere].map((each) => whyNotPromoted(each, 2))).toEqual([
      undefined,
      undefined,
    ]);
    expect(whyNotPromoted(moved, 1)).toMatch(/server 2\.12/);
    expect(whyNotPromoted(status({}), 5)).toMatch(/no mirror/);
    expect(whyNotPromoted(status({ mirror: { name: 'KV_o' } }), 5)).toMatch(/under \$KV\.o\.>/);
    expect(promotion(moved).stream).toMatchObject({ subjects: ['$KV.b.>'] });
  });

  it('is sealed once, and no mirror is', () => {
    expect(whyNotSealed(status({}))).toBeUndefined();
    expect(whyNotSealed(status({ mirror: { name: 'KV_o' } }))).toMatch(/mirror/);
    expect(whyNotSealed(status({ sealed: true } as object))).toMatch(/sealed already/);
  });

  it('is led by another server where there is one that is up to date', () => {
    const peer = { name: 's1', current: true };
    expect(whyNoStepDown(status({}, { leader: 's0', replicas: [peer] }))).toBeUndefined();
    const late = { ...peer, current: false };
    expect(whyNoStepDown(status({}, { leader: 's0', replicas: [late] }))).toMatch(/up to date/);
    expect(whyNoStepDown(status({}, { leader: 's0' }))).toMatch(/one copy/);
    expect(whyNoStepDown(status({}, { replicas: [peer] }))).toMatch(/no leader/);
    expect(whyNoStepDown(status({}))).toMatch(/cluster/);
  });

  it('is cleaned where the server lets it', () => {
    const sealed = status({ sealed: true } as object);
    const guarded = status({ deny_purge: true } as object);
    const plain = status({ allow_rollup_hdrs: false });
    const acts = ['delete', 'purge', 'trim'] as const;
    const refused = (of: BucketStatus) => acts.filter((act) => whyNotCleaned(of, act));
    expect(refused(status({}))).toEqual([]);
    expect(refused(sealed)).toEqual(acts);
    expect(refused(status({ mirror: { name: 'KV_o' } }))).toEqual(acts);
    expect(refused(guarded)).toEqual(['trim']);
    expect(refused(plain)).toEqual(['purge']);
  });
});
