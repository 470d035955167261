// The page's language. English is what index.html says; what it does not, and all of Chinese, is here.
import { chinese } from './chinese.js';

const english = {
  remove: (name) => `Remove ${name}`,
  removed: (name) => `${name} removed`,
  twice: (label) => `${label} is there already`,
  probability: 'probability',
  similarity: 'similarity',
  noneMark: 'none of these',
  showAll: (count) => `Show all ${count}`,
  explain: 'What this means',
  loadingSets: 'Loading …',
  setSize: (set) => `${set.size} labels. ${set.description ?? ''}`,
  facts: (model) => `${model.name}: sees ${model.image_size.width} × ${model.image_size.height} pixels, ${model.precision} on ${model.provider}`,
  small: 'The loaded model is a small one for a first try: it knows everyday things in simple pictures, not photos. Another model takes its place in one setting.',
  waiting: (seconds) => `Waiting for the service, ${seconds} s`,
  working: 'Waiting for the service',
  again: (seconds) => `Asking again in ${seconds} s`,
  answered: (images, best) => `${images} answered. Best: ${best}`,
  unreachable: 'The service cannot be reached',
  unreachableDetail: 'It did not answer, or the connection was cut.',
  unreadable: (name) => `${name} cannot be read`,
  unreadableDetail: 'It is a folder, or was moved or changed since it was chosen. Remove it, and choose its images again.',
  unexpected: 'An answer that is not the service’s',
  cut: (warning) => `“${warning.label}” was cut: it has ${warning.tokens} tokens, the model takes ${warning.truncated_to}.`,
  heatMost: (count) => `The ${count} best labels`,
  stage_text: 'labels',
  stage_fetch: 'fetching',
  stage_prepare: 'decoding',
  stage_image: 'image encoder',
  stage_score: 'scoring',
  stage_rest: 'network and the rest',
  known: 'The images were seen before: their embeddings came from the cache.',
  copied: 'Copied',
  download: 'the pictures',
};

const originals = new Map();
let current = 'en';

/** The language's code, as browsers know it. */
export const language = () => (current === 'zh' ? 'zh-CN' : 'en');

/** A word or a sentence of what the page makes itself. */
export function t(key, ...values) {
  const word = (current === 'zh' ? chinese[key] : undefined) ?? english[key];
  return typeof word === 'function' ? word(...values) : word;
}

const PLACES = [
  ['t', (element) => element.textContent, (element, word) => { element.textContent = word; }],
  ['tLabel', (element) => element.getAttribute('aria-label'), (element, word) => element.setAttribute('aria-label', word)],
  ['tPlaceholder', (element) => element.placeholder, (element, word) => { element.placeholder = word; }],
];

/** Puts the page in a language. */
export function speak(code) {
  current = code;
  document.documentElement.lang = language();
  for (const [name, read, write] of PLACES) {
    const attribute = name.replace(/[A-Z]/, (letter) => `-${letter.toLowerCase()}`);
    for (const element of document.querySelectorAll(`[data-${attribute}]`)) {
      const key = element.dataset[name];
      const place = `${name} ${key}`;
      if (!originals.has(place)) {
        originals.set(place, read(element));
      }
      write(element, current === 'zh' ? chinese[key] : originals.get(place));
    }
  }
}

/** The language that was chosen before, else the browser's. */
export function preferred() {
  return remembered('language') ?? (navigator.language.toLowerCase().startsWith('zh') ? 'zh' : 'en');
}

/** A choice that was kept, where the browser keeps any. */
export function remembered(name) {
  try {
    return localStorage.getItem(`clipserve-${name}`);
  } catch {
    return null;
  }
}

/** Keeps a choice, where the browser keeps any. */
export function remember(name, value) {
  try {
    localStorage.setItem(`clipserve-${name}`, value);
  } catch {
    // It holds until the page is closed, then.
  }
}
