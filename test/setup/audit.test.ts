import { describe, expect, it } from 'vitest';
import { judgeAudit } from '../../scripts/test/audit.mjs';

function found(...severities: readonly string[]): string {
  const vulnerabilities = Object.fromEntries(
    severities.map((severity, at) => {
      const name = `package-${at}`;
      return [name, { name, severity, range: '<2', via: [{ title: 'Runs what it reads' }] }];
    }),
  );
  return JSON.stringify({ vulnerabilities, metadata: { vulnerabilities: {} } });
}

describe('what npm audit says', () => {
  it('passes when there is nothing, or nothing grave', () => {
    expect(judgeAudit(found())).toMatchObject({ passed: 1, failed: 0 });
    expect(judgeAudit(found('low', 'moderate'))).toMatchObject({ passed: 1, failed: 0 });
  });

  it('fails with what is high or critical, and names it', () => {
    const { failed, failures } = judgeAudit(found('low', 'high', 'critical'));

    expect(failed).toBe(1);
    expect(failures.join()).toContain('package-1 <2: high: Runs what it reads');
    expect(failures.join()).toContain('package-2 <2: critical');
    expect(failures.join()).not.toContain('package-0');
  });

  it.each([
    ['', 'npm gives no answer'],
    ['<html>', '<html>'],
    [
      JSON.stringify({ message: 'request to the registry failed' }),
      'request to the registry failed',
    ],
    [JSON.stringify({ error: { code: 'ENOTFOUND', summary: '' } }), 'ENOTFOUND'],
    [JSON.stringify({ error: { code: 'E404', summary: 'Not here\nmore' } }), 'Not here'],
  ])('is skipped with the reason when nobody answers: %s', (output, reason) => {
    expect(judgeAudit(output)).toMatchObject({
      failed: 0,
      skips: [{ reason: `the registry could not be asked: ${reason}` }],
    });
  });
});
