import { readReadable } from '../find/batchReading';
import { isLive } from '../model/entry';
import { throwIfCancelled } from '../model/errors';
import { ignore } from '../base/ignore';
import { cut } from '../values/textDiff';
import { parseJson } from '../values/jsonValue';
import { addToShape, emptyShape, shapeText } from './jsonShape';
import { limits } from './limits';
import type { ToolResult } from './resultText';
import { shownValue } from './shownValue';
import {
  patternOf,
  placeOf,
  type BucketPlace,
  type PlaceInput,
  type ToolContext,
} from './toolContext';

export interface InferShapeInput extends PlaceInput {
  readonly pattern?: string;
  readonly sample?: number;
}

/** Values that are read with one request. */
const batch = 20;
const longestShape = 12_000;

/** The shape of sampled JSON values: names and types of members, without a value. */
export async function inferShape(
  context: ToolContext,
  input: InferShapeInput,
): Promise<ToolResult> {
  const place = placeOf(context, input);
  const { keys, total } = await sampleKeys(context, place, input);
  const shape = emptyShape();
  let [json, other, bytes] = [0, 0, 0];
  for (let at = 0; at < keys.length && bytes < limits.readBytes; at += batch) {
    const { signal } = context;
    const options = { signal, onUnreadable: ignore };
    const part = keys.slice(at, at + batch);
    const entries = await readReadable(place.connection, place.bucket, part, options);
    throwIfCancelled(signal);
    for (const entry of entries) {
      if (!entry || !isLive(entry)) {
        continue;
      }
      bytes += entry.size;
      const value = shownValue(entry, place.shown(entry.key), context.policy.rules);
      const parsed = value.kind === 'text' ? parseJson(value.text) : undefined;
      if (parsed === undefined) {
        other++;
      } else {
        json++;
        addToShape(shape, parsed);
      }
    }
  }
  return {
    keys: total,
    sampled: json + other,
    notJson: other,
    shape: json === 0 ? 'unknown' : cut(shapeText(shape), longestShape),
  };
}

/** Some of the keys, each with the same chance; those whose values are withheld are not among them. */
async function sampleKeys(
  { signal }: ToolContext,
  { connection, bucket, shown }: BucketPlace,
  { pattern, sample = 50 }: InferShapeInput,
): Promise<{ readonly keys: string[]; readonly total: number }> {
  const { filter, isWanted } = patternOf(pattern);
  const keys: string[] = [];
  let total = 0;
  for await (const listed of connection.list(bucket, { filter, signal })) {
    throwIfCancelled(signal);
    listed.forEach((info) => {
      const { name, isSecret } = shown(info.key);
      if (!isLive(info) || isSecret || !isWanted(info.key, name)) {
        return;
      }
      total++;
      if (keys.length < sample) {
        keys.push(info.key);
      } else {
        const at = Math.floor(Math.random() * total);
        if (at < sample) {
          keys[at] = info.key;
        }
      }
    });
    if (total >= limits.listedKeys) {
      break;
    }
  }
  return { keys, total };
}
