const validator = /[\\/]@modelcontextprotocol[\\/]sdk[\\/].*[\\/]validation[\\/]ajv-provider\.js$/;

/**
 * Leaves out the validator of JSON schemas that the MCP SDK brings: a server asks for one only when it asks its
 * client for input, which ours does not. It is a quarter of what the server weighs.
 */
export const mcpCore = {
  name: 'mcpCore',
  setup({ onLoad }) {
    onLoad({ filter: validator }, () => ({
      contents: 'export class AjvJsonSchemaValidator {}',
      loader: 'js',
    }));
  },
};
