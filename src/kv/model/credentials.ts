/** How to prove who we are. Contents, never paths: whoever reads the file also guards it. */
export type Credentials =
  | { readonly kind: 'userPassword'; readonly user: string; readonly password: string }
  | { readonly kind: 'token'; readonly token: string }
  /** The text of a `.creds` file. */
  | { readonly kind: 'creds'; readonly contents: string }
  | { readonly kind: 'nkey'; readonly seed: string }
  /** A user JWT; without a seed it is a bearer token. */
  | { readonly kind: 'jwt'; readonly jwt: string; readonly seed?: string }
  /** An HTTP header of the request that opens a WebSocket, for what stands before the server. */
  | { readonly kind: 'header'; readonly name: string; readonly value: string }
  /** For the proxy through which the server is reached. */
  | { readonly kind: 'proxy'; readonly user: string; readonly password: string };
