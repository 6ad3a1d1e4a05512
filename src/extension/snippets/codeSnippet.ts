import { loginOf, type Login } from './loginNotes';
import { serversOf, type SnippetTarget } from './snippetTarget';
import { stringLiteral, type SnippetLanguage } from './stringLiteral';

type Quote = (text: string) => string;

/** A target with its texts as literals of the language. */
interface Literals {
  readonly servers: readonly string[];
  readonly allServers: string;
  readonly bucket: string;
  readonly key: string;
  readonly domain: string | undefined;
  readonly login: Login;
  readonly quote: Quote;
}

/**
 * A whole program that reads a key and updates it by compare-and-swap, with the official client of the
 * language. It runs as it is and then writes the value that it read.
 */
export function codeSnippet(language: SnippetLanguage, target: SnippetTarget): string {
  const quote: Quote = (text) => stringLiteral(text, language);
  const servers = serversOf(target.config);
  const { domain } = target.config;
  const literals: Literals = {
    servers: servers.map(quote),
    allServers: quote(servers.join(',')),
    bucket: quote(target.bucket),
    key: quote(target.key),
    domain: domain === undefined ? undefined : quote(domain),
    login: loginOf(target.config),
    quote,
  };
  const lines = writers[language](literals);
  return `${lines.flat().join('\n')}\n`;
}

type Lines = readonly (string | readonly string[])[];

const writers: Readonly<Record<SnippetLanguage, (literals: Literals) => Lines>> = {
  typescript,
  go,
  python,
  csharp,
};

function typescript({ servers, bucket, key, domain, login, quote }: Literals): Lines {
  const options = [
    `servers: [${servers.join(', ')}]`,
    ...(login.user === undefined
      ? []
      : [`user: ${quote(login.user)}`, 'pass: process.env["NATS_PASSWORD"]']),
    ...(login.token ? ['token: process.env["NATS_TOKEN"]'] : []),
    ...(login.credsFile === undefined
      ? []
      : [`authenticator: credsAuthenticator(readFileSync(${quote(login.credsFile)}))`]),
  ];
  const names = login.credsFile === undefined ? 'connect' : 'connect, credsAuthenticator';
  return [
    '// npm install @nats-io/kv @nats-io/jetstream @nats-io/transport-node',
    login.credsFile === undefined ? [] : ['import { readFileSync } from "node:fs";'],
    domain === undefined ? [] : ['import { jetstream } from "@nats-io/jetstream";'],
    'import { Kvm } from "@nats-io/kv";',
    `import { ${names} } from "@nats-io/transport-node";`,
    '',
    login.notes.map((note) => `// ${note}`),
    `const nc = await connect({ ${options.join(', ')} });`,
    domain === undefined
      ? 'const kvm = new Kvm(nc);'
      : `const kvm = new Kvm(jetstream(nc, { domain: ${domain} }));`,
    `const kv = await kvm.open(${bucket});`,
    '',
    `const entry = await kv.get(${key});`,
    'if (entry?.operation !== "PUT") {',
    '  throw new Error("The key has no value.");',
    '}',
    'console.log(entry.revision, entry.string());',
    '',
    'const value = entry.value; // the new value',
    '// Throws when somebody else has written since.',
    `const revision = await kv.update(${key}, value, entry.revision);`,
    'console.log("updated to", revision);',
    'await nc.close();',
  ];
}

function go({ allServers, bucket, key, domain, login, quote }: Literals): Lines {
  const options = [
    ...(login.user === undefined
      ? []
      : [`nats.UserInfo(${quote(login.user)}, os.Getenv("NATS_PASSWORD"))`]),
    ...(login.token ? ['nats.Token(os.Getenv("NATS_TOKEN"))'] : []),
    ...(login.credsFile === undefined ? [] : [`nats.UserCredentials(${quote(login.credsFile)})`]),
  ];
  const check = ['\tif err != nil {', '\t\tlog.Fatal(err)', '\t}'];
  const usesEnvironment = login.user !== undefined || login.token;
  return [
    '// go get github.com/nats-io/nats.go',
    'package main',
    '',
    'import (',
    ['context', 'fmt', 'log', ...(usesEnvironment ? ['os'] : [])].map((name) => `\t"${name}"`),
    '',
    '\t"github.com/nats-io/nats.go"',
    '\t"github.com/nats-io/nats.go/jetstream"',
    ')',
    '',
    'func main() {',
    '\tctx := context.Background()',
    login.notes.map((note) => `\t// ${note}`),
    `\tnc, err := nats.Connect(${[allServers, ...options].join(', ')})`,
    check,
    '\tdefer nc.Close()',
    domain === undefined
      ? '\tjs, err := jetstream.New(nc)'
      : `\tjs, err := jetstream.NewWithDomain(nc, ${domain})`,
    check,
    `\tkv, err := js.KeyValue(ctx, ${bucket})`,
    check,
    '',
    `\tentry, err := kv.Get(ctx, ${key})`,
    check,
    '\tfmt.Println(entry.Revision(), string(entry.Value()))',
    '',
    '\tvalue := entry.Value() // the new value',
    '\t// Fails when somebody else has written since.',
    `\trevision, err := kv.Update(ctx, ${key}, value, entry.Revision())`,
    check,
    '\tfmt.Println("updated to", revision)',
    '}',
  ];
}

