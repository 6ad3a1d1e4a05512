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

function causeOf(error) {
  return error.cause?.code ?? error.message;
}
