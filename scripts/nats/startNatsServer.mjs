import { start } from '../lib/run.mjs';

const startTimeoutMs = 15_000;

/**
 * Starts a nats-server with JetStream on 127.0.0.1 and resolves when it takes clients. It ends with
 * this process. Port -1 takes a free one.
 */
export function startNatsServer({ bin, storeDir, port = -1 }) {
  const args = ['-a', '127.0.0.1', '-p', String(port), '-js', '-sd', storeDir];
  const child = start(bin, args, { stdio: ['ignore', 'ignore', 'pipe'] });
  let log = '';
  return new Promise((resolve, reject) => {
    const fail = (reason) => reject(new Error(`nats-server ${reason}:\n${log}`));
    const timer = setTimeout(() => fail('did not become ready'), startTimeoutMs);
    child.stderr.on('data', (chunk) => {
      log = (log + chunk).slice(-20_000);
      const found = /Listening for client connections on \S+:(\d+)[^]*Server is ready/.exec(log);
      if (found !== null) {
        clearTimeout(timer);
        resolve({ url: `nats://127.0.0.1:${found[1]}`, port: Number(found[1]) });
      }
    });
    child.once('error', reject);
    child.once('exit', (code) => fail(`ended with ${code}`));
  });
}
