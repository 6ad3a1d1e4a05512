/** VS Code's secret storage, in memory. */
export class FakeSecretStorage {
  readonly all = new Map<string, string>();

  get(key: string): Promise<string | undefined> {
    return Promise.resolve(this.all.get(key));
  }

  store(key: string, value: string): Promise<void> {
    this.all.set(key, value);
    return Promise.resolve();
  }

  delete(key: string): Promise<void> {
    this.all.delete(key);
    return Promise.resolve();
  }
}
