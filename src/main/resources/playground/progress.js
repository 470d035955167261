// Says that the service is being waited for, once that takes longer than a moment.
import { byId } from './dom.js';
import { t } from './words.js';

const A_MOMENT = 400;

export class Progress {
  begin() {
    this.end();
    const start = performance.now();
    byId('answer').setAttribute('aria-busy', 'true');
    this.moment = setTimeout(() => {
      byId('status').textContent = t('working');
      this.#every(() => t('waiting', Math.floor((performance.now() - start) / 1000)));
    }, A_MOMENT);
  }

  /** Waits so many seconds, shows how many are left, and then goes on. */
  countDown(seconds, then) {
    this.end();
    const end = performance.now() + seconds * 1000;
    this.#every(() => t('again', Math.max(0, Math.ceil((end - performance.now()) / 1000))));
    this.moment = setTimeout(then, seconds * 1000);
  }

  #every(text) {
    const show = () => { byId('waiting').textContent = text(); };
    show();
    byId('progress').hidden = false;
    this.ticks = setInterval(show, 500);
  }

  end() {
    clearTimeout(this.moment);
    clearInterval(this.ticks);
    byId('progress').hidden = true;
    byId('answer').removeAttribute('aria-busy');
  }
}
