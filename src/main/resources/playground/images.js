// The images that were chosen: by the picker, a camera, dropping, pasting, or from the examples.
import { byId, el, picture, problemNote } from './dom.js';
import { address, blob } from './service.js';
import { t } from './words.js';

/** What the examples show, and so the labels that are suggested with them. */
export const EXAMPLES = ['sunflower', 'apple', 'house', 'bus', 'mountain', 'rocket'];
const FILES = { sunflower: 'canary.png' };

/** Images in their order, each with its file and a URL for showing it; calls back when there are others. */
export class Images {
  constructor(changed, said) {
    this.all = [];
    this.changed = changed;
    this.said = said;
    for (const id of ['files', 'photo']) {
      byId(id).addEventListener('change', ({ target }) => {
        this.add(target.files);
        target.value = '';
      });
    }
    this.#listenForDrops();
    // A list that became labels may have a picture of itself beside it, as spreadsheets copy it.
    document.addEventListener('paste', (event) => event.defaultPrevented || this.add(event.clipboardData.files));
    byId('examples').append(...EXAMPLES.map((name) => this.#exampleButton(name)));
  }

  #listenForDrops() {
    const carriesFiles = (event) => event.dataTransfer?.types.includes('Files');
    document.addEventListener('dragover', (event) => {
      if (carriesFiles(event)) {
        event.preventDefault();
        document.body.classList.add('dropping');
      }
    });
    // From one element to the next nothing changes, nor does it where no files are carried.
    document.addEventListener('dragleave', ({ relatedTarget }) => {
      if (relatedTarget === null) {
        document.body.classList.remove('dropping');
      }
    });
    document.addEventListener('drop', (event) => {
      document.body.classList.remove('dropping');
      if (carriesFiles(event)) {
        event.preventDefault();
        this.add(event.dataTransfer.files);
      }
    });
  }

  #exampleButton(name) {
    const file = FILES[name] ?? `${name}.png`;
    const shown = el('img', { src: `playground/${file}`, alt: name, className: 'picture', width: 48, height: 48 });
    const button = el('button', { type: 'button', 'aria-pressed': 'false', click: () => this.#toggle(name, file) }, shown);
    button.dataset.example = name;
    return el('li', {}, button);
  }

  async #toggle(name, file) {
    const there = this.all.find((image) => image.example === name);
    if (there) {
      this.remove(there);
      return;
    }
    const path = `playground/${file}`;
    try {
      const content = await blob(path, t);
      if (!this.all.some((image) => image.example === name)) {
        this.#append([new File([content], file, { type: 'image/png' })], { example: name, source: address(path) });
      }
    } catch (failure) {
      byId('problem').replaceChildren(problemNote(failure));
    }
  }

  /** Takes files as they are, whatever they are: the service says what it does not take. */
  add(files) {
    if (files.length > 0) {
      this.#append([...files], {});
    }
  }

  #append(files, more) {
    this.all = [...this.all, ...files.map((file) => ({ file, url: URL.createObjectURL(file), ...more }))];
    this.#show();
  }

  remove(image) {
    this.all = this.all.filter((other) => other !== image);
    URL.revokeObjectURL(image.url);
    this.#show();
    this.said(t('removed', image.file.name));
  }

  /** Removes one by its own button, and leaves the focus at its neighbour's. */
  #removeFocused(image) {
    const place = this.all.indexOf(image);
    this.remove(image);
    const buttons = byId('thumbs').querySelectorAll('button');
    (buttons[Math.min(place, buttons.length - 1)] ?? byId('files')).focus();
  }

  #show() {
    this.render();
    this.changed();
  }

  /** Shows them anew, also in another language. */
  render() {
    byId('thumbs').replaceChildren(...this.all.map((image) => el('li', {},
      picture(image),
      el('button', { type: 'button', 'aria-label': t('remove', image.file.name), click: () => this.#removeFocused(image) }, '×'))));
    for (const button of document.querySelectorAll('[data-example]')) {
      button.setAttribute('aria-pressed', this.all.some((image) => image.example === button.dataset.example));
    }
  }
}
