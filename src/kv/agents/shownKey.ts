import type { Entry } from '../model/entry';
import type { ValueCodec } from '../values/valueCodec';
import { redacted, type RedactRules } from './redactRules';
import { looksSecret } from './secretLook';

/** A key as agents see it. */
export interface ShownKey {
  /** Without what follows a token that names a secret: it may be the secret. */
  readonly name: string;
  /** Whether its values are withheld. */
  readonly isSecret: boolean;
  /** The codec that its values are known to have, by their headers; none where it is omitted. */
  readonly codecOf?: (headers: Entry['headers']) => ValueCodec | undefined;
}

/** A token that is a name and nothing else. */
const plainToken = /^[\p{L}_-]{1,32}$/u;

/** How keys of a bucket are shown to agents. */
export function keyShower(bucket: string, rules: RedactRules): (key: string) => ShownKey {
  if (!rules.isActive) {
    return (name) => ({ name, isSecret: false });
  }
  if (rules.isSecretName(bucket)) {
    return () => ({ name: redacted, isSecret: true });
  }
  return (key) => {
    const name = shownName(key, rules);
    return { name, isSecret: name !== key || rules.isSecretKey(bucket, key) };
  };
}

function shownName(key: string, rules: RedactRules): string {
  if (looksSecret(key)) {
    return redacted;
  }
  // Every token with the separator before it.
  const tokens = key.match(/[./:=]?[^./:=]*/g)?.filter((token) => token !== '') ?? [];
  let name = '';
  for (const token of tokens) {
    const bare = token.replace(/^[./:=]/, '');
    if (!rules.isSecretName(bare)) {
      name += token;
      continue;
    }
    const separator = token.slice(0, token.length - bare.length);
    name += separator + (plainToken.test(bare) ? bare : redacted);
    const rest = key.length > name.length && plainToken.test(bare);
    return rest ? `${name}${key.charAt(name.length)}${redacted}` : name;
  }
  return name;
}
