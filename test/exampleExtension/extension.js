// @ts-check
/* global exports, require, TextDecoder, TextEncoder */
/** @typedef {import('../../src/extension/api/natsKvApi').NatsKvExports} NatsKvExports */
/** @typedef {import('../../src/extension/api/natsKvApi').NatsKvValueCodec} NatsKvValueCodec */

/** What a value in pairs begins with. */
const mark = 0x50;

/**
 * Values such as `a=1;b=2` after a mark, which are shown with one pair a line.
 * @type {NatsKvValueCodec}
 */
const pairs = {
  label: 'Pairs',
  matches: ({ key, contentType }) =>
    key.startsWith('pairs.') || contentType === 'application/x-pairs',
  decode: (bytes) => {
    if (bytes[0] !== mark) {
      throw new Error('its first byte is no mark');
    }
    const text = new TextDecoder('utf-8', { fatal: true }).decode(bytes.subarray(1));
    return { text: text.replaceAll(';', '\n'), languageId: 'properties' };
  },
  encode: (text) => Uint8Array.of(mark, ...new TextEncoder().encode(text.replaceAll('\n', ';'))),
};

/**
 * Exports what its test asks of the explorer in its name.
 * @param {import('vscode').ExtensionContext} context
 */
exports.activate = ({ extension, subscriptions }) => {
  const { extensions } = require('vscode');
  /** @type {import('vscode').Extension<NatsKvExports> | undefined} */
  const explorer = extensions.getExtension('nats-kv.nats-kv-explorer');
  // It is a dependency, so that VS Code has activated it.
  const natsKv = explorer?.exports.access(extension.id);
  return {
    natsKv,
    /** Decodes from now on, until what this resolves with is disposed. */
    register: async () => {
      const registration = await natsKv?.registerValueCodec(pairs);
      if (registration) {
        subscriptions.push(registration);
      }
      return registration;
    },
  };
};
