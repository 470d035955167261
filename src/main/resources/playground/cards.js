// A card for each image: the labels as bars, the best first, or what is wrong with the image.
import { cosine, el, number, percent, picture, problemNote } from './dom.js';
import { t } from './words.js';

const AT_FIRST = 10;
const AT_FIRST_OF_SEVERAL = 5;

/** How good a prediction is: its probability, or its similarity where there are no probabilities. */
export const score = (prediction) => prediction.probability ?? prediction.similarity;

const isBare = (predictions) => predictions.every(({ probability }) => probability === undefined);

function bar(prediction, place) {
  const inner = el('i');
  inner.style.width = `${Math.max(0, score(prediction)) * 100}%`;
  return el('li', { className: place === 0 ? 'best' : '' },
    el('span', { className: prediction.none ? 'label none' : 'label' }, prediction.label, prediction.none ? ` (${t('noneMark')})` : ''),
    prediction.probability === undefined ? el('span') : number(prediction.probability, 'probability', percent(prediction.probability)),
    number(prediction.similarity, 'similarity', cosine(prediction.similarity)),
    el('span', { className: 'bar', 'aria-hidden': 'true' }, inner));
}

function bars(predictions, first) {
  const list = el('ol', { className: 'bars' });
  const title = el('li', { className: 'head', 'aria-hidden': 'true' },
    el('span'), el('span', {}, isBare(predictions) ? '' : t('probability')), el('span', {}, t('similarity')));
  // One more is as short as the button for it.
  if (predictions.length <= first + 1) {
    list.append(title, ...predictions.map(bar));
    return [list];
  }
  list.append(title, ...predictions.slice(0, first).map(bar));
  const more = el('button', { type: 'button', className: 'quiet' }, t('showAll', predictions.length));
  more.addEventListener('click', () => {
    const rest = predictions.slice(first).map((prediction, place) => bar(prediction, place + first));
    list.append(...rest);
    more.remove();
    // Who came by keyboard goes on where the button was.
    rest[0].tabIndex = -1;
    rest[0].focus();
  });
  return [list, more];
}

function card(image, result, first) {
  const facts = result.image ? `${result.image.format} · ${result.image.width} × ${result.image.height}` : '';
  return el('article', { className: 'card', 'aria-label': image.file.name },
    el('figure', {}, picture(image), el('figcaption', {}, el('b', {}, image.file.name), facts)),
    el('div', {}, ...(result.error ? [problemNote(result.error)] : bars(result.predictions, first))));
}

/** The cards of images and their results, both in the same order. */
export function cards(images, results) {
  const first = results.length > 1 ? AT_FIRST_OF_SEVERAL : AT_FIRST;
  return results.map((result, place) => card(images[place], result, first));
}
