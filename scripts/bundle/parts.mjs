import { basename } from 'node:path';

/** What is shared and smaller than this, in bytes, is no file of its own: reading it would take longer. */
const smallest = 6_000;
/** The same for what is loaded later by itself: often it hands out only what is there by then. */
const smallestLater = 1_000;

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
    /** The small ones, most of which lazy ones share. They need nothing but each other and what is there at once. */
    this.common = this.smallShared();
    this.single = this.lazy.filter((name) => !this.common.has(name));
  }

  importsOf(name) {
    return this.outputs
      .get(name)
      .imports.filter(({ external }) => !external)
      .map(({ path, kind }) => ({ to: basename(path), isLazy: kind === 'dynamic-import' }));
  }

  exportsOf(name) {
    return this.outputs.get(name).exports;
  }

  /** A short name: hashes in the names of esbuild's modules are what compresses worst. */
  numberOf(name) {
    return [...this.outputs.keys()].indexOf(name);
  }

  /** What a part that is alone in its file is called. */
  fileOf(name) {
    return name.replace(/-\w{8}\.js$/, `${this.numberOf(name)}.js`);
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

  smallShared() {
    const known = new Map([...this.atOnce].map((name) => [name, true]));
    const fits = (name) => {
      if (!known.has(name)) {
        known.set(name, false);
        const limit = name.startsWith('chunk-') ? smallest : smallestLater;
        const isSmall = this.outputs.get(name).bytes < limit;
        const needed = this.importsOf(name).filter(({ isLazy }) => !isLazy);
        known.set(name, isSmall && needed.every(({ to }) => fits(to)));
      }
      return known.get(name);
    };
    return new Set(this.lazy.filter(fits));
  }

  /** Those of a file with several parts that parts outside it import: it has to hand them out. */
  handedOut(file) {
    const outside = [...this.outputs.keys()].filter((name) => !file.has(name));
    const wanted = new Set(outside.flatMap((name) => this.importsOf(name).map(({ to }) => to)));
    return [...file].filter((name) => wanted.has(name));
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
