import { t } from '../base/l10n';
import type { BackupFacts } from '../model/backup';
import { bucketNameProblem } from '../model/key';
import { KvError } from '../model/errors';
import { withDoubles } from '../values/exactJson';

/** What a backup holds, for people. */
export interface BackupSummary {
  readonly bucket: string;
  /** Messages: every revision of every key, markers included. */
  readonly messages: number;
  /** What they took on the server, in bytes. */
  readonly size: number;
  readonly firstRevision: number;
  readonly lastRevision: number;
  /** When the last of them was stored, in milliseconds since the epoch; undefined when there is none. */
  readonly lastUpdate: number | undefined;
  /** Milliseconds after which a value goes; 0 for never. What is older goes as soon as it is restored. */
  readonly ttl: number;
  readonly replicas: number;
  readonly mirrorOf: string | undefined;
}

const streamPrefix = 'KV_';
const nanosecondsPerMillisecond = 1e6;

/** Throws `invalidConfig` for what is no backup of a bucket, saying what it is instead. */
export function summaryOf(facts: BackupFacts): BackupSummary {
  const { config, state } = withDoubles({ config: facts.config, state: facts.state });
  const name = textOf(config['name'], 'config.name');
  const bucket = name.slice(streamPrefix.length);
  const problem = name.startsWith(streamPrefix) ? bucketNameProblem(bucket) : t('no bucket');
  if (problem !== undefined) {
    const message = t('this is a backup of the stream "{0}", which is no bucket', name);
    throw new KvError('invalidConfig', message);
  }
  const lastUpdate = Date.parse(String(state['last_ts']));
  const mirror = config['mirror'] as { readonly name?: unknown } | undefined;
  return {
    bucket,
    messages: numberOf(state['messages'], 'state.messages'),
    size: numberOf(state['bytes'], 'state.bytes'),
    firstRevision: numberOf(state['first_seq'], 'state.first_seq'),
    lastRevision: numberOf(state['last_seq'], 'state.last_seq'),
    // Go writes the year 1 for a time that never was.
    lastUpdate: lastUpdate > 0 ? lastUpdate : undefined,
    ttl: numberOf(config['max_age'] ?? 0, 'config.max_age') / nanosecondsPerMillisecond,
    replicas: numberOf(config['num_replicas'] ?? 1, 'config.num_replicas'),
    mirrorOf:
      mirror?.name === undefined ? undefined : textOf(mirror.name, 'config.mirror.name').slice(3),
  };
}

function textOf(value: unknown, where: string): string {
  if (typeof value !== 'string') {
    throw notAs(where, t('a text'));
  }
  return value;
}

function numberOf(value: unknown, where: string): number {
  if (typeof value !== 'number' || value < 0) {
    throw notAs(where, t('a number from 0 on'));
  }
  return value;
}

function notAs(where: string, what: string): KvError {
  return new KvError(
    'invalidConfig',
    t('backup.json is not that of a backup: {0} is not {1}', where, what),
  );
}
