import { useState } from 'preact/hooks';
import { applyTheme, storedTheme, THEMES } from './theme.ts';

const NAMES = { system: 'System theme', light: 'Light theme', dark: 'Dark theme' } as const;

/** Chooses between the system's theme and one of ours. */
export function ThemeSwitch() {
  const [theme, setTheme] = useState(storedTheme);
  return (
    <select
      aria-label="Theme"
      value={theme}
      onChange={({ currentTarget: { value } }) => {
        const next = THEMES.find((name) => name === value) ?? 'system';
        setTheme(next);
        applyTheme(next);
      }}
    >
      {THEMES.map((name) => (
        <option key={name} value={name}>
          {NAMES[name]}
        </option>
      ))}
    </select>
  );
}
