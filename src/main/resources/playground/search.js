// Which images match a text best: the probabilities over the images that /similarity gives.
import { byId, cosine, debounced, el, number, percent, picture, problemNote } from './dom.js';
import { post } from './service.js';
import { t } from './words.js';

/** Asks as the text is typed, and when there are other images; a newer question ends an older one. */
export class Search {
  constructor(images, modelField) {
    this.images = images;
    this.modelField = modelField;
    const run = debounced(250, () => this.#run());
    this.ask = () => {
      this.pending?.abort();
      run();
    };
    byId('query').addEventListener('input', this.ask);
    byId('model').addEventListener('change', this.ask);
    byId('query').addEventListener('keydown', (event) => {
      if (event.key === 'Enter') {
        event.preventDefault();
      }
    });
  }

  async #run() {
    const text = byId('query').value.trim();
    const images = this.images.all;
    if (!text || images.length < 2) {
      byId('found').replaceChildren();
      byId('search-problem').replaceChildren();
      return;
    }
    const question = this.pending = new AbortController();
    try {
      const request = { path: 'similarity', images, fields: [['texts', JSON.stringify([text])], ...this.modelField()] };
      const { body } = await post(request, t, question.signal);
      byId('search-problem').replaceChildren();
      byId('found').replaceChildren(...ranked(images, body).map(found));
    } catch (failure) {
      if (failure.name !== 'AbortError') {
        byId('found').replaceChildren();
        byId('search-problem').replaceChildren(problemNote(failure));
      }
    }
  }
}

function ranked(images, body) {
  const [probabilities] = body.probabilities.over_images;
  return images
    .map((image, place) => ({ image, probability: probabilities[place], similarity: body.similarity[place]?.[0] }))
    .filter(({ probability }) => probability !== null)
    .sort((one, other) => other.probability - one.probability);
}

function found({ image, probability, similarity }) {
  return el('li', {}, picture(image, image.file.name),
    el('p', {}, el('b', {}, number(probability, 'probability', percent(probability))), number(similarity, 'similarity', cosine(similarity))));
}
