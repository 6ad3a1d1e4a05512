import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { downloadRelease } from '../../../src/extension/localServer/downloadRelease';
import type { ReleaseArchive } from '../../../src/extension/localServer/officialRelease';
import { sha256, tarGz, zip } from './archives';
import { tempFolder } from './tempFolder';

const program = '#!/bin/sh\necho nats-server: v9.9.9\n'.padEnd(2000, ' ');
const files = { 'nats-v9/README.md': 'read me', 'nats-v9/nats-server': program };

function setup(bytes = tarGz(files), change: Partial<ReleaseArchive> = {}) {
  const archive: ReleaseArchive = {
    version: '9.9.9',
    url: 'https://releases.test/nats.tar.gz',
    sha256: sha256(bytes),
    format: 'tar.gz',
    member: 'nats-v9/nats-server',
    executable: 'nats-server',
    ...change,
  };
  const asked: string[] = [];
  const get = (respond: (signal?: AbortSignal | null) => Promise<Response> | Response) =>
    ((url: string, init?: RequestInit) => {
      asked.push(url);
      return Promise.resolve(respond(init?.signal));
    }) as typeof fetch;
  return { archive, asked, get, folder: tempFolder(), answer: () => new Response(bytes) };
}

/** A body that gives one chunk and then nothing until it is aborted. */
function stalled(signal?: AbortSignal | null): Response {
  const body = new ReadableStream({
    start(controller) {
      controller.enqueue(new Uint8Array(10));
      signal?.addEventListener('abort', () => controller.error(signal.reason));
    },
  });
  return new Response(body, { headers: { 'content-length': '100' } });
}

/** A body that gives ten chunks, one each time it is asked. */
function dripping(bytes: Buffer, signal?: AbortSignal | null): Response {
  const size = Math.ceil(bytes.length / 10);
  let at = 0;
  const body = new ReadableStream({
    pull(controller) {
      if (signal?.aborted) {
        controller.error(signal.reason);
      } else if (at >= bytes.length) {
        controller.close();
      } else {
        controller.enqueue(bytes.subarray(at, (at += size)));
      }
    },
  });
  return new Response(body);
}

describe('downloading a release', () => {
  it.each([
    ['tar.gz', tarGz(files)],
    ['zip', zip(files)],
    ['zip', zip({ first: '', ...files })],
  ] as const)('puts the executable of a %s in its place', async (format, bytes) => {
    const { archive, asked, get, folder, answer } = setup(bytes, { format });
    const path = await downloadRelease(archive, folder, { fetch: get(answer) });
    expect(asked).toEqual([archive.url]);
    expect(path).toBe(join(folder, '9.9.9', 'nats-server'));
    expect(readFileSync(path, 'utf8')).toBe(program);
    expect(statSync(path).mode & 0o111).toBe(process.platform === 'win32' ? 0 : 0o111);
    expect(readdirSync(join(folder, '9.9.9'))).toEqual(['nats-server']);
  });

  it('keeps nothing of a file with another checksum, and says so', async () => {
    const { archive, get, folder, answer } = setup(tarGz(files), { sha256: '0'.repeat(64) });
    await expect(downloadRelease(archive, folder, { fetch: get(answer) })).rejects.toThrow(
      /SHA-256 is [0-9a-f]{64}, not 0{64}. It was deleted/,
    );
    expect(readdirSync(folder)).toEqual([]);
  });

  it('says that the archive has not what it should have', async () => {
    const { archive, get, folder, answer } = setup(tarGz({ 'nats-v9/other': 'x' }));
    await expect(downloadRelease(archive, folder, { fetch: get(answer) })).rejects.toThrow(
      'the archive has no nats-v9/nats-server',
    );
  });

  it('tells who cannot be reached when offline', async () => {
    const { archive, get, folder } = setup();
    const cause = Object.assign(new Error('getaddrinfo'), { code: 'ENOTFOUND' });
    const offline = get(() => Promise.reject(new TypeError('fetch failed', { cause })));
    await expect(downloadRelease(archive, folder, { fetch: offline })).rejects.toMatchObject({
      kind: 'disconnected',
      message: 'releases.test cannot be reached (ENOTFOUND)',
    });
  });

  it('tells what the server answered', async () => {
    const { archive, get, folder } = setup();
    const gone = get(() => new Response('', { status: 404 }));
    await expect(downloadRelease(archive, folder, { fetch: gone })).rejects.toThrow('answered 404');
  });

  it('gives up when nothing comes any more', async () => {
    const { archive, get, folder } = setup();
    const options = { fetch: get(stalled), idleMs: 20 };
    await expect(downloadRelease(archive, folder, options)).rejects.toMatchObject({
      kind: 'timeout',
      message: 'releases.test sent nothing for 0.02 s',
    });
  });

  it('lets a slow download take its time as long as something comes', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    onTestFinished(() => void vi.useRealTimers());
    const bytes = tarGz(files);
    const { archive, get, folder } = setup(bytes);
    const onProgress = vi.fn(() => vi.advanceTimersByTime(20));
    const options = { fetch: get((signal) => dripping(bytes, signal)), idleMs: 30, onProgress };
    await downloadRelease(archive, folder, options);
    expect(onProgress).toHaveBeenCalledTimes(10);
  });

  it('ends when it is cancelled half way', async () => {
    const { archive, get, folder } = setup();
    const controller = new AbortController();
    const onProgress = vi.fn(() => controller.abort());
    const options = { fetch: get(stalled), signal: controller.signal, onProgress };
    await expect(downloadRelease(archive, folder, options)).rejects.toMatchObject({
      kind: 'cancelled',
    });
    expect(onProgress).toHaveBeenCalledWith(10, 100);
    expect(readdirSync(folder)).toEqual([]);
  });

  it('fetches nothing when it is cancelled before', async () => {
    const { archive, asked, get, folder, answer } = setup();
    const options = { fetch: get(answer), signal: AbortSignal.abort() };
    await expect(downloadRelease(archive, folder, options)).rejects.toThrow('cancelled');
    expect(asked).toEqual([]);
    expect(existsSync(join(folder, '9.9.9'))).toBe(false);
  });
});
