/*
 * The client has a part that speaks to a server and parts on top of it: JetStream, services, benchmarks.
 * src/kv/nats speaks JetStream itself, and CommonJS cannot be shaken by esbuild: the latter are left out.
 */
const onTop =
  /[\\/]nats[\\/]lib[\\/](jetstream[\\/]\w+|nats-base-client[\\/](service|serviceclient|bench|typedsub))\.js$/;

/** A plugin of esbuild that takes nothing of the package `nats` but its connections. */
export const natsCore = {
  name: 'nats-core',
  setup({ onLoad }) {
    onLoad({ filter: onTop }, () => ({ contents: 'module.exports = {};', loader: 'js' }));
  },
};
