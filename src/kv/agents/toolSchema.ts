/** The part of JSON Schema that the inputs of tools are described in. */
export type InputSchema =
  | {
      readonly type: 'string';
      readonly description?: string;
      readonly minLength?: number;
      readonly maxLength?: number;
      readonly enum?: readonly string[];
    }
  | {
      readonly type: 'integer';
      readonly description?: string;
      readonly minimum?: number;
      readonly maximum?: number;
    }
  | { readonly type: 'boolean'; readonly description?: string }
  | {
      readonly type: 'array';
      readonly description?: string;
      readonly items: InputSchema;
      readonly minItems?: number;
      readonly maxItems?: number;
    }
  | ObjectSchema;

export interface ObjectSchema {
  readonly type: 'object';
  readonly description?: string;
  readonly properties: Readonly<Record<string, InputSchema>>;
  readonly required?: readonly string[];
  readonly additionalProperties: false;
}

/**
 * What is wrong with an input, such as `limit: must be a whole number from 1 to 200`; undefined when it
 * fits. Names what was sent wrongly, and does not repeat what is in it.
 */
export function inputProblem(
  schema: InputSchema,
  input: unknown,
  at = 'the input',
): string | undefined {
  switch (schema.type) {
    case 'string':
      return stringProblem(schema, input, at);
    case 'integer': {
      const { minimum = -Infinity, maximum = Infinity } = schema;
      const fits =
        Number.isSafeInteger(input) && Number(input) >= minimum && Number(input) <= maximum;
      return fits ? undefined : `${at}: must be a whole number from ${minimum} to ${maximum}`;
    }
    case 'boolean':
      return typeof input === 'boolean' ? undefined : `${at}: must be true or false`;
    case 'array':
      return arrayProblem(schema, input, at);
    case 'object':
      return objectProblem(schema, input, at);
  }
}

function stringProblem(
  { minLength = 0, maxLength = Infinity, enum: choices }: InputSchema & { type: 'string' },
  input: unknown,
  at: string,
): string | undefined {
  if (typeof input !== 'string') {
    return `${at}: must be a text`;
  }
  if (choices && !choices.includes(input)) {
    return `${at}: must be one of ${choices.join(', ')}`;
  }
  if (input.length < minLength) {
    return `${at}: must not be empty`;
  }
  return input.length > maxLength ? `${at}: must have at most ${maxLength} characters` : undefined;
}

function arrayProblem(
  { items, minItems = 0, maxItems = Infinity }: InputSchema & { type: 'array' },
  input: unknown,
  at: string,
): string | undefined {
  if (!Array.isArray(input)) {
    return `${at}: must be a list`;
  }
  if (input.length < minItems || input.length > maxItems) {
    return `${at}: must have ${minItems} to ${maxItems} elements`;
  }
  for (const [index, item] of input.entries()) {
    const problem = inputProblem(items, item, `${at}[${index}]`);
    if (problem) {
      return problem;
    }
  }
  return undefined;
}

function objectProblem(schema: ObjectSchema, input: unknown, at: string): string | undefined {
  if (typeof input !== 'object' || input === null || Array.isArray(input)) {
    return `${at}: must be an object`;
  }
  const { properties, required = [] } = schema;
  const names = Object.keys(input);
  const extra = names.find((name) => !Object.hasOwn(properties, name));
  if (extra !== undefined) {
    const known = Object.keys(properties).join(', ');
    return `${at}: there is no field ${JSON.stringify(extra.slice(0, 60))}, only ${known}`;
  }
  const missing = required.find((name) => !names.includes(name));
  if (missing !== undefined) {
    return `${at}: the field ${missing} is missing`;
  }
  for (const name of names) {
    const property = properties[name];
    const value = (input as Readonly<Record<string, unknown>>)[name];
    const problem =
      property && inputProblem(property, value, at === 'the input' ? name : `${at}.${name}`);
    if (problem) {
      return problem;
    }
  }
  return undefined;
}
