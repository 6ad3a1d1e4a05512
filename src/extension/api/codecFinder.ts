import type { ValueCodec, ValuePlace } from '../../kv/values/valueCodec';
import { ApiFailure } from './apiFailure';
import { dropPromise } from './dropPromise';
import { extensionCodec } from './extensionCodec';
import type { NatsKvValueCodec } from './natsKvApi';

/** Finds the codec that another extension gave by where a value is stored. Throws where it is none. */
export function codecFinder(
  given: NatsKvValueCodec,
): (place: ValuePlace) => ValueCodec | undefined {
  check(given);
  const codec = extensionCodec(given);
  return ({ bucket, key, headers }) => {
    const [, contentType] = headers.find(([name]) => name.toLowerCase() === 'content-type') ?? [];
    try {
      const copies = headers.map(([name, value]) => [name, value] as const);
      const isOne: unknown = given.matches({ bucket, key, headers: copies, contentType });
      dropPromise(isOne);
      return isOne === true ? codec : undefined;
    } catch {
      // It says of no value that it is for it.
      return undefined;
    }
  };
}

function check(given: unknown): void {
  const { label, matches, decode, encode } = Object(given) as Record<string, unknown>;
  const isComplete = [matches, decode, encode].every((each) => typeof each === 'function');
  if (typeof label !== 'string' || label === '' || !isComplete) {
    // Its author reads this.
    throw new ApiFailure('invalid', 'A codec has label, matches, decode and encode.');
  }
}
