// Label sets, models and the other options, as the fields of a request.
import { byId, el } from './dom.js';
import { get } from './service.js';
import { t } from './words.js';

/** Sets of more labels are answered with the best so many only. */
const MOST = 100;

/** What the form says beside images and labels; calls back when that changes. */
export class Options {
  constructor(changed) {
    this.models = [];
    this.sets = [];
    this.ownScoring = '';
    for (const input of document.querySelectorAll('#options :is(input, select, textarea), #label-set, [name="source"]')) {
      input.addEventListener(input.type === 'text' || input.tagName === 'TEXTAREA' ? 'input' : 'change', () => {
        this.render();
        changed();
      });
    }
    this.#joinTemperatures(changed);
  }

  /** The slider goes by powers of ten, the number is what counts. */
  #joinTemperatures(changed) {
    const [slider, number] = [byId('temperature-slider'), byId('temperature')];
    const say = () => slider.setAttribute('aria-valuetext', number.value);
    slider.addEventListener('input', () => {
      number.value = Number((10 ** slider.value).toPrecision(2));
      say();
      changed();
    });
    number.addEventListener('input', () => {
      slider.value = Math.log10(Number(number.value) || 1);
      say();
      changed();
    });
    say();
  }

  /** Asks what models and label sets there are. */
  async load() {
    const [models, sets] = await Promise.all([get('models', t), get('label-sets', t)]);
    // What was chosen before, such as until a key ran out, stays chosen.
    const [model, set] = [this.model?.name, this.labelSet?.name];
    this.models = models.body.models;
    this.sets = sets.body.label_sets;
    byId('model').replaceChildren(...this.models.map(({ name, default: first }) =>
      el('option', { value: name, selected: model ? name === model : first }, name)));
    byId('label-set').replaceChildren(...this.sets.map(({ name }) => el('option', { value: name, selected: name === set }, name)));
    this.render();
  }

  /** The model that requests go to, once it is known. */
  get model() {
    return this.models.find(({ name }) => name === byId('model').value);
  }

  get labelSet() {
    return this.sets.find(({ name }) => name === byId('label-set').value);
  }

  get usesSet() {
    return document.querySelector('[name="source"]:checked').value === 'set';
  }

  /** The fields for these labels, or for the chosen set; null where there is nothing to ask for. */
  fields(labels) {
    const what = this.usesSet ? this.#setFields() : this.#ownFields(labels);
    return what && [...what, ...this.#scoring(), ...this.modelField()];
  }

  #setFields() {
    const set = this.labelSet;
    return set && [['label_set', set.name], ...(set.size > MOST ? [['top', String(MOST)]] : [])];
  }

  #ownFields(labels) {
    const none = byId('none').value.trim();
    return labels.length === 0 ? null : [
      ['labels', JSON.stringify(labels)],
      ...(none ? [['none_label', none]] : []),
      ...this.#templates(),
    ];
  }

  #templates() {
    const chosen = byId('templates').value;
    const templates = chosen === 'own'
      ? byId('own-templates').value.split('\n').map((line) => line.trim()).filter(Boolean)
      : [chosen].filter(Boolean);
    return templates.length > 0 ? [['templates', JSON.stringify(templates)]] : [];
  }

  #scoring() {
    const [scoring, temperature] = [byId('scoring').value, byId('temperature').value];
    return [
      ...(scoring === this.ownScoring ? [] : [['scoring', scoring]]),
      ...(temperature === '' || Number(temperature) === 1 ? [] : [['temperature', temperature]]),
    ];
  }

  /** Names the model where it is not the one that answers anyway. */
  modelField() {
    return this.model && !this.model.default ? [['model', this.model.name]] : [];
  }

  /** Shows what goes with what, also in another language. */
  render() {
    byId('own').hidden = this.usesSet;
    byId('set').hidden = !this.usesSet;
    byId('set-hint').textContent = this.labelSet ? t('setSize', this.labelSet) : t('loadingSets');
    for (const field of document.querySelectorAll('.own-only')) {
      field.hidden = this.usesSet;
    }
    byId('own-templates').hidden = byId('templates').value !== 'own';
    byId('model-field').hidden = this.models.length < 2;
    byId('facts').textContent = this.model ? t('facts', this.model) : '';
    this.#renderScoring();
  }

  /** The model's own scoring has its name once the model is known, and goes with the model unless another was chosen. */
  #renderScoring() {
    const scoring = byId('scoring');
    const own = this.model?.default_scoring ?? '';
    for (const option of scoring.options) {
      option.hidden = option.disabled = this.model ? !this.model.scorings.includes(option.value) : false;
    }
    if (scoring.value === this.ownScoring || scoring.selectedOptions[0].disabled) {
      scoring.value = own;
    }
    this.ownScoring = own;
  }
}
