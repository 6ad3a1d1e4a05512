import { basename } from 'node:path';

/**
 * The ES modules that esbuild has split a bundle into, by their file names: which of them the entry needs
 * at once, and which are loaded when they are used.
 */
export class Parts {
  constructor(outputFiles, { outputs, inputs }, entry) {
    this.entry = `${entry}.js`;
    this.inputs = inputs;
    this.texts = new Map(outputFiles.map(({ path, text }) => [basename(path), text]));
    this.outputs = new Map(
      Object.entries(outputs).map(([path, output]) => [basename(path), output]),
    );
    this.atOnce = this.neededAtOnce();
    const names = [...this.outputs.keys()].filter((name) => name.endsWith('.js'));
    this.lazy = names.filter((name) => !this.atOnce.has(name));
    /** Those that a lazy one imports: the entry has to hand them out. */
    this.shared = [...this.atOnce].filter((name) =>
      this.lazy.some((one) => this.importsOf(one).some(({ to }) => to === name)),
    );
  }

  importsOf(name) {
    return this.outputs
      .get(name)
      .imports.filter(({ external }) => !external)
      .map(({ path, kind }) => ({ to: basename(path), isLazy: kind === 'dynamic-import' }));
  }

  neededAtOnce() {
    const needed = new Set();
    const visit = (name) => {
      if (!needed.has(name)) {
        needed.add(name);
        this.importsOf(name).forEach(({ to, isLazy }) => isLazy || visit(to));
      }
    };
    visit(this.entry);
    return needed;
  }

  /** Sources and their sizes in bytes by the part that they are in. */
  report() {
    const sourcesOf = (names) =>
      Object.fromEntries(
        names
          .flatMap((name) => Object.entries(this.outputs.get(name).inputs))
          .map(([source, { bytesInOutput }]) => [source, bytesInOutput]),
      );
    return {
      atOnce: sourcesOf([...this.atOnce]),
      lazy: Object.fromEntries(this.lazy.map((name) => [name, sourcesOf([name])])),
    };
  }
}
