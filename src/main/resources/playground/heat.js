// Images × labels as a table whose cells are the darker, the better they match.
import { cosine, el, number, percent, picture } from './dom.js';
import { score } from './cards.js';
import { t } from './words.js';

const MOST_COLUMNS = 30;
// Percent: as much of the colour as leaves the numbers legible on it.
const DARKEST = 60;

/** All labels, those with the best scores first. */
function ranking(predictions) {
  const best = new Map();
  for (const prediction of predictions) {
    best.set(prediction.label, Math.max(score(prediction), best.get(prediction.label) ?? -Infinity));
  }
  return [...best.keys()].sort((one, other) => best.get(other) - best.get(one));
}

/** The labels that become columns: in the order of the request where all fit, else the best. */
function columns(ranked, asked) {
  return ranked.length > MOST_COLUMNS
    ? ranked.slice(0, MOST_COLUMNS)
    : [...asked.filter((label) => ranked.includes(label)), ...ranked.filter((label) => !asked.includes(label))];
}

function cell(prediction, isTop) {
  if (!prediction) {
    return el('td', {}, '–');
  }
  const shown = prediction.probability === undefined ? cosine(prediction.similarity) : percent(prediction.probability);
  const made = el('td', { className: isTop ? 'top' : '' }, number(score(prediction), '', shown));
  made.style.setProperty('--heat', Math.max(0, Math.min(1, score(prediction))) * DARKEST);
  return made;
}

/** The table; bad images have no row. `labels` are those that were asked for, none where a set was. */
export function heatMap(images, results, labels) {
  const rows = results.map((result, place) => ({ image: images[place], predictions: result.predictions })).filter((row) => row.predictions);
  const ranked = ranking(rows.flatMap((row) => row.predictions));
  const shown = columns(ranked, labels);
  const caption = ranked.length > shown.length ? [el('caption', { className: 'hint' }, t('heatMost', shown.length))] : [];
  return el('table', { className: 'heat' }, ...caption,
    el('thead', {}, el('tr', {}, el('td'), ...shown.map((label) => el('th', { scope: 'col' }, label)))),
    el('tbody', {}, ...rows.map(({ image, predictions }) => {
      const byLabel = new Map(predictions.map((prediction) => [prediction.label, prediction]));
      return el('tr', {},
        el('th', { scope: 'row' }, picture(image, image.file.name)),
        ...shown.map((label) => cell(byLabel.get(label), predictions[0]?.label === label)));
    })));
}
