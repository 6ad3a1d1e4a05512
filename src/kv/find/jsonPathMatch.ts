import type { Node } from 'jsonc-parser';
import type { JsonPath, PathStep, PathTest } from './jsonPath';

/** The values that a path leads to in a parsed JSON text, in the order of the text, each once. */
export function valuesAt(root: Node, { steps, test }: JsonPath): Node[] {
  const found = new Set(follow(root, steps).filter((node) => passes(node, test)));
  return [...found].sort((a, b) => a.offset - b.offset || b.length - a.length);
}

function follow(from: Node, steps: readonly PathStep[]): Node[] {
  let nodes = [from];
  for (const { deep, take } of steps) {
    const starts = deep ? [...new Set(nodes.flatMap(withAllBelow))] : nodes;
    nodes = starts.flatMap((node) => taken(node, take));
  }
  return nodes;
}

function taken(node: Node, take: PathStep['take']): Node[] {
  switch (take.kind) {
    case 'all':
      return childrenOf(node);
    case 'name':
      return node.type === 'object' ? named(node, take.name) : [];
    case 'index':
      return node.type === 'array' ? childrenOf(node).slice(take.index).slice(0, 1) : [];
    case 'where':
      return childrenOf(node).filter((child) =>
        follow(child, take.steps).some((end) => passes(end, take.test)),
      );
  }
}

/** The value of a property; of several with one name the last, as JSON.parse has it. */
function named(node: Node, name: string): Node[] {
  const last = node.children?.findLast(({ children }) => children?.[0]?.value === name);
  const value = last?.children?.[1];
  return value ? [value] : [];
}

function childrenOf({ type, children = [] }: Node): Node[] {
  if (type === 'array') {
    return children;
  }
  return type === 'object' ? children.flatMap((property) => property.children?.[1] ?? []) : [];
}

function withAllBelow(node: Node): Node[] {
  const all = [node];
  // The list grows while it is walked: every child's children come after it.
  for (const each of all) {
    all.push(...childrenOf(each));
  }
  return all;
}

function passes(node: Node, test: PathTest): boolean {
  switch (test.kind) {
    case 'exists':
      return true;
    case 'equals':
      return isScalar(node) && node.value === test.value;
    case 'differs':
      return !(isScalar(node) && node.value === test.value);
  }
}

function isScalar({ type }: Node): boolean {
  return type !== 'object' && type !== 'array';
}
