import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect, type NatsConnection } from 'nats';
import { appConfig } from '../../scripts/demo/demoData.mjs';
import { encode, fillDemo } from '../../scripts/demo/fillDemo.mjs';
import { startNatsServer } from '../support/natsServer';
import { openWorkbench } from '../ui/openWorkbench';
import type { Workbench } from '../ui/workbench';

/** A part of the window, in its pixels. */
interface Clip {
  readonly x?: number;
  readonly y?: number;
  readonly width?: number;
  readonly height?: number;
}

/** The workbench with the demo's buckets, of a size whose text is read at the width of a README. */
export interface Stage {
  readonly workbench: Workbench;
  readonly client: NatsConnection;
  readonly url: string;
  /** The folder that is open in the workbench. */
  readonly folder: string;
  /** Keeps a part of the window, all of it when omitted, as a picture of README.md. */
  picture(name: string, clip?: Clip): Promise<void>;
  /** Makes the window this large. */
  size(width: number, height: number): Promise<void>;
  close(): Promise<void>;
}

/** Three connections as a team has them; only the local one is ever opened. */
const others = [
  {
    name: 'staging',
    url: 'tls://nats.staging.example.com:4222',
    environment: 'staging',
    auth: { method: 'userPassword', user: 'developer' },
  },
  {
    name: 'production',
    url: 'tls://nats.example.com:4222',
    environment: 'production',
    readOnly: true,
    auth: { method: 'creds', file: '~/nats/production.creds' },
  },
];

/** Nothing of VS Code's own that takes room or eyes from what is shown. */
const plain = {
  'workbench.colorTheme': 'Default Dark Modern',
  'workbench.layoutControl.enabled': false,
  'window.commandCenter': false,
  'window.title': ' ',
  'editor.minimap.enabled': false,
  'editor.fontSize': 13,
  'editor.renderLineHighlight': 'none',
  'breadcrumbs.enabled': false,
  'remote.autoForwardPorts': false,
  'natsKv.tree.autoReveal': false,
  'natsKv.agents.mcp': true,
  'natsKv.agents.allowWrites': ['local'],
};

const pairs = [{ connection: 'local', bucket: 'app-config', folder: 'config' }];

/** Starts all of it. The folder has a file and the setting of a pair that is synchronised. */
export async function openStage(): Promise<Stage> {
  const home = await mkdtemp(join(tmpdir(), 'pictures-'));
  const folder = join(home, 'shop');
  await mkdir(join(folder, '.vscode'), { recursive: true });
  const settings = JSON.stringify({ 'natsKv.sync': pairs });
  await writeFile(join(folder, '.vscode', 'settings.json'), settings);
  const server = await startNatsServer();
  const client = await connect({ servers: server.url });
  await fillDemo(client);
  await fillNext(client);
  const workbench = await openWorkbench({
    connections: [{ name: 'local', url: server.url }, ...others],
    settings: plain,
    folder,
  });
  return {
    ...{ workbench, client, folder, url: server.url },
    size: (width, height) => workbench.page.setViewportSize({ width, height }),
    picture: (name, clip = {}) => takePicture(workbench, name, clip),
    close: async () => {
      await workbench.close();
      await client.close();
      await server.stop();
      await rm(home, { recursive: true, force: true });
    },
  };
}

/** What the configuration is to be next, for a comparison. */
async function fillNext(client: NatsConnection): Promise<void> {
  const next = await client.jetstream().views.kv('app-config-next', { history: 10 });
  const values: Record<string, unknown> = appConfig();
  values['checkout.limits'] = { burst: 120, blocked: ['10.0.0.9'], requestsPerSecond: 400 };
  values['search.http.timeout'] = '4s';
  values['mail.log.level'] = 'debug';
  values['checkout.http.keep-alive'] = '30s';
  delete values['inventory.database.pool-size'];
  for (const [key, value] of Object.entries(values)) {
    await next.put(key, encode(value));
  }
}

async function takePicture(workbench: Workbench, name: string, clip: Clip): Promise<void> {
  const { page } = workbench;
  const { width = 0, height = 0 } = page.viewportSize() ?? {};
  const { x = 0, y = 0 } = clip;
  const path = join(process.env['NATS_KV_PICTURES'] ?? 'artifacts/pictures', `${name}.png`);
  // Off every row, so that none is lit and no tooltip comes.
  await page.mouse.move(width * 0.42, height - 4);
  await page.screenshot({
    path,
    clip: { x, y, width: clip.width ?? width - x, height: clip.height ?? height - y },
    animations: 'disabled',
    caret: 'hide',
  });
}
