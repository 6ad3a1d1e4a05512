/** Why there is no schema; the message is a clause. */
export class SchemaError extends Error {
  override readonly name = 'SchemaError';

  constructor(
    message: string,
    /** The path of the file that is wrong or missing, where it is one. */
    readonly path?: string,
  ) {
    super(message);
  }
}
