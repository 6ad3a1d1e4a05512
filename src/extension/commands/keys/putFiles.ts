import { basename } from 'node:path/posix';
import * as vscode from 'vscode';
import { createEntry } from '../../../kv/operations/createEntry';
import { keyProblem } from '../../../kv/model/key';
import { formatCount } from '../../../views/format/format';
import { environmentTitle } from '../environmentTitle';
import { askText, runSteps } from '../quickSteps';
import { describeKeyProblem, keyStep } from './keyStep';
import { writeHeaders } from '../../writeHeaders';
import { runOnKeys } from './runOnKeys';
import type { BucketPlace } from './transferKeys';
import { askCollisions, suffixed } from './transferQuestions';
import { bucketStatus } from '../bucketStatus';

/** A file, and the key that its content is put under. */
interface Put {
  readonly uri: vscode.Uri;
  readonly to: BucketPlace & { readonly key: string };
  /** The revision that is replaced; only a key without a value is when omitted. */
  readonly overwrite?: number;
}

/**
 * Puts the contents of files into a bucket, each under its name below `prefix`, which is asked about
 * once. Keys that have a value are asked about together.
 */
export async function putFiles(
  log: vscode.LogOutputChannel,
  target: BucketPlace,
  prefix: string,
  uris: readonly vscode.Uri[],
): Promise<void> {
  const name = await askNames(target, prefix, uris);
  if (!name) {
    return;
  }
  const limit = await sizeLimit(target);
  let open: readonly Put[] = uris.map((uri) => ({ uri, to: { ...target, key: name(uri) } }));
  while (open.length > 0) {
    const taken = await putAll(log, open, limit);
    const answer = await askCollisions(taken);
    open = answer === 'skip' ? [] : taken.map((put) => retried(put, answer));
  }
}

/** The key for a file's name: what no key may have becomes an underscore. */
export function keyOfFile(uri: vscode.Uri): string {
  const name = basename(uri.path).replace(/[\s\p{C}*>]/gu, '_');
  return (
    name
      .split('.')
      .filter((token) => token !== '')
      .join('.') || '_'
  );
}

async function askNames(
  { session, bucket }: BucketPlace,
  prefix: string,
  uris: readonly vscode.Uri[],
): Promise<((uri: vscode.Uri) => string) | undefined> {
  const [first] = uris;
  if (first && uris.length === 1) {
    const plain = vscode.l10n.t('Put {0} into {1}', basename(first.path), place());
    const title = environmentTitle(session.config, plain);
    const answers = await runSteps<[string]>(title, [
      (step) => askText(step, keyStep(`${prefix}${keyOfFile(first)}`)),
    ]);
    return answers && (() => answers[0]);
  }
  const plain = vscode.l10n.t('Put {0} files into {1}', uris.length, place());
  const title = environmentTitle(session.config, plain);
  const answers = await runSteps<[string]>(title, [
    (step) =>
      askText(step, {
        prompt: vscode.l10n.t('Start of the keys, before the names of the files; may be empty'),
        value: prefix,
        selection: [prefix.length, prefix.length],
        problem: (start) => {
          const key = first && `${start}${keyOfFile(first)}`;
          return key !== undefined && keyProblem(key) ? describeKeyProblem(key) : undefined;
        },
      }),
  ]);
  return answers && ((uri) => `${answers[0]}${keyOfFile(uri)}`);

  function place(): string {
    return vscode.l10n.t('{0} on {1}', bucket, session.name);
  }
}

/** Puts the files; gives back those whose keys have a value, with its revision. */
async function putAll(
  log: vscode.LogOutputChannel,
  items: readonly Put[],
  limit: number,
): Promise<(Put & { readonly revision: number })[]> {
  const taken: (Put & { readonly revision: number })[] = [];
  const job = {
    title: vscode.l10n.t('Putting files'),
    items,
    nameOf: ({ to }: Put) => to.key,
    failed: (problems: number, total: number) =>
      total === 1
        ? vscode.l10n.t('Failed to put')
        : vscode.l10n.t('Failed to put {0} of {1} files', problems, total),
  };
  await runOnKeys(log, job, async (put, signal) => {
    const problem = await problemOfFile(put.uri, limit);
    if (problem !== undefined) {
      return problem;
    }
    const { session, bucket, key } = put.to;
    const value = await vscode.workspace.fs.readFile(put.uri);
    const connection = await session.connect();
    const headers = writeHeaders();
    const outcome =
      put.overwrite === undefined
        ? await createEntry(connection, bucket, key, value, { headers, signal })
        : await connection.put(bucket, key, value, {
            expected: put.overwrite,
            headers,
            signal,
          });
    switch (outcome.kind) {
      case 'saved':
        return undefined;
      case 'unknown':
        return vscode.l10n.t('{0}, so it may be written or not', outcome.reason);
      case 'conflict':
        if (outcome.revision === undefined) {
          return vscode.l10n.t('it is being written by somebody else');
        }
        taken.push({ ...put, revision: outcome.revision });
        return undefined;
    }
  });
  return taken;
}

function retried(
  { uri, to, revision }: Put & { readonly revision: number },
  answer: 'overwrite' | 'rename',
): Put {
  return answer === 'overwrite'
    ? { uri, to, overwrite: revision }
    : { uri, to: { ...to, key: suffixed(to.key) } };
}

/** Why a file cannot be put, before it is read. */
async function problemOfFile(uri: vscode.Uri, limit: number): Promise<string | undefined> {
  const { type, size } = await vscode.workspace.fs.stat(uri);
  if ((type & vscode.FileType.Directory) !== 0) {
    return vscode.l10n.t('it is a folder; drop its files');
  }
  return size > limit
    ? vscode.l10n.t(
        'it has {0} bytes, the bucket takes at most {1}',
        formatCount(size),
        formatCount(limit),
      )
    : undefined;
}

/** The largest value that server and bucket take, in bytes. */
async function sizeLimit({ session, bucket }: BucketPlace): Promise<number> {
  const connection = await session.connect();
  const state = connection.state.current;
  const status = await bucketStatus(session, bucket);
  const bucketLimit = status && status.maxValueSize >= 0 ? status.maxValueSize : Infinity;
  return Math.min(bucketLimit, state.kind === 'connected' ? state.server.maxPayload : Infinity);
}
