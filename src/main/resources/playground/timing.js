// Where the time of a request went, by its Server-Timing header.
import { el } from './dom.js';
import { t } from './words.js';

const ORDER = ['fetch', 'text', 'prepare', 'image', 'score'];

/** The stages of a header, in the order in which they happen: [{name, milliseconds}]. */
export function parse(header) {
  const stages = header.split(',').map((part) => {
    const [name, ...parameters] = part.split(';').map((piece) => piece.trim());
    const duration = parameters.find((parameter) => parameter.startsWith('dur='));
    return { name, milliseconds: Number(duration?.slice(4)) };
  }).filter(({ name, milliseconds }) => name && milliseconds >= 0);
  const place = ({ name }) => (ORDER.includes(name) ? ORDER.indexOf(name) : ORDER.length);
  return stages.sort((one, other) => place(one) - place(other));
}

/** A bar with a part for each stage, and their times. Those of several images are sums, and may exceed the whole. */
export function stages({ timing, milliseconds, body }) {
  const measured = parse(timing);
  const sum = measured.reduce((total, stage) => total + stage.milliseconds, 0);
  const all = [...measured, { name: 'rest', milliseconds: Math.max(0, milliseconds - sum) }];
  const bar = el('div', { className: 'stages', 'aria-hidden': 'true' });
  const times = el('dl', { className: 'times' });
  all.forEach((stage, place) => {
    const shade = 1 - 0.85 * place / Math.max(1, all.length - 1);
    const part = el('i');
    part.style.flexGrow = stage.milliseconds;
    part.style.opacity = shade;
    bar.append(part);
    const name = el('dt', {}, t(`stage_${stage.name}`) ?? stage.name);
    name.style.setProperty('--shade', shade);
    times.append(el('div', {}, name, el('dd', { 'data-stage': stage.name }, `${stage.milliseconds.toFixed(1)} ms`)));
  });
  const known = measured.length > 0 && !measured.some(({ name }) => name === 'image') && body.results.every(({ error }) => !error);
  return [bar, times, known ? el('p', { className: 'hint' }, t('known')) : ''];
}
