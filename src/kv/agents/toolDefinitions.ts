import type { InputSchema, ObjectSchema } from './toolSchema';

/** What a client is told of a tool. */
export interface ToolDefinition {
  readonly name: ToolName;
  /** For the model: what it does, and when to use it. */
  readonly description: string;
  readonly inputSchema: ObjectSchema;
  /** Whether it writes to the server, so that it exists only where the settings allow it. */
  readonly writes?: true;
}

export type ToolName =
  | 'listBuckets'
  | 'findKeys'
  | 'readKey'
  | 'readMany'
  | 'searchValues'
  | 'keyHistory'
  | 'diffRevisions'
  | 'watchFor'
  | 'bucketInfo'
  | 'inferShape'
  | 'proposeValue'
  | 'putKey'
  | 'deleteKey';

function text(description: string, maxLength: number): InputSchema {
  return { type: 'string', description, minLength: 1, maxLength };
}

function count(description: string, minimum: number, maximum: number): InputSchema {
  return { type: 'integer', description, minimum, maximum };
}

const connection = text('Name of the connection; needed where several are connected.', 200);
const bucket = text('Name of the bucket.', 255);
const key = text('The key, exactly as it is stored.', 4_096);
const pattern = text(
  'NATS pattern: `*` is one token between dots, a last `>` one or more, as in `orders.eu.>`.',
  4_096,
);
const after = text('Goes on after this, as `next` of the answer before says.', 4_096);
const path = text(
  'JSON path: `$.customer.name`, `$.items[0]`, `$..sku`, `$[?(@.status == "open")]`.',
  500,
);
const version = text('The `version` that readKey told of the value that is to be replaced.', 60);
const place = { connection, bucket };

function object(
  properties: Readonly<Record<string, InputSchema>>,
  ...required: readonly string[]
): ObjectSchema {
  return { type: 'object', properties, required, additionalProperties: false };
}

