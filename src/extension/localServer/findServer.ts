import { stat } from 'node:fs/promises';
import { homedir } from 'node:os';
import { isAbsolute, join } from 'node:path';
import { t } from '../../kv/base/l10n';
import { messageOf } from '../../kv/model/errors';
import { executableName } from './officialRelease';
import { runProgram, versionOf, type RunProgram } from './serverVersion';

/** A nats-server that runs here and is new enough. */
export interface FoundServer {
  readonly path: string;
  readonly version: string;
}

/** What a look for a nats-server brought. */
export type ServerSearch =
  | { readonly kind: 'found'; readonly server: FoundServer }
  /** The one that was asked for cannot be used; no other is taken in its place. */
  | { readonly kind: 'unusable'; readonly path: string; readonly reason: string }
  /** `passedOver`: why those that were seen were not taken, each a text without final period. */
  | { readonly kind: 'missing'; readonly passedOver: readonly string[] };

export interface ServerSearchOptions {
  /** The path that the user set. */
  readonly configured?: string;
  /** Where a release may have been downloaded to. */
  readonly downloaded?: string;
  readonly env?: Readonly<Record<string, string | undefined>>;
  readonly platform?: string;
  readonly run?: RunProgram;
}

/** Looks for a nats-server: the configured one, else the first usable in PATH, else a downloaded one. */
export async function findServer(options: ServerSearchOptions): Promise<ServerSearch> {
  const { configured, downloaded, run = runProgram } = options;
  if (configured) {
    return findConfigured(expandHome(configured), run);
  }
  const passedOver: string[] = [];
  for (const path of [...candidates(options), ...(downloaded ? [downloaded] : [])]) {
    if (!(await isFile(path))) {
      continue;
    }
    try {
      return { kind: 'found', server: { path, version: await versionOf(path, run) } };
    } catch (error) {
      passedOver.push(`${path}: ${messageOf(error)}`);
    }
  }
  return { kind: 'missing', passedOver };
}

async function findConfigured(path: string, run: RunProgram): Promise<ServerSearch> {
  // A relative path would mean another program in each folder that is opened.
  if (!isAbsolute(path)) {
    return { kind: 'unusable', path, reason: t('it is not an absolute path') };
  }
  try {
    return { kind: 'found', server: { path, version: await versionOf(path, run) } };
  } catch (error) {
    return { kind: 'unusable', path, reason: messageOf(error) };
  }
}

/** Relative folders in PATH are passed over: what they hold depends on the folder that is open. */
function candidates({ env = process.env, platform = process.platform }: ServerSearchOptions) {
  const name = executableName(platform);
  const folders = (env['PATH'] ?? '').split(platform === 'win32' ? ';' : ':');
  return folders.filter((folder) => isAbsolute(folder)).map((folder) => join(folder, name));
}

async function isFile(path: string): Promise<boolean> {
  return stat(path).then(
    (found) => found.isFile(),
    () => false,
  );
}

function expandHome(path: string): string {
  return path.replace(/^~(?=[/\\]|$)/, () => homedir());
}
