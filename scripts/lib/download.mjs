import { createHash } from 'node:crypto';

/** The body of a web address as a Buffer. Throws when there is no answer within `timeoutMs`. */
export async function download(url, timeoutMs) {
  const controller = new AbortController();
  const timer = setTimeout(() => controller.abort(), timeoutMs);
  try {
    const response = await fetch(url, { signal: controller.signal });
    if (!response.ok) {
      throw new Error(`the server answered ${response.status}`);
    }
    return Buffer.from(await response.arrayBuffer());
  } catch (error) {
    const reason = controller.signal.aborted
      ? `no answer in ${timeoutMs / 1000} s`
      : causeOf(error);
    throw new Error(`download failed: ${reason}`, { cause: error });
  } finally {
    clearTimeout(timer);
  }
}

/** Throws unless `sums`, the text of a SHA256SUMS file, lists `name` with the hash of `content`. */
export function verifySha256(sums, name, content) {
  const hash = createHash('sha256').update(content).digest('hex');
  const line = sums.split('\n').find((text) => text.trim().split(/[\s*]+/)[1] === name);
  if (line === undefined) {
    throw new Error(`the release's SHA256SUMS does not list ${name}`);
  }
  if (line.trim().split(/\s+/)[0].toLowerCase() !== hash) {
    throw new Error(`the SHA-256 of ${name} is not the one in the release's SHA256SUMS`);
  }
}

function causeOf(error) {
  return error.cause?.code ?? error.message;
}
