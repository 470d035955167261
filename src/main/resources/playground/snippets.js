// A request as a command, and as programs.
import { address, hasKey } from './service.js';
import { t } from './words.js';

const sources = ({ images }) => images.map(({ source }) => source).filter(Boolean);

/** A word of a POSIX shell. */
function shell(word) {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", String.raw`'\''`)}'`;
}

/** curl ends a file's name at commas and semicolons, unless it is in quotes. */
function curlFile(name) {
  return /^[^,;"\\\s]+$/.test(name) ? name : `"${name.replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"`;
}

export function curl(request) {
  const fetched = sources(request).map((source) => `curl -sSO ${shell(source)}\n`).join('');
  const parts = [
    `curl ${shell(address(request.path))}`,
    ...(hasKey() ? ['-H "X-API-Key: $CLIPSERVE_API_KEY"'] : []),
    ...request.images.map(({ file }) => `-F ${shell(`image=@${curlFile(file.name)}`)}`),
    ...request.fields.map(([name, value]) => `--form-string ${shell(`${name}=${value}`)}`),
  ];
  return fetched + parts.join(' \\\n  ');
}

/** Strings of JSON are strings of Python and JavaScript as well. */
const literal = (value) => JSON.stringify(value);

/** Where the service was given a JSON array, programs write a list. */
function list(value) {
  try {
    const parsed = JSON.parse(value);
    return Array.isArray(parsed) ? `[${parsed.map(literal).join(', ')}]` : null;
  } catch {
    return null;
  }
}

const lists = new Set(['labels', 'templates', 'texts']);
const listOf = ([name, value]) => (lists.has(name) ? list(value) : null);
const names = ({ images }) => images.map(({ file }) => literal(file.name)).join(', ');
const origin = (request, mark) => (sources(request).length > 0 ? `${mark} ${t('download')}: ${sources(request).join(' ')}\n` : '');

export function python(request) {
  const field = (pair) => {
    const items = listOf(pair);
    return `        ${literal(pair[0])}: ${items ? `json.dumps(${items})` : literal(pair[1])},`;
  };
  return `${origin(request, '#')}import json
${hasKey() ? 'import os\n' : ''}
import requests

answer = requests.post(
    ${literal(address(request.path))},${hasKey() ? '\n    headers={"X-API-Key": os.environ["CLIPSERVE_API_KEY"]},' : ''}
    files=[("image", open(name, "rb")) for name in [${names(request)}]],
    data={
${request.fields.map(field).join('\n')}
    },
)
print(json.dumps(answer.json(), indent=2))`;
}

export function javascript(request) {
  const field = (pair) => {
    const items = listOf(pair);
    return `form.append(${literal(pair[0])}, ${items ? `JSON.stringify(${items})` : literal(pair[1])});`;
  };
  const options = hasKey() ? "method: 'POST', headers: { 'X-API-Key': process.env.CLIPSERVE_API_KEY }, body: form" : "method: 'POST', body: form";
  return `${origin(request, '//')}// Node.js 20, classify.mjs
import { openAsBlob } from 'node:fs';

const form = new FormData();
for (const name of [${names(request)}]) {
  form.append('image', await openAsBlob(name), name);
}
${request.fields.map(field).join('\n')}

const answer = await fetch(${literal(address(request.path))}, { ${options} });
console.log(JSON.stringify(await answer.json(), null, 2));`;
}
