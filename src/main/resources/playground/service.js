// Asks the service, at the page's own address.

/** What the service says is wrong: a problem detail, or what comes closest where there is none. */
export class Problem extends Error {
  constructor({ type, title, detail, status }, retryAfter = 0) {
    super(detail);
    Object.assign(this, { type, title, detail, status, retryAfter });
  }
}

// In memory only: what is stored can be read by whatever else is served at this origin.
let key = '';

export const useKey = (value) => { key = value; };
export const hasKey = () => key !== '';

/** The absolute address of a path of the service, also behind a proxy that puts it below a folder. */
export const address = (path) => new URL(path, document.baseURI).href;

async function send(path, options, words) {
  const headers = key ? { 'X-API-Key': key } : {};
  const start = performance.now();
  let answer;
  let body;
  try {
    answer = await fetch(address(path), { ...options, headers });
    body = await answer.text();
  } catch (failure) {
    if (failure.name === 'AbortError') {
      throw failure;
    }
    throw unreachable(words);
  }
  const milliseconds = performance.now() - start;
  const json = parsed(body);
  if (answer.ok && json) {
    return { body: json, milliseconds, timing: answer.headers.get('Server-Timing') ?? '' };
  }
  throw new Problem(
    json?.title ? json : { title: words('unexpected'), detail: `HTTP ${answer.status} ${answer.statusText}`, status: answer.status },
    Number(answer.headers.get('Retry-After')) || 0);
}

function parsed(text) {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

export const get = (path, words) => send(path, {}, words);

/** A file of the page's own. */
export async function blob(path, words) {
  try {
    const answer = await fetch(address(path));
    if (answer.ok) {
      return await answer.blob();
    }
  } catch {
    // It is not there either way.
  }
  throw unreachable(words);
}

const unreachable = (words) => new Problem({ title: words('unreachable'), detail: words('unreachableDetail'), status: 0 });

/** The first image that is no file, but a folder that was dropped, or that is gone or another by now. */
async function unreadable(images) {
  for (const { file } of images) {
    const reader = file.stream().getReader();
    try {
      await reader.read();
      await reader.cancel();
    } catch {
      return file;
    }
  }
  return null;
}

/** Posts images and fields as a form; the service keeps embeddings of images by content, so it encodes each once. */
export async function post(request, words, signal) {
  const form = new FormData();
  for (const image of request.images) {
    form.append('image', image.file, image.file.name);
  }
  for (const [name, value] of request.fields) {
    form.append(name, value);
  }
  try {
    return await send(request.path, { method: 'POST', body: form, signal }, words);
  } catch (failure) {
    // For the browser it is one failure, whether the service or a file cannot be had.
    const file = failure.status === 0 ? await unreadable(request.images) : null;
    signal.throwIfAborted();
    throw file ? new Problem({ title: words('unreadable', file.name), detail: words('unreadableDetail'), status: 0 }) : failure;
  }
}