/** The tools, with the schemas that their inputs are checked against; package.json says the same. */
export const toolDefinitions: readonly ToolDefinition[] = [
  {
    name: 'listBuckets',
    description:
      'Lists the NATS JetStream Key/Value buckets of the connections that the user has connected, with their numbers of keys. Begin with it: it tells the names of connections and buckets.',
    inputSchema: object({
      connection,
      limit: count('Buckets to return, 50 by default.', 1, 200),
      after,
    }),
  },
  {
    name: 'findKeys',
    description:
      'Finds keys of a NATS KV bucket by a pattern or by words in them, sorted by name, with revision and time of the last change, and tells how many there are. Values are not read.',
    inputSchema: object(
      {
        ...place,
        pattern,
        words: text('Words that have to be in the key, in any order and case.', 200),
        limit: count('Keys to return, 50 by default.', 1, 200),
        after,
      },
      'bucket',
    ),
  },
  {
    name: 'readKey',
    description:
      'Reads one key of a NATS KV bucket: the value as an editor shows it (JSON formatted, compressed and binary JSON decoded), revision, time, TTL, headers and the version for a proposal. Large values come in pieces.',
    inputSchema: object(
      {
        ...place,
        key,
        path,
        revision: count('An older revision instead of the last one.', 1, Number.MAX_SAFE_INTEGER),
        offset: count('First character of the value to return, 0 by default.', 0, 100_000_000),
        length: count('Characters to return, 8000 by default.', 1, 20_000),
      },
      'bucket',
      'key',
    ),
  },
  {
    name: 'readMany',
    description:
      'Reads several keys of a NATS KV bucket at once, each value cut off where it is long. With a JSON path only that part of each value.',
    inputSchema: object(
      {
        ...place,
        keys: { type: 'array', description: 'The keys.', items: key, minItems: 1, maxItems: 50 },
        path,
      },
      'bucket',
      'keys',
    ),
  },
  {
    name: 'searchValues',
    description:
      'Searches the values of a NATS KV bucket for a text, a regular expression or a JSON path (exactly one of them), and returns keys with excerpts. Narrow it by a pattern of keys where the bucket is large.',
    inputSchema: object(
      {
        ...place,
        text: text('A text to look for.', 500),
        regex: text('A JavaScript regular expression.', 500),
        path,
        matchCase: { type: 'boolean', description: 'False by default.' },
        pattern,
        limit: count('Keys to return, 20 by default.', 1, 100),
        after,
      },
      'bucket',
    ),
  },
  {
    name: 'keyHistory',
    description:
      'Lists the stored revisions of a key, newest first, with operation, time and a preview of each value. How many a bucket keeps, bucketInfo tells.',
    inputSchema: object(
      {
        ...place,
        key,
        limit: count('Revisions to return, 10 by default.', 1, 64),
        before: count('Only revisions below this one.', 1, Number.MAX_SAFE_INTEGER),
      },
      'bucket',
      'key',
    ),
  },
  {
    name: 'diffRevisions',
    description:
      'Tells what differs between two stored revisions of a key: the last two by default, JSON by its members, other texts by their lines.',
    inputSchema: object(
      {
        ...place,
        key,
        from: count('The older revision.', 1, Number.MAX_SAFE_INTEGER),
        to: count('The newer revision.', 1, Number.MAX_SAFE_INTEGER),
      },
      'bucket',
      'key',
    ),
  },
  {
    name: 'watchFor',
    description:
      'Waits for changes of keys of a NATS KV bucket and returns those that match, at the latest when the time is over. Nothing from before the call is told.',
    inputSchema: object(
      {
        ...place,
        pattern,
        condition: text(
          'Condition such as `value.status == "done" and operation == put`; operands are key, operation, revision, size, value and value.path, comparisons ==, !=, <, <=, >, >=, contains, exists.',
          500,
        ),
        seconds: count('How long to wait.', 1, 60),
        limit: count('Ends after this many changes, 1 by default.', 1, 50),
      },
      'bucket',
      'seconds',
    ),
  },
  {
    name: 'bucketInfo',
    description:
      'Tells how a NATS KV bucket is configured and what it holds: numbers of keys and messages, size and limits, history, TTL, replicas, mirrors and sources.',
    inputSchema: object(place, 'bucket'),
  },
  {
    name: 'inferShape',
    description:
      'Samples JSON values of a NATS KV bucket and returns their shape as a type: names and types of members, which are optional, without any value.',
    inputSchema: object(
      { ...place, pattern, sample: count('Values to read, 50 by default.', 1, 200) },
      'bucket',
    ),
  },
  {
    name: 'proposeValue',
    description:
      'Proposes new values: opens one as unsaved text in an editor of the user, several as one unsaved document of keys; the user reads, changes and saves them or not. Writes nothing. Read a key first, and give the whole new text in the form that readKey shows.',
    inputSchema: object(
      {
        ...place,
        changes: {
          type: 'array',
          description: 'What to propose, a key each.',
          minItems: 1,
          maxItems: 10,
          items: object(
            {
              key,
              text: {
                type: 'string',
                description: 'The whole new value.',
                maxLength: 262_144,
              },
              version,
            },
            'key',
            'text',
          ),
        },
      },
      'bucket',
      'changes',
    ),
  },
  {
    name: 'putKey',
    description:
      'Stores a value under a key, only if it still has the version that was read, and only after the user has agreed to the difference. Works on connections alone that the user allowed writes on; use proposeValue elsewhere.',
    inputSchema: object(
      {
        ...place,
        key,
        text: { type: 'string', description: 'The whole new value.', maxLength: 262_144 },
        version,
      },
      'bucket',
      'key',
      'text',
      'version',
    ),
    writes: true,
  },
  {
    name: 'deleteKey',
    description:
      'Deletes a key by a marker, only if it still has the version that was read, and only after the user has agreed. Works on connections alone that the user allowed writes on.',
    inputSchema: object({ ...place, key, version }, 'bucket', 'key', 'version'),
    writes: true,
  },
];
