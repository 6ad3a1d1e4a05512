import { existsSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { tempFolder } from './lifetime.mjs';
import { capture, which } from './run.mjs';

const keyring = '/usr/share/keyrings/debian-archive-keyring.gpg';

/** Whether this is Debian with its package tools. */
export function isDebian() {
  return (
    existsSync('/etc/os-release') &&
    /^ID=debian$/m.test(readFileSync('/etc/os-release', 'utf8')) &&
    ['apt-get', 'dpkg-deb'].every((tool) => which(tool) !== undefined)
  );
}

/**
 * Unpacks a package of a Debian suite into `folder`. The machine's own mirror is asked, through
 * package lists of our own: the machine's sources, lists and installed packages stay as they are.
 */
export async function unpackDebianPackage(suite, name, folder) {
  const work = tempFolder();
  const options = await privateApt(work, suite);
  await capture('apt-get', [...options, 'update'], { timeoutMs: 180_000 });
  await capture('apt-get', [...options, 'download', name], { cwd: work, timeoutMs: 180_000 });
  const archive = readdirSync(work).find((file) => file.endsWith('.deb'));
  await capture('dpkg-deb', ['-x', join(work, archive), folder]);
}

/** Installs a package on this machine. Only root may. */
export async function installDebianPackage(name) {
  const extraEnv = { DEBIAN_FRONTEND: 'noninteractive' };
  await capture('apt-get', ['update'], { extraEnv });
  await capture('apt-get', ['install', '-y', '--no-install-recommends', name], { extraEnv });
}

/** The mirror of the main archive in the listing of apt's index targets, lines `address|component`. */
export function mirrorIn(targets) {
  const lines = targets.split('\n').map((line) => line.trim().split('|'));
  return lines.find(([uri, component]) => component === 'main' && /\/debian\/?$/.test(uri))?.[0];
}

async function privateApt(work, suite) {
  const format = '$(REPO_URI)|$(COMPONENT)';
  const mirror = mirrorIn(await capture('apt-get', ['indextargets', '--format', format]));
  if (mirror === undefined) {
    throw new Error('no Debian mirror in the apt sources of this machine');
  }
  const signedBy = existsSync(keyring) ? `[signed-by=${keyring}] ` : '';
  const list = join(work, 'sources.list');
  writeFileSync(list, `deb ${signedBy}${mirror} ${suite} main\n`);
  for (const folder of ['lists/partial', 'cache/archives/partial']) {
    mkdirSync(join(work, folder), { recursive: true });
  }
  const settings = {
    'Dir::Etc::SourceList': list,
    'Dir::Etc::SourceParts': '/dev/null',
    'Dir::State::Lists': join(work, 'lists'),
    'Dir::Cache': join(work, 'cache'),
    'Acquire::Languages': 'none',
    // Root would otherwise hand over to a user who may not read a private folder.
    'APT::Sandbox::User': 'root',
  };
  return Object.entries(settings).flatMap(([key, value]) => ['-o', `${key}=${value}`]);
}
