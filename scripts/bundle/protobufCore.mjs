/*
 * Of protobufjs only what reads .proto files is needed: src/kv/values/protobuf reads and writes messages itself,
 * for what is not edited has to stay as it is stored. CommonJS cannot be shaken by esbuild: what generates code,
 * encodes and decodes is left out.
 */
const src = /[\\/]protobufjs[\\/]src[\\/]/.source;
const messages = ['reader', 'reader_buffer', 'writer', 'writer_buffer', 'encoder', 'decoder'];
const others = ['verifier', 'converter', 'wrappers', 'message', 'rpc', 'roots'];
const utils = ['codegen', 'fetch', 'fs', 'pool', 'float', 'eventemitter', 'longbits'];
const unused = new RegExp(
  `${src}((${[...messages, ...others].join('|')})|util[\\\\/](${utils.join('|')}))\\.js$`,
);

/** A plugin of esbuild that takes nothing of the package `protobufjs` but its parser and what that makes. */
export const protobufCore = {
  name: 'protobuf-core',
  setup({ onLoad }) {
    onLoad({ filter: unused }, () => ({
      contents: 'module.exports = function () {}; module.exports._configure = function () {};',
      loader: 'js',
    }));
    onLoad({ filter: /[\\/]node_modules[\\/]long[\\/]umd[\\/]index\.js$/ }, () => ({
      contents: 'module.exports = undefined;',
      loader: 'js',
    }));
  },
};
