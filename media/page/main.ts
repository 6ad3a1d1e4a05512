import './page.css';
import { PageApp } from './pageApp';

customElements.define('nats-kv-page', PageApp);
