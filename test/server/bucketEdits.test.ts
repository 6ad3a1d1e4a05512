import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  changesBetween,
  documentText,
  streamChange,
  valueIn,
  valuesOf,
  type BucketValues,
} from '../../src/kv/config/bucketDocument';
import { changeProblems, type Abilities } from '../../src/kv/config/changeProblems';
import { bucketFields } from '../../src/kv/config/fields';
import { readDocument } from '../../src/kv/config/readDocument';
import type { Since } from '../../src/kv/config/since';
import type { BucketStatus } from '../../src/kv/model/bucket';
import type { KvConnection } from '../../src/kv/model/kvConnection';
import { parseExactly } from '../../src/kv/values/exactJson';
import { arbitraryStream } from '../kv/config/arbitraryStream';
import type { ForeignNats } from './foreignNats';
import { startSystem } from './system';

const wanted = 500;
/** Some configurations are ones that no server takes. */
const drawn = 2_500;
const seed = 15;

type Raw = Readonly<Record<string, unknown>>;

describe('an edit of a bucket that another client made', () => {
  it('changes exactly the field that is edited, of any configuration', async () => {
    const system = await startSystem();
    const { foreign } = system;
    const connection = await system.connect();
    const abilities = await abilitiesOf(connection);
    const arbitrary = arbitraryStream(await newest(connection));
    const pairs = fc.sample(fc.tuple(arbitrary, arbitrary, fc.nat()), { numRuns: drawn, seed });
    const edited = new Map<string, number>();
    let made = 0;
    for (const [config, other, turn] of pairs) {
      if (made === wanted) {
        break;
      }
      const normal = await whatServerMakesOf(foreign, other);
      if (!normal || 'error' in (await api(foreign, 'STREAM.CREATE.KV_b', config))) {
        continue;
      }
      made++;
      const field = await editOne({ foreign, connection, abilities }, normal, turn);
      edited.set(field, (edited.get(field) ?? 0) + 1);
      await api(foreign, 'STREAM.DELETE.KV_b');
    }
    expect(made).toBe(wanted);
    // So that each kind of field had its turn.
    expect(edited.size).toBeGreaterThan(12);
  });
});

interface Parts {
  readonly foreign: ForeignNats;
  readonly connection: KvConnection;
  readonly abilities: Abilities;
}

/** Sets one field to what it is in another configuration. Returns the name of the field. */
async function editOne(parts: Parts, other: Raw, turn: number): Promise<string> {
  const { foreign, connection, abilities } = parts;
  const status = await connection.bucketStatus('b');
  const raw = await rawConfig(foreign);
  const before = valuesOf('b', status.streamConfig);
  const { name, after } = oneEdit(before, valuesOf('b', other), turn, abilities);
  const { values = {} } = readDocument(documentText(after));
  const change = streamChange(changesBetween('b', before, values));
  const { streamConfig: expected, created } = status;
  const outcome = await connection.updateBucket('b', { stream: change }, { expected, created });
  expect(outcome.kind).toBe('saved');
  const now = await rawConfig(foreign);
  const differing = [...new Set([...Object.keys(raw), ...Object.keys(now)])].filter(
    (field) => JSON.stringify(raw[field]) !== JSON.stringify(now[field]),
  );
  const implied = name === 'markerTtl' ? ['allow_msg_ttl', 'allow_rollup_hdrs'] : [];
  const asked = [...Object.keys(change), ...implied];
  expect({ name, unasked: differing.filter((field) => !asked.includes(field)) }).toEqual({
    name,
    unasked: [],
  });
  const linked = linkedFields[name] ?? [];
  const field = bucketFields.find((each) => each.name === name);
  const allowed = [...linked, ...implied, field?.stream];
  expect(Object.keys(change).filter((field) => !allowed.includes(field))).toEqual([]);
  if (field && after[name] !== undefined) {
    // A value that is the default need not be in the document.
    expect(valueIn(field, 'b', valuesOf('b', now))).toEqual(after[name]);
  }
  return name;
}

/** What else a change of a field changes, since its default goes with it. */
const linkedFields: Readonly<Record<string, readonly string[]>> = {
  ttl: ['duplicate_window'],
  mirror: ['duplicate_window', 'subjects', 'mirror_direct'],
};

/** A configuration with all that the server fills in; undefined for one that it does not take. */
async function whatServerMakesOf(foreign: ForeignNats, config: Raw): Promise<Raw | undefined> {
  const reply = await api(foreign, 'STREAM.CREATE.KV_b', config);
  if ('error' in reply) {
    return undefined;
  }
  await api(foreign, 'STREAM.DELETE.KV_b');
  return (reply as { readonly config: Raw }).config;
}

/** The first field from `turn` on whose edit changes something and that no server would refuse. */
function oneEdit(
  before: BucketValues,
  other: BucketValues,
  turn: number,
  abilities: Abilities,
): { readonly name: string; readonly after: BucketValues } {
  const edits = bucketFields.map((_, at) => {
    const name = bucketFields[(turn + at) % bucketFields.length]?.name ?? '';
    return { name, after: without({ ...before, [name]: other[name] }) };
  });
  const found = edits.find(
    ({ after }) =>
      changesBetween('b', before, after).length > 0 &&
      !changeProblems({ bucket: 'b', before, after, abilities }).some(
        ({ severity }) => severity === 'error',
      ),
  );
  const after = { ...before, description: `${JSON.stringify(before['description'])} edited` };
  return found ?? { name: 'description', after };
}

function without(values: BucketValues): BucketValues {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined));
}

async function abilitiesOf(connection: KvConnection): Promise<Abilities> {
  const account = await connection.accountInfo();
  const { current } = connection.state;
  return {
    apiLevel: account.apiLevel,
    version: current.kind === 'connected' ? current.server.version : '',
    tellsCompression: undefined,
    isClustered: false,
    account,
  };
}

async function newest(connection: KvConnection): Promise<Since | '2.9'> {
  const { apiLevel } = await connection.accountInfo();
  return apiLevel >= 4 ? '2.14' : apiLevel >= 2 ? '2.12' : apiLevel >= 1 ? '2.11' : '2.9';
}

async function rawConfig(foreign: ForeignNats): Promise<BucketStatus['streamConfig']> {
  const { config } = (await api(foreign, 'STREAM.INFO.KV_b')) as { config: Raw };
  const { metadata, ...rest } = config;
  // What the server notes there for itself follows the other fields.
  const own = Object.entries((metadata ?? {}) as Raw).filter(([key]) => !key.startsWith('_nats.'));
  return { ...rest, ...(own.length > 0 && { metadata: Object.fromEntries(own) }) };
}

async function api(foreign: ForeignNats, subject: string, body?: object): Promise<object> {
  const reply = await foreign.api(subject, body && JSON.stringify(body));
  return parseExactly(reply) as object;
}
