import { access, constants, stat } from 'node:fs/promises';
import { homedir } from 'node:os';
import { isAbsolute, join } from 'node:path';
import { t } from '../../kv/base/l10n';
import type { TunnelConfig } from '../../kv/model/connectionConfig';
import { TunnelError } from '../../kv/nats/link/tunnel';

type Kind = TunnelConfig['kind'];

/** Where to look for a program. */
export interface ProgramPlaces {
  /** The path that the user set; none when empty. */
  readonly configured: string;
  /** What it is set by. */
  readonly setting: string;
  readonly env?: Readonly<Record<string, string | undefined>>;
  readonly platform?: string;
}

/** The absolute path of the program for a tunnel. Throws `TunnelError` (`invalidConfig`). */
export async function findProgram(
  kind: Kind,
  { configured, setting, env = process.env, platform = process.platform }: ProgramPlaces,
): Promise<string> {
  const isWindows = platform === 'win32';
  if (configured !== '') {
    const path = configured.replace(/^~(?=[/\\]|$)/, () => homedir());
    // Node hands scripts of Windows to a shell, which reads their arguments.
    if (!isAbsolute(path) || (isWindows && !/\.exe$/i.test(path)) || !(await canRun(path))) {
      throw new TunnelError(
        'invalidConfig',
        t('"{0}" must be the absolute path of a program, which "{1}" is not', setting, configured),
      );
    }
    return path;
  }
  // Relative folders are passed over: what they hold depends on the folder that is open.
  const folders = (env['PATH'] ?? env['Path'] ?? '').split(isWindows ? ';' : ':');
  for (const folder of folders.filter((each) => isAbsolute(each))) {
    const path = join(folder, isWindows ? `${kind}.exe` : kind);
    if (await canRun(path)) {
      return path;
    }
  }
  throw new TunnelError('invalidConfig', missing(kind, setting));
}

async function canRun(path: string): Promise<boolean> {
  try {
    await access(path, constants.X_OK);
    return (await stat(path)).isFile();
  } catch {
    return false;
  }
}

function missing(kind: Kind, setting: string): string {
  return kind === 'ssh'
    ? t(
        'the tunnel needs ssh, which is not in the PATH; install OpenSSH (on Windows an optional feature of the system), or set "{0}"',
        setting,
      )
    : t(
        'the tunnel needs kubectl, which is not in the PATH; install it (kubernetes.io/docs/tasks/tools), or set "{0}"',
        setting,
      );
}
