/** What custom options extend: files that declare some import `google/protobuf/descriptor.proto`. */
export const optionTypes = [
  'syntax = "proto2"; package google.protobuf;',
  ...[
    'File',
    'Message',
    'Field',
    'Oneof',
    'ExtensionRange',
    'Enum',
    'EnumValue',
    'Service',
    'Method',
  ].map((of) => ['message', `${of}Options`, '{ extensions 1 to max; }'].join(' ')),
].join('\n');
