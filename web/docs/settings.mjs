import { readFileSync } from 'node:fs';

// The table of settings, read from the one in the program's source: name, default, words.
export function settingsTable(source) {
  const rows = [...readFileSync(source, 'utf8').matchAll(/\{"([a-z0-9_]+)",\s*"([^"]*)",\s*"([^"]*)",\s*(?:true|false),/g)];
  if (rows.length < 20) throw new Error(`${source}: only ${rows.length} settings were recognised`);
  const cell = (text) => text.replace(/\|/g, '\\|').replace(/\w+:\/\/[\w:]*/g, '`$&`');
  return [
    '| setting | environment | default | what |', '|---|---|---|---|',
    ...rows.map(([, name, value, help]) => `| \`${name}\` | \`OPRAG_${name.toUpperCase()}\` | ${value ? `\`${value}\`` : '–'} | ${cell(help)} |`),
  ].join('\n');
}
