import { html, nothing, type TemplateResult } from 'lit';
import type { Operation } from '../../src/kv/model/entry';
import type { LiveFilter } from '../../src/kv/live/liveFilter';
import type { LiveRule } from '../../src/kv/live/liveRules';
import type { StateMessage } from '../../src/views/live/liveProtocol';
import type { LiveTexts } from '../../src/views/live/liveTexts';
import { icon, iconButton } from '../shared/icons';

export interface FilterParts {
  readonly state: StateMessage;
  readonly texts: LiveTexts;
  readonly showsMore: boolean;
  readonly onToggle: () => void;
  readonly onFilter: (filter: LiveFilter) => void;
  readonly onRules: (rules: readonly LiveRule[]) => void;
  /** Adds an empty rule and puts the cursor into it. */
  readonly onAddRule: () => void;
}

const operations: readonly Operation[] = ['PUT', 'DEL', 'PURGE', 'EXPIRED'];

/** The filter in a line; the rest of it and the rules below when they are asked for. */
export function filterTemplate(parts: FilterParts): TemplateResult {
  const { state, texts, showsMore, onToggle, onFilter } = parts;
  const { filter } = state;
  const { key, condition } = filter;
  const words = wordsOf(texts);
  const more = [key, condition, ...filter.operations.map((each) => words[each])].filter(
    (fact) => fact !== '',
  );
  const hasMore = more.length > 0;
  return html`<div class="filter">
      ${textField(texts.filter, filter.text, (text) => onFilter({ ...filter, text }))}
      ${hasMore && !showsMore ? html`<bdi class="filter-facts dim">${more.join(' · ')}</bdi>` : nothing}
      <button
        class="icon-button ${hasMore ? 'on' : ''}"
        title=${texts.moreFilters}
        aria-label=${texts.moreFilters}
        aria-expanded=${showsMore}
        @click=${onToggle}
      >
        ${icon('filter')}
      </button>
    </div>
    ${showsMore ? moreTemplate(parts) : nothing}`;
}

function moreTemplate(parts: FilterParts): TemplateResult {
  const { state, texts, onFilter } = parts;
  const { filter, filterProblem } = state;
  const problemOf = (field: 'key' | 'condition') =>
    filterProblem?.field === field ? filterProblem.problem : undefined;
  return html`<div class="more">
    ${textField(texts.keyPattern, filter.key, (key) => onFilter({ ...filter, key }), problemOf('key'))}
    ${textField(
      texts.condition,
      filter.condition,
      (condition) => onFilter({ ...filter, condition }),
      problemOf('condition'),
    )}
    <div class="operations" role="group" aria-label=${texts.operations}>
      ${operations.map((operation) => operationBox(operation, parts))}
    </div>
    ${rulesTemplate(parts)}
  </div>`;
}

function operationBox(
  operation: Operation,
  { state, texts, onFilter }: FilterParts,
): TemplateResult {
  const { filter } = state;
  const words = wordsOf(texts);
  const isOn = filter.operations.includes(operation);
  const toggle = (): void => {
    const others = filter.operations.filter((each) => each !== operation);
    onFilter({ ...filter, operations: isOn ? others : [...others, operation] });
  };
  return html`<vscode-checkbox
    label=${words[operation]}
    ?checked=${isOn}
    @change=${toggle}
  ></vscode-checkbox>`;
}

function wordsOf(texts: LiveTexts): Record<Operation, string> {
  return { PUT: texts.put, DEL: texts.delete, PURGE: texts.purge, EXPIRED: texts.expired };
}

function rulesTemplate({ state, texts, onRules, onAddRule }: FilterParts): TemplateResult {
  const rules = state.rules.map(({ condition, notify }) => ({ condition, notify }));
  const change = (at: number, rule: Partial<LiveRule>) =>
    onRules(rules.map((each, index) => (index === at ? { ...each, ...rule } : each)));
  return html`<div class="rules" role="group" aria-label=${texts.rules}>
    ${state.rules.map(
      ({ condition, notify, problem }, at) =>
        html`<div class="rule">
          ${textField(texts.rule, condition, (text) => change(at, { condition: text }), condition === '' ? undefined : problem)}
          <vscode-checkbox
            label=${texts.notify}
            ?checked=${notify}
            @change=${() => change(at, { notify: !notify })}
          ></vscode-checkbox>
          ${iconButton('remove', texts.removeRule, () => onRules(rules.filter((_, index) => index !== at)))}
        </div>`,
    )}
    <vscode-button secondary @click=${onAddRule}>${texts.addRule}</vscode-button>
  </div>`;
}

function textField(
  label: string,
  value: string,
  onInput: (text: string) => void,
  problem?: string,
): TemplateResult {
  const input = (event: Event): void => onInput((event.target as HTMLInputElement).value);
  return html`<div class="field">
    <vscode-textfield
      label=${label}
      placeholder=${label}
      .value=${value}
      ?invalid=${problem !== undefined}
      @input=${input}
    ></vscode-textfield>
    ${problem === undefined ? nothing : html`<p class="problem" role="alert">${problem}.</p>`}
  </div>`;
}
