import { describe, expect, it } from 'vitest';
import { consequences } from '../../../../src/extension/commands/backup/restoreBucket';

const now = Date.parse('2026-03-02T00:00:00Z');
const hour = 3_600_000;
const summary = {
  bucket: 'SHOP',
  messages: 12_000,
  size: 5_000_000,
  firstRevision: 3,
  lastRevision: 14_002,
  lastUpdate: now - 2 * hour,
  ttl: 0,
  replicas: 1,
  mirrorOf: undefined,
};
const told = (change: Partial<typeof summary> | object, replicas = 1) =>
  consequences({ summary: { ...summary, ...change } }, replicas, now).join(' ');

describe('what a restore is told to do', () => {
  it('says what the backup holds and when that was', () => {
    expect(told({})).toMatch(
      /^The backup holds 12,000 messages, 4\.8 MiB, of the revisions 3 to 14,002\. The last was written .+\.$/,
    );
    expect(told({ messages: 0, lastUpdate: undefined })).toBe('The backup holds no messages.');
  });

  it('says what goes by its TTL', () => {
    expect(told({ ttl: hour })).toMatch(
      /All of it is older than its TTL of 1h and goes at once\.$/,
    );
    expect(told({ ttl: 3 * hour })).toMatch(/What is older than its TTL of 3h goes at once\.$/);
  });

  it('says that a lone server keeps one copy, and what a mirror goes on with', () => {
    expect(told({ replicas: 3 })).toMatch(/It had 3 copies; this server is alone, .* gets one\.$/);
    expect(told({ replicas: 3 }, 3)).not.toMatch(/copies/);
    expect(told({ mirrorOf: 'ORIGIN' })).toMatch(/It goes on copying ORIGIN\.$/);
  });
});
