// Labels as chips: typed, pasted, and removed again.
import { byId, el } from './dom.js';
import { t } from './words.js';

const SEPARATOR = /[,，、\n\r]/;

/** The labels of a list: of its lines, or, where there is one line only, of what is between commas. */
export function split(text) {
  const lines = text.split(/[\r\n]+/).map((line) => line.trim()).filter(Boolean);
  const parts = lines.length > 1 ? lines : text.split(SEPARATOR);
  return parts.map((part) => part.trim()).filter(Boolean);
}

/** Labels in their order, each once; calls back when there are others. */
export class Labels {
  constructor(changed, said) {
    this.all = [];
    this.changed = changed;
    this.said = said;
    this.input = byId('label');
    this.input.addEventListener('keydown', (event) => this.#typed(event));
    this.input.addEventListener('input', (event) => this.#separate(event));
    this.input.addEventListener('compositionend', (event) => this.#separate(event));
    this.input.addEventListener('paste', (event) => this.#pasted(event));
    this.input.addEventListener('blur', () => this.#take());
    byId('chips').addEventListener('keydown', (event) => this.#moved(event));
    // The field keeps the focus until the click: what was typed would make new buttons of all under the pointer.
    byId('chips').addEventListener('mousedown', (event) => event.target.tagName === 'BUTTON' && event.preventDefault());
    byId('clear').addEventListener('click', () => {
      this.set([]);
      this.input.focus();
    });
  }

  /** Adds those that are not there yet. */
  add(labels) {
    const known = new Set(this.all);
    for (const label of labels) {
      if (known.has(label)) {
        this.said(t('twice', label));
      }
      known.add(label);
    }
    this.set([...known]);
  }

  set(labels) {
    const same = labels.length === this.all.length;
    this.all = labels;
    this.render();
    if (!same) {
      this.changed();
    }
  }

  /** Removes one, and leaves the focus at its neighbour. */
  remove(place) {
    this.#take();
    const label = this.all[place];
    this.set(this.all.filter((_, other) => other !== place));
    this.#focus(Math.min(place, this.all.length - 1));
    this.said(t('removed', label));
  }

  #focus(place) {
    (this.#buttons()[place] ?? this.input).focus();
  }

  #buttons() {
    return [...byId('chips').querySelectorAll('button')];
  }

  #take() {
    const labels = split(this.input.value);
    this.input.value = '';
    if (labels.length > 0) {
      this.add(labels);
    }
  }

  /** Enter while an input method composes is the input method's. */
  #typed(event) {
    const atStart = this.input.selectionStart === 0 && this.input.selectionEnd === 0;
    if (event.key === 'Enter' && !event.isComposing) {
      event.preventDefault();
      this.#take();
    } else if (event.key === 'Backspace' && this.input.value === '' && this.all.length > 0) {
      this.remove(this.all.length - 1);
      this.input.focus();
    } else if (event.key === 'ArrowLeft' && atStart) {
      this.#focus(this.all.length - 1);
    }
  }

  #separate(event) {
    if (!event.isComposing && SEPARATOR.test(this.input.value)) {
      this.#take();
    }
  }

  #pasted(event) {
    const text = event.clipboardData.getData('text');
    if (SEPARATOR.test(text)) {
      event.preventDefault();
      this.add(split(this.input.value + text));
      this.input.value = '';
    }
  }

  #moved(event) {
    const place = this.#buttons().indexOf(event.target);
    if (event.key === 'Delete' || event.key === 'Backspace') {
      event.preventDefault();
      this.remove(place);
    } else if (event.key === 'ArrowLeft' && place > 0) {
      this.#focus(place - 1);
    } else if (event.key === 'ArrowRight') {
      this.#focus(place + 1);
    }
  }

  /** Shows them anew, also in another language. */
  render() {
    byId('chips').replaceChildren(...this.all.map((label, place) => el('li', { className: 'chip' },
      el('span', {}, label),
      el('button', { type: 'button', 'aria-label': t('remove', label), click: () => this.remove(place) }, '×'))));
    byId('clear').hidden = this.all.length === 0;
  }
}
