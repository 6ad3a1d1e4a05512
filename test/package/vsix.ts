/** The packaged extension under test. */
export function vsix(): string {
  const path = process.env['NATS_KV_VSIX'];
  if (!path) {
    throw new Error('NATS_KV_VSIX is not set: run these tests through `npm test -- package`.');
  }
  return path;
}
