import * as vscode from 'vscode';
import type { Ttl } from '../../../kv/model/entry';
import type { BucketStatus } from '../../../kv/model/bucket';
import { parseDuration } from '../../../kv/base/duration';
import { formatDuration } from '../../../views/format/format';
import { askText, type StepPlace, type StepResult } from '../quickSteps';

/** The server counts nanoseconds in 63 bits, which are 292 years. */
const longestTtl = 290 * 365 * 86_400_000;

/**
 * Asks how long a value lives, where the bucket lets values expire; there is nothing to ask elsewhere.
 * The text is `never` for a value that outlives the bucket's own TTL.
 */
export async function askTtl(
  place: StepPlace,
  status: BucketStatus | undefined,
  before: string | undefined,
): Promise<StepResult<string>> {
  if (!status?.allowTtl) {
    return 'skip';
  }
  const hasTtl = status.ttl > 0;
  return askText(place, {
    prompt: withShortest(
      status,
      hasTtl
        ? vscode.l10n.t(
            'TTL: how long the value lives, such as 90s or 7d; empty for the TTL of the bucket, never to outlive it',
          )
        : vscode.l10n.t('TTL: how long the value lives, such as 90s or 7d; empty for no expiry'),
    ),
    value: before ?? '',
    problem: (text) => ttlProblem(text, status),
  });
}

/** Names the shortest TTL where it is not the usual one. */
function withShortest(status: BucketStatus, prompt: string): string {
  const shortest = shortestTtl(status);
  return shortest > 1_000
    ? vscode.l10n.t('{0} (at least {1})', prompt, formatDuration(shortest))
    : prompt;
}

/** Why there is no TTL to set in a bucket, as a sentence; undefined where there is, or it is not known. */
export function noTtlReason(status: BucketStatus | undefined): string | undefined {
  return status?.allowTtl === false
    ? vscode.l10n.t(
        'Values of {0} cannot have a TTL of their own: allow_msg_ttl of its stream is off (it needs nats-server 2.11).',
        status.name,
      )
    : undefined;
}

/** The TTL that a text of `askTtl` stands for; undefined for none of its own. */
export function ttlOf(text: string | undefined): Ttl | undefined {
  const plain = text?.trim().toLowerCase() ?? '';
  return plain === 'never' ? 'never' : parseDuration(plain) || undefined;
}

export function ttlProblem(text: string, status?: BucketStatus): string | undefined {
  const plain = text.trim().toLowerCase();
  if (plain === 'never') {
    return undefined;
  }
  const ttl = parseDuration(plain);
  if (ttl === undefined) {
    return vscode.l10n.t('A TTL is a number with s, m, h or d, such as 90s or 1h30m, or never.');
  }
  if (ttl > longestTtl) {
    return vscode.l10n.t('A TTL is at most 290 years.');
  }
  const shortest = shortestTtl(status);
  if (ttl > 0 && ttl < shortest) {
    const least = formatDuration(shortest);
    return shortest > 1_000
      ? vscode.l10n.t(
          'The shortest TTL in {0} is {1}: the server raises others to how long its markers stay.',
          status?.name ?? '',
          least,
        )
      : vscode.l10n.t('The shortest TTL of a value is {0}.', least);
  }
  return undefined;
}

/** With history a server raises a shorter TTL to that of the bucket's markers (ADR-43), in milliseconds. */
function shortestTtl(status: BucketStatus | undefined): number {
  return status && status.history !== 1 ? Math.max(1_000, status.markerTtl) : 1_000;
}