function python({ servers, bucket, key, domain, login, quote }: Literals): Lines {
  const options = [
    ...(login.user === undefined
      ? []
      : [`user=${quote(login.user)}`, 'password=os.environ["NATS_PASSWORD"]']),
    ...(login.token ? ['token=os.environ["NATS_TOKEN"]'] : []),
    ...(login.credsFile === undefined ? [] : [`user_credentials=${quote(login.credsFile)}`]),
  ];
  const usesEnvironment = login.user !== undefined || login.token;
  return [
    '# pip install nats-py',
    'import asyncio',
    usesEnvironment ? ['import os'] : [],
    '',
    'import nats',
    '',
    '',
    'async def main():',
    login.notes.map((note) => `    # ${note}`),
    `    nc = await nats.connect(${[`[${servers.join(', ')}]`, ...options].join(', ')})`,
    domain === undefined ? '    js = nc.jetstream()' : `    js = nc.jetstream(domain=${domain})`,
    `    kv = await js.key_value(${bucket})`,
    '',
    `    entry = await kv.get(${key})`,
    '    print(entry.revision, entry.value)',
    '',
    '    value = entry.value  # the new value',
    '    # Raises when somebody else has written since.',
    `    revision = await kv.update(${key}, value, last=entry.revision)`,
    '    print("updated to", revision)',
    '    await nc.close()',
    '',
    '',
    'asyncio.run(main())',
  ];
}

function csharp({ allServers, bucket, key, domain, login, quote }: Literals): Lines {
  const auth = [
    ...(login.user === undefined
      ? []
      : [
          `Username = ${quote(login.user)}`,
          'Password = Environment.GetEnvironmentVariable("NATS_PASSWORD")',
        ]),
    ...(login.token ? ['Token = Environment.GetEnvironmentVariable("NATS_TOKEN")'] : []),
    ...(login.credsFile === undefined ? [] : [`CredsFile = ${quote(login.credsFile)}`]),
  ];
  const options = [
    `Url = ${allServers}`,
    ...(auth.length > 0 ? [`AuthOpts = new NatsAuthOpts { ${auth.join(', ')} }`] : []),
  ];
  return [
    '// dotnet add package NATS.Net',
    'using System.Text;',
    'using NATS.Client.Core;',
    'using NATS.Client.JetStream;',
    'using NATS.Client.KeyValueStore;',
    'using NATS.Net;',
    '',
    login.notes.map((note) => `// ${note}`),
    `await using var client = new NatsClient(new NatsOpts { ${options.join(', ')} });`,
    domain === undefined
      ? 'var kv = client.CreateKeyValueStoreContext();'
      : [
          `var js = client.CreateJetStreamContext(new NatsJSOpts(client.Connection.Opts, domain: ${domain}));`,
          'var kv = js.CreateKeyValueStoreContext();',
        ],
    `var store = await kv.GetStoreAsync(${bucket});`,
    '',
    `var entry = await store.GetEntryAsync<byte[]>(${key});`,
    'var value = entry.Value ?? [];',
    'Console.WriteLine($"{entry.Revision} {Encoding.UTF8.GetString(value)}");',
    '',
    '// Put the new value into the place of the old one; throws when somebody else has written since.',
    `var revision = await store.UpdateAsync(${key}, value, entry.Revision);`,
    'Console.WriteLine($"updated to {revision}");',
  ];
}
