/*
 * What NATS KV Explorer gives to other extensions, as
 * `vscode.extensions.getExtension('nats-kv.nats-kv-explorer')?.exports`. This file is types alone: copy it.
 */

/** What the extension exports. A version that breaks what is here has another number. */
export interface NatsKvExports {
  readonly apiVersion: 1;
  /**
   * What an extension may do, `extensionId` being its own: `publisher.name`. Every call asks for the user's
   * permission where it is not known yet. VS Code does not tell who calls: the user's answer is for the name that is
   * given here, which has to be that of an installed extension.
   */
  access(extensionId: string): NatsKvAccess;
}

/**
 * The calls of one extension. Each rejects with a `NatsKvFailure`. The user is asked once for each connection, on
 * production once in each window, and may take it back at any time. Nothing here writes, and no secret is given out.
 */
export interface NatsKvAccess {
  /**
   * Has values decoded and encoded by a codec until what this resolves with is disposed. The user is asked once for
   * all connections. Open documents follow at once; unsaved texts stay as they are.
   */
  registerValueCodec(codec: NatsKvValueCodec): Promise<NatsKvDisposable>;
  /** Opens a key in its editor. */
  openKey(place: NatsKvKeyPlace): Promise<void>;
  /** The last message of a key, a marker included; undefined where there is none. Asks the server each time. */
  readKey(place: NatsKvKeyPlace): Promise<NatsKvEntry | undefined>;
  /**
   * Tells every change from now on, in the order of revisions, also those made while the link was lost. Resolves once
   * nothing that is written from then on is missed.
   */
  watchKeys(place: NatsKvWatchPlace, watcher: NatsKvWatcher): Promise<NatsKvDisposable>;
}

/** A codec of values. Its functions are synchronous, and run beside everything else: VS Code waits for them. */
export interface NatsKvValueCodec {
  /** What people read: 'Thrift Order'. */
  readonly label: string;
  /**
   * Whether it is for a value. Asked of every value that is shown; anything but `true`, and throwing, is no. What
   * `natsKv.protobuf` names comes before it, and of several codecs the one that was registered first.
   */
  matches(place: NatsKvValuePlace): boolean;
  /**
   * The text of the bytes. What it throws is why the value is shown undecoded, and read-only. One that takes longer
   * than a second is not asked again in this window.
   */
  decode(bytes: Uint8Array): NatsKvDecoded;
  /**
   * The bytes of an edited text; `before` are those that the text was made of. What it throws is why the text is not
   * stored. A value is editable only where encoding its text gives its bytes again, and stored only where decoding
   * gives the text again, as it is or as the same JSON in other white space.
   */
  encode(text: string, before: Uint8Array): Uint8Array;
}

/** What a codec makes of bytes. */
export interface NatsKvDecoded {
  /** Minified JSON is shown with one value a line, any other text as it is. */
  readonly text: string;
  /** The language of the text as VS Code calls it, unless the user's settings name one; else what it looks like. */
  readonly languageId?: string;
  /** Why the value can only be looked at, if so; a clause: 'it is signed'. */
  readonly readOnly?: string;
}

/** Where a value is stored, and with what. */
export interface NatsKvValuePlace {
  readonly bucket: string;
  readonly key: string;
  /** Every stored header in its order. */
  readonly headers: readonly (readonly [name: string, value: string])[];
  /** The header `Content-Type`, if there is one. */
  readonly contentType: string | undefined;
}

/** A bucket of one of the user's connections, by its id or its name. */
interface NatsKvBucketPlace {
  readonly connection: string;
  readonly bucket: string;
}

export interface NatsKvKeyPlace extends NatsKvBucketPlace {
  readonly key: string;
}

export interface NatsKvWatchPlace extends NatsKvBucketPlace {
  /** A filter such as `orders.*.state` or `orders.>`; the whole bucket when omitted. */
  readonly filter?: string;
}

export interface NatsKvWatcher {
  /** Is told of a change; what it throws is in the log and ends nothing. */
  changed(entry: NatsKvEntry): void;
  /** Is told once that no more will come, unless the watch was disposed. */
  ended?(failure: NatsKvFailure): void;
}

/** A stored message of a key. */
export interface NatsKvEntry {
  readonly bucket: string;
  readonly key: string;
  /** Unique in the bucket and rising with time. */
  readonly revision: number;
  /** `put` for a value, the others for markers; `expired` for the one of a TTL or an age that is over. */
  readonly operation: 'put' | 'delete' | 'purge' | 'expired';
  /** The bytes as they are stored. */
  readonly value: Uint8Array;
  /** Every stored header in its order. */
  readonly headers: readonly (readonly [name: string, value: string])[];
  /** When the server stored it, in milliseconds since the epoch. */
  readonly created: number;
}

/**
 * Why a call failed. `code`: `denied` where the user, or the server, does not allow it; `notFound`; `invalid` for what
 * cannot be asked; `disconnected`; or another word for what the server said.
 */
export interface NatsKvFailure extends Error {
  readonly code: string;
}

export interface NatsKvDisposable {
  dispose(): void;
}
