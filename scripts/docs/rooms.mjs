/**
 * The rooms of the sources, floor by floor from the ground up. A room is a folder, or files that lie
 * loose in the house (`compose*`); it imports from the floors below it, or beside it. A test holds
 * the sources to this, and CONTRIBUTING.md shows it.
 */
export const houses = [
  {
    folder: 'src/kv',
    about: 'The KV core. It knows NATS KV and nothing of VS Code.',
    floors: [
      { base: 'events, waiting, pacing, bytes, durations, versions: small, and about nothing' },
      { model: 'types and rules of buckets, keys, entries, connections: the ports' },
      {
        values: 'how the bytes of a value are shown as text and stored again; JSON, differences',
        keys: 'the keys of a bucket in memory, wildcards, patterns, `tree/`',
        config: 'the configuration of a bucket as a document, and what a change of it does',
        health: 'what is unhealthy about a bucket and an account',
        operations: 'what is done to keys: create, copy, move, restore, find out what became of it',
      },
      {
        session: 'a connection, its buckets, its watches, its indexes of keys',
        rules: 'conditions on messages, such as `value.status == "done"`',
      },
      {
        asOf: 'a bucket as it was at a moment, and back to it',
        backup: 'a bucket on disk as the `nats` CLI keeps it, and back again',
        compare: 'two sides, key by key, and from one to the other',
        clean: 'what is to go of a bucket: planned, carried out, undone',
        find: 'keys by their letters, values by what is in them',
        inspect: 'what is known of a bucket or a connection that somebody looks at',
        live: 'the feed of changes, filters, what is pointed out, rates',
        sync: 'a folder of files and a bucket against what both had last: pull, push, merge',
        table: 'the keys of a bucket as rows: their order, columns of values, edits in cells',
        transfer: 'export, import, verify, copy: forms, dry runs, runs',
        cliContexts: 'the contexts of the `nats` CLI',
      },
      {
        agents: 'what assistants may ask and see: tools, their bounds, what is redacted',
        manyKeys: 'several keys as one document: text, changes, what others changed',
      },
      { nats: 'the only folder that imports the package `nats`' },
    ],
  },
  {
    folder: 'src/views',
    about: 'What is seen.',
    floors: [
      {
        format: 'sizes, ages, numbers in words',
        shown: 'what VS Code shows, with every name as plain text',
      },
      {
        buckets: 'the tree of connections, buckets and keys',
        page: 'pages in the place of editors, and what is told between them and the extension',
      },
      {
        asOf: 'a bucket as it was at a moment',
        compare: 'two sides beside each other',
        config: 'the configuration of a bucket: schema, changes, consequences in words',
        find: 'the results of Find in Values',
        history: 'the revisions of a key',
        live: 'the Live view',
        plan: 'a plan of changes as text and as differences',
        properties: 'the page of a bucket, and JetStream at a glance',
        status: 'the items of the status bar, the marks of environments',
        table: 'a bucket as a table',
      },
    ],
  },
  {
    folder: 'src/extension',
    about: 'The side of VS Code: settings, secrets, file systems, commands.',
    floors: [
      {
        contributions: 'the ids of package.json',
        'lazy*': 'documents and panels whose parts are loaded with the first of them',
        report: 'what is told of work that nobody waits for',
        updateState: 'changes of the global state, which VS Code may lose',
      },
      {
        codecs: 'which codec a value has, and the schemas that settings name',
        bucketDocuments: 'the configurations of buckets as documents',
        connections: 'the settings and secrets of connections',
        documents: 'keys as documents',
        find: 'the filters of buckets',
        firstSteps: 'the walkthrough, shown once',
        history: 'the key that History follows',
        live: 'the Live view after a restart',
        localServer: 'a nats-server to try things on',
        manyKeys: 'several keys as one document',
        plans: 'plans of changes as documents',
        snippets: 'code and commands for a key',
        support: 'what happened last, without names, for whoever asks for help',
        sync: 'folders of the workspace that are synchronised with buckets, and their marks',
        transfer: 'files of the workspace, imports that can be gone on with',
        tree: 'the settings of the tree',
        tunnels: 'programs that lead connections to a server: ssh, kubectl',
        writeHeaders: 'the headers that the settings give to values',
      },
      {
        agents: 'what assistants may ask, as tools of VS Code and of MCP',
        api: 'what other extensions may use, with the permission of the user',
        commands: 'every command, a folder for each noun',
      },
      { 'compose*': 'builds everything', main: 'what VS Code calls' },
    ],
  },
  {
    folder: 'src/extension/documents',
    about: 'Keys as documents.',
    floors: [
      { address: 'URIs of keys and revisions' },
      { model: 'what is known of an open key, and what a save replaces' },
      {
        provider: 'the file systems of keys, revisions and schemas',
        editors: "VS Code's editors: languages, questions, binary values, merges",
      },
    ],
  },
];

/** The house, floor and room that a source lies in; the innermost house where one holds another. */
export function placesOf(path) {
  return houses
    .filter(({ folder }) => path.startsWith(`${folder}/`))
    .map(({ folder, floors }) => {
      const name = path.slice(folder.length + 1).replace(/(\/.*|\.ts)$/, '');
      const floor = floors.findIndex((rooms) => roomIn(rooms, name) !== undefined);
      return { house: folder, floor, room: roomIn(floors[floor] ?? {}, name) ?? name };
    });
}

function roomIn(rooms, name) {
  return Object.keys(rooms).find((room) =>
    room.endsWith('*') ? name.startsWith(room.slice(0, -1)) : name === room,
  );
}

/** The rooms as Markdown, a table for each house, the ground floor first. */
export function mapOfRooms() {
  return houses
    .map(({ folder, about, floors }) => {
      const rows = floors.flatMap((rooms, floor) =>
        Object.entries(rooms).map(([room, holds]) => `| ${floor} | \`${room}\` | ${holds} |`),
      );
      return [
        `\`${folder}\`: ${about}\n`,
        '| floor | room | holds |',
        '| --- | --- | --- |',
        ...rows,
      ].join('\n');
    })
    .join('\n\n');
}
