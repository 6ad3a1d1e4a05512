import assert from 'node:assert/strict';
import { rm } from 'node:fs/promises';
import { connect, headers as newHeaders, StringCodec, type KV, type NatsConnection } from 'nats';
import * as vscode from 'vscode';
import { ClientLink } from '../support/clientLink';
import { startNatsServer, type NatsServer } from '../support/natsServer';
import { eventually } from '../support/poll';
import { startProxy, type Proxy } from '../support/proxy';

const text = StringCodec();
/** In milliseconds: more than any answer takes that comes at all. The client's own patience ends after a second. */
const timeout = 30_000;

/**
 * A server behind a proxy, the extension connected to it through the proxy, and another client that
 * is not ours on the server itself. One for each test file; `stop` takes it down.
 */
export class HostBench {
  private readonly link: ClientLink;

  private constructor(
    readonly server: NatsServer,
    readonly proxy: Proxy,
    private readonly other: NatsConnection,
    readonly bucketName: string,
    readonly bucket: KV,
  ) {
    this.link = new ClientLink(other);
  }

  /** `config` is the server's, and `login` that of the other client where it asks for one. */
  static async start(
    bucketName = 'B',
    { config = '', login = {} }: { config?: string; login?: { user?: string; pass?: string } } = {},
  ): Promise<HostBench> {
    // What another file has opened asks the server for what it shows, as the view of the history does.
    await vscode.commands.executeCommand('workbench.view.explorer');
    const server = await startNatsServer({ config });
    const proxy = await startProxy(server.port);
    const other = await connect({
      servers: server.url,
      timeout,
      ...login,
      maxReconnectAttempts: -1,
      reconnectTimeWait: 50,
    });
    const bucket = await other.jetstream({ timeout }).views.kv(bucketName, { history: 5, timeout });
    await vscode.workspace
      .getConfiguration()
      .update(
        'natsKv.connections',
        [{ id: 'bench', name: 'bench', url: proxy.url }],
        vscode.ConfigurationTarget.Global,
      );
    // `vscode.open` of a scheme whose file system is not there yet fails for good.
    await vscode.extensions.getExtension('nats-kv.nats-kv-explorer')?.activate();
    return new HostBench(server, proxy, other, bucketName, bucket);
  }

  async stop(): Promise<void> {
    await vscode.commands.executeCommand('workbench.action.revertAndCloseActiveEditor');
    await vscode.commands.executeCommand('workbench.action.closeAllEditors');
    await vscode.workspace
      .getConfiguration()
      .update('natsKv.connections', undefined, vscode.ConfigurationTarget.Global);
    await this.other.close();
    this.proxy.stop();
    await this.server.stop();
  }

  /** Asks the server's JetStream API for what the other client has no words for; gives the answer. */
  async api(subject: string, body: object): Promise<Record<string, unknown>> {
    const request = () =>
      this.other.request(`$JS.API.${subject}`, JSON.stringify(body), { timeout });
    const reply = await this.link.use(request);
    const answer = reply.json<{ error?: { description: string } } & Record<string, unknown>>();
    assert.equal(answer.error, undefined);
    return answer;
  }

  /** Loses all that the server has stored, and makes the stream of a bucket in its empty store. */
  async wipe(stream: object & { readonly name: string }): Promise<void> {
    await this.server.shutdown();
    await rm(this.server.storeDir, { recursive: true, force: true, maxRetries: 3 });
    await this.server.restart();
    await eventually(() => this.api(`STREAM.CREATE.${stream.name}`, stream));
  }

  /** The configuration of a bucket's stream, in the server's names. */
  async info(bucket: string): Promise<Record<string, unknown>> {
    const reply = await this.other.request(`$JS.API.STREAM.INFO.KV_${bucket}`, '', { timeout });
    return reply.json<{ config: Record<string, unknown> }>().config;
  }

  /** Changes fields of a bucket's stream, as another client would. */
  async update(bucket: string, fields: object): Promise<void> {
    await this.api(`STREAM.UPDATE.KV_${bucket}`, { ...(await this.info(bucket)), ...fields });
  }

  /** Publishes many messages to keys `k0` to `k<keys - 1>` of a bucket in turn. */
  async fill(bucket: string, keys: number, messages: number): Promise<void> {
    for (let at = 0; at < messages; at++) {
      this.other.publish(`$KV.${bucket}.k${at % keys}`, 'x');
    }
    await this.other.flush();
  }

  async delete(bucket: string): Promise<void> {
    await this.other.request(`$JS.API.STREAM.DELETE.KV_${bucket}`, '', { timeout });
  }

  /** Puts a value into any bucket, with headers. */
  async putWith(
    bucket: string,
    key: string,
    value: string,
    headers: Readonly<Record<string, string>>,
  ): Promise<void> {
    const fields = newHeaders();
    Object.entries(headers).forEach(([name, each]) => fields.set(name, each));
    await this.other.jetstream({ timeout }).publish(`$KV.${bucket}.${key}`, text.encode(value), {
      headers: fields,
    });
  }

  /** The value of a key in any bucket, and how long it lives as it is stored. */
  async last(bucket: string, key: string): Promise<{ value: string; ttl: string | undefined }> {
    const manager = await this.other.jetstreamManager({ timeout });
    const last = { last_by_subj: `$KV.${bucket}.${key}` };
    const { data, header } = await manager.streams.getMessage(`KV_${bucket}`, last);
    return { value: text.decode(data), ttl: header?.get('Nats-TTL') || undefined };
  }

  /** The headers that are stored with the last message of a key of the bucket. */
  async headers(key: string): Promise<Record<string, string>> {
    const manager = await this.other.jetstreamManager({ timeout });
    const last = { last_by_subj: `$KV.${this.bucketName}.${key}` };
    const { header } = await manager.streams.getMessage(`KV_${this.bucketName}`, last);
    return Object.fromEntries(header.keys().map((name) => [name, header.get(name)]));
  }

  uri(key: string): vscode.Uri {
    return vscode.Uri.from({ scheme: 'natskv', authority: 'bench', path: `/B/${key}` });
  }

  put(key: string, value: string | Uint8Array): Promise<number> {
    const bytes = typeof value === 'string' ? text.encode(value) : value;
    return this.link.use(() => this.bucket.put(key, bytes));
  }

  /** What the other client reads: the value and its revision. */
  async read(key: string): Promise<{ value: string; revision: number }> {
    const entry = await this.bucket.get(key);
    assert.ok(entry, `${key} is not on the server`);
    return { value: text.decode(entry.value), revision: entry.revision };
  }

  async open(key: string): Promise<vscode.TextDocument> {
    const document = await vscode.workspace.openTextDocument(this.uri(key));
    await vscode.window.showTextDocument(document);
    return document;
  }

  /** The document of a key as it is now: setting its language makes VS Code give a new object. */
  document(key: string): vscode.TextDocument {
    const uri = this.uri(key).toString();
    const found = vscode.workspace.textDocuments.find((each) => each.uri.toString() === uri);
    assert.ok(found, `${key} is not open`);
    return found;
  }

  async type(key: string, value: string): Promise<void> {
    // An edit that meets a reload of the document is not applied.
    await eventually(async () => {
      const document = this.document(key);
      const edit = new vscode.WorkspaceEdit();
      const all = new vscode.Range(0, 0, document.lineCount, 0);
      edit.replace(document.uri, document.validateRange(all), value);
      assert.ok(await vscode.workspace.applyEdit(edit));
      assert.ok(document.isDirty);
    });
  }

  shows(key: string, value: string): Promise<void> {
    return eventually(() => assert.equal(this.document(key).getText(), value));
  }
}
