import '@vscode-elements/elements/dist/vscode-button/index.js';
import '@vscode-elements/elements/dist/vscode-textfield/index.js';
import './table.css';
import { TableApp } from './tableApp';

customElements.define('nats-kv-table', TableApp);
