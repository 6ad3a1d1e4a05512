import { isLive, type KeyInfo } from '../model/entry';
import { cut } from '../values/textDiff';
import { parseJson } from '../values/jsonValue';
import { addToShape, emptyShape, shapeText } from './jsonShape';
import { limits } from './limits';
import { eachKey } from './listKeys';
import { readBounded } from './readBounded';
import type { ToolResult } from './resultText';
import { shownValue } from './shownValue';
import { placeOf, type BucketPlace, type PlaceInput, type ToolContext } from './toolContext';

export interface InferShapeInput extends PlaceInput {
  readonly pattern?: string;
  readonly sample?: number;
}

const longestShape = 12_000;

/** The shape of sampled JSON values: names and types of members, without a value. */
export async function inferShape(
  context: ToolContext,
  input: InferShapeInput,
): Promise<ToolResult> {
  const place = placeOf(context, input);
  const { keys, total, isWhole } = await sampleKeys(context, place, input);
  const isRead = ({ size }: KeyInfo): boolean => size <= limits.valueBytes;
  const read = keys.filter(isRead).map(({ key }) => key);
  const shape = emptyShape();
  let [json, other] = [0, keys.length - read.length];
  for await (const { entry } of readBounded(context, place, read)) {
    if (!entry || !isLive(entry)) {
      continue;
    }
    const value = shownValue(entry, place.shown(entry.key), context.policy.rules);
    const parsed = value.kind === 'text' ? parseJson(value.text) : undefined;
    if (parsed === undefined) {
      other++;
    } else {
      json++;
      addToShape(shape, parsed);
    }
  }
  return {
    keys: total,
    ...(!isWhole && { totalIsAtLeast: true }),
    sampled: json + other,
    notJson: other,
    shape: json === 0 ? 'unknown' : cut(shapeText(shape), longestShape),
  };
}

/** Some of the keys, each with the same chance; those whose values are withheld are not among them. */
async function sampleKeys(
  context: ToolContext,
  place: BucketPlace,
  { pattern, sample = 50 }: InferShapeInput,
) {
  const keys: KeyInfo[] = [];
  let total = 0;
  const isWhole = await eachKey(context, place, pattern, (info, { isSecret }) => {
    if (isSecret) {
      return;
    }
    total++;
    const at = keys.length < sample ? keys.length : Math.floor(Math.random() * total);
    if (at < sample) {
      keys[at] = info;
    }
  });
  return { keys, total, isWhole };
}
