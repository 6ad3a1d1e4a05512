import { createHash, randomUUID } from 'node:crypto';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { t } from '../../kv/base/l10n';
import { renameFile } from '../../kv/base/renameFile';
import { isKvError, KvError, messageOf, throwIfCancelled } from '../../kv/model/errors';
import type { ReleaseArchive } from './officialRelease';
import { unpack } from './unpack';

export interface DownloadOptions {
  readonly fetch?: typeof fetch;
  readonly signal?: AbortSignal;
  /** Bytes that have come so far, and of how many, where the server tells. */
  readonly onProgress?: (received: number, total: number | undefined) => void;
  /** How long nothing may come before it is given up. */
  readonly idleMs?: number;
}

const defaultIdleMs = 30_000;
/** No archive comes near: what is larger is not what was asked for. */
const maxBytes = 64 * 1024 * 1024;

/** Where `downloadRelease` puts the executable of an archive. */
export function downloadedPath(folder: string, { version, executable }: ReleaseArchive): string {
  return join(folder, version, executable);
}

/**
 * Fetches a release, checks it, and puts its executable into `folder`; returns the path. Nothing is
 * written before the SHA-256 is right. Throws `disconnected` when it cannot be fetched, `timeout`,
 * `server` when it is not what was pinned, `cancelled`.
 */
export async function downloadRelease(
  archive: ReleaseArchive,
  folder: string,
  options: DownloadOptions = {},
): Promise<string> {
  const bytes = await fetchBytes(archive.url, options);
  throwIfCancelled(options.signal);
  const found = createHash('sha256').update(bytes).digest('hex');
  if (found !== archive.sha256) {
    throw new KvError(
      'server',
      t(
        'the file that came from {0} is not the release that is known: its SHA-256 is {1}, not {2}. It was deleted',
        archive.url,
        found,
        archive.sha256,
      ),
    );
  }
  const path = downloadedPath(folder, archive);
  await install(path, unpack(bytes, archive.format, archive.member));
  return path;
}

/** Written beside its place and renamed, so that another window never runs half a file. */
async function install(path: string, content: Buffer): Promise<void> {
  const draft = `${path}.${randomUUID()}`;
  await mkdir(join(path, '..'), { recursive: true });
  try {
    await writeFile(draft, content, { mode: 0o755 });
    await renameFile(draft, path);
  } finally {
    await rm(draft, { force: true });
  }
}

/** Owns the time limit of one fetch; a chunk that comes sets it back. */
async function fetchBytes(url: string, options: DownloadOptions): Promise<Buffer> {
  const { fetch: get = fetch, signal, idleMs = defaultIdleMs } = options;
  throwIfCancelled(signal);
  const idle = new AbortController();
  let timer = setTimeout(() => idle.abort(), idleMs);
  const stillComing = (): void => {
    clearTimeout(timer);
    timer = setTimeout(() => idle.abort(), idleMs);
  };
  const either = signal ? AbortSignal.any([signal, idle.signal]) : idle.signal;
  try {
    const response = await get(url, { signal: either });
    return await readBody(response, stillComing, options);
  } catch (error) {
    throwIfCancelled(signal);
    throw idle.signal.aborted
      ? new KvError('timeout', t('{0} sent nothing for {1} s', hostOf(url), idleMs / 1000))
      : toDownloadError(error, url);
  } finally {
    clearTimeout(timer);
  }
}

async function readBody(
  response: Response,
  stillComing: () => void,
  { onProgress }: DownloadOptions,
): Promise<Buffer> {
  if (!response.ok || !response.body) {
    throw new KvError('server', t('{0} answered {1}', hostOf(response.url), response.status));
  }
  const total = Number(response.headers.get('content-length')) || undefined;
  const chunks: Uint8Array[] = [];
  let received = 0;
  for await (const chunk of response.body as AsyncIterable<Uint8Array>) {
    stillComing();
    chunks.push(chunk);
    received += chunk.length;
    if (received > maxBytes) {
      throw new KvError('tooLarge', t('{0} sent more than a release has', hostOf(response.url)));
    }
    onProgress?.(received, total);
  }
  return Buffer.concat(chunks);
}

/** `fetch` hides the reason, such as ENOTFOUND, in the cause of its `fetch failed`. */
function toDownloadError(error: unknown, url: string): KvError {
  if (isKvError(error)) {
    return error;
  }
  const cause = error instanceof Error ? error.cause : undefined;
  const code = cause instanceof Error && 'code' in cause ? String(cause.code) : messageOf(error);
  return new KvError('disconnected', t('{0} cannot be reached ({1})', hostOf(url), code), {
    cause: error,
  });
}

function hostOf(url: string): string {
  return URL.canParse(url) ? new URL(url).host : t('the server');
}
