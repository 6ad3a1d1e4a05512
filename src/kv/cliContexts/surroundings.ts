/** What of the computer decides where contexts are, and what `~` and `$NAME` in them stand for. */
export interface Surroundings {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** The user's home folder. */
  readonly home: string;
}
