import { render } from 'preact';
import { App } from './app.tsx';
import { applyTheme, storedTheme } from './components/theme.ts';
import './style/tokens.css';
import './style/base.css';
import './style/shell.css';
import './style/parts.css';
import './style/charts.css';

const host = document.getElementById('page');
if (host === null) throw new Error('index.html has no element with the id "page"');
applyTheme(storedTheme());
render(<App />, host);
