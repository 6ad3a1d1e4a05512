import '@vscode-elements/elements/dist/vscode-button/index.js';
import '@vscode-elements/elements/dist/vscode-checkbox/index.js';
import '@vscode-elements/elements/dist/vscode-textfield/index.js';
import './live.css';
import { LiveApp } from './liveApp';

customElements.define('nats-kv-live', LiveApp);
