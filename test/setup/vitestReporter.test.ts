import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { root } from '../../scripts/lib/root.mjs';
import { toolScript } from '../../scripts/lib/tools.mjs';
import { countReport } from '../../scripts/test/counts.mjs';

/** Runs vitest on test/fixtures/runs and returns what the reporter wrote, with the exit code. */
async function runOutcomes() {
  const folder = mkdtempSync(join(tmpdir(), 'report-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const report = join(folder, 'report.json');
  const reporter = join(root, 'scripts', 'test', 'vitestReporter.mjs');
  const config = join(root, 'test', 'fixtures', 'runs', 'vitest.config.mts');
  const args = [toolScript('vitest'), 'run', '--config', config, `--reporter=${reporter}`];
  const env = { ...process.env, NATS_KV_TEST_REPORT: report };
  const child = spawn(process.execPath, args, { cwd: root, env, stdio: 'ignore' });
  const [exitCode] = (await once(child, 'exit')) as [number];
  const written = JSON.parse(readFileSync(report, 'utf8')) as Parameters<typeof countReport>[0];
  return { exitCode, counts: countReport(written) };
}

it('tells of each test how it went and why, and of a rejection that nobody handled', async () => {
  const { exitCode, counts } = await runOutcomes();
  const at = 'test/fixtures/runs/outcomes.ts';
  expect(exitCode).toBe(1);
  expect(counts).toMatchObject({ passed: 2, failed: 4, skipped: 3 });
  expect(counts.failures).toEqual([
    expect.stringContaining(`${at} > fails\nAssertionError: one and two`),
    `${at} > a suite whose set-up fails\nno set-up`,
    expect.stringContaining('Unhandled error\n'),
    `${at} > is forgotten\nIt is skipped without a reason.`,
  ]);
  expect(counts.failures[2]).toContain('nobody waits');
  expect(counts.skips).toEqual([
    { name: `${at} > gives up`, reason: 'there is no moon' },
    { name: `${at} > at sea > swims`, reason: 'there is no sea' },
    { name: `${at} > a suite whose set-up fails > is not run`, reason: 'its suite failed' },
  ]);
});
