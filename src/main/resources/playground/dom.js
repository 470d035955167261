// What the other files need of the document.
import { language, t } from './words.js';

export const byId = (id) => document.getElementById(id);

/** An element with properties (data-… and aria-… as attributes, functions as listeners) and children. */
export function el(tag, properties = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) {
    if (typeof value === 'function') {
      element.addEventListener(name, value);
    } else if (name.includes('-')) {
      element.setAttribute(name, value);
    } else {
      element[name] = value;
    }
  }
  element.append(...children.filter((child) => child !== null));
  return element;
}

/** A picture of the page's; one that the browser cannot show, such as a TIFF, is its name's ending instead. */
export function picture(image, alt = '') {
  const shown = el('img', { src: image.url, alt, className: 'picture' });
  shown.addEventListener('error', () => {
    const ending = image.file.name.split('.').pop().toUpperCase();
    const instead = el('span', { className: 'picture none' }, ending);
    if (alt) {
      instead.setAttribute('role', 'img');
      instead.setAttribute('aria-label', alt);
    }
    shown.replaceWith(instead);
  }, { once: true });
  return shown;
}

/** A number as the service gave it, shown shorter. */
export function number(value, className, shown) {
  return el('data', { value, className, title: value }, shown);
}

/** 0.99972 as 99.97 %; what rounds to nothing is still something. */
export function percent(value) {
  const rounded = new Intl.NumberFormat(language(), { style: 'percent', minimumFractionDigits: 2, maximumFractionDigits: 2 });
  return value > 0 && value < 0.00005 ? `< ${rounded.format(0.0001)}` : rounded.format(value);
}

/** −0.094; what rounds to nothing has no sign. */
export const cosine = (value) => value.toFixed(3).replace('-0.000', '0.000').replace('-', '−');

/** A problem in the service's words. */
export function problemNote(problem) {
  const more = problem.type?.startsWith('/problems/')
    ? el('a', { href: problem.type.slice(1) }, t('explain'))
    : null;
  return el('div', { className: 'problem' }, el('strong', {}, problem.title), `${problem.detail ?? ''} `, more);
}

/** Runs work a moment after the last call; `stop` forgets it. */
export function debounced(milliseconds, work) {
  let timer;
  const later = () => {
    clearTimeout(timer);
    timer = setTimeout(work, milliseconds);
  };
  later.stop = () => clearTimeout(timer);
  return later;
}
