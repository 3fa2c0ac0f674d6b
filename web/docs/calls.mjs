// One call of a route in curl, JavaScript and Python.
import { escape, slug } from './text.mjs';

export function calls(method, path, { security = [] }, body) {
  const url = `https://chat.example.com${path}`;
  const scheme = Object.keys(security[0] ?? {})[0];
  const headers = Object.fromEntries([
    ...(scheme === 'jwt' ? [['Authorization', 'Bearer ID_TOKEN']] : scheme ? [['X-Oprag-Key', 'sk_live_...']] : []),
    ...(body === undefined ? [] : [['Content-Type', 'application/json']]),
  ]);
  const languages = { curl: curl, JavaScript: javascript, Python: python };
  const tabs = Object.entries(languages).map(([label, write], i) =>
    `<details name="${slug(`${method} ${path}`)}-call"${i ? '' : ' open'}><summary>${label}</summary><pre tabindex="0"><code>${escape(write(method, url, headers, body))}</code></pre></details>`);
  return `<div class="calls">${tabs.join('')}</div>`;
}

function curl(method, url, headers, body) {
  return [
    `curl -X ${method} '${url}'`,
    ...Object.entries(headers).map(([name, value]) => `  -H '${name}: ${value}'`),
    ...(body === undefined ? [] : [`  -d '${JSON.stringify(body).replace(/'/g, "'\\''")}'`]),
  ].join(' \\\n');
}

function indented(value, by) {
  return JSON.stringify(value, null, 2).replace(/\n/g, `\n${' '.repeat(by)}`);
}

function javascript(method, url, headers, body) {
  const options = [
    ...(method === 'GET' ? [] : [`  method: '${method}',\n`]),
    ...(Object.keys(headers).length ? [`  headers: ${indented(headers, 2)},\n`] : []),
    ...(body === undefined ? [] : [`  body: JSON.stringify(${indented(body, 2)}),\n`]),
  ];
  return `const answer = await fetch('${url}'${options.length ? `, {\n${options.join('')}}` : ''});\nconsole.log(await answer.json());`;
}

const pythonic = (json) => json.replace(/(?<=[:[,]\s*)(true|false|null)\b/g, (word) => ({ true: 'True', false: 'False', null: 'None' })[word]);

function python(method, url, headers, body) {
  const more = [
    ...(Object.keys(headers).length ? [`    headers=${indented(headers, 4)},\n`] : []),
    ...(body === undefined ? [] : [`    json=${pythonic(indented(body, 4))},\n`]),
  ];
  return `import requests\n\nanswer = requests.${method.toLowerCase()}(\n    "${url}",\n${more.join('')})\nprint(answer.json())`;
}
