// The page: what is asked, when it is asked, and where the answer goes.
import { cards } from './cards.js';
import { byId, debounced, el, problemNote } from './dom.js';
import { heatMap } from './heat.js';
import { EXAMPLES, Images } from './images.js';
import { KeyDialog } from './key.js';
import { Labels } from './labels.js';
import { Options } from './options.js';
import { Progress } from './progress.js';
import { Search } from './search.js';
import { post } from './service.js';
import * as snippets from './snippets.js';
import { stages } from './timing.js';
import { preferred, remember, remembered, speak, t } from './words.js';

const UNAUTHENTICATED = 401;
const LATER = [429, 503];

let pending = null;
let shown = null;
const progress = new Progress();
const ask = debounced(150, classify);
const say = (text) => { byId('status').textContent = text; };

const images = new Images(imagesChanged, say);
const labels = new Labels(changed, say);
const options = new Options(changed);
const search = new Search(images, () => options.modelField());
const keys = new KeyDialog(() => {
  load();
  changed();
  search.ask();
});

function imagesChanged() {
  if (images.all.some(({ example }) => example) && labels.all.length === 0 && !options.usesSet) {
    labels.add(EXAMPLES);
  }
  changed();
  search.ask();
}

/** Whatever was asked before is out of date. */
function changed() {
  pending?.abort();
  progress.end();
  ask();
}

function request() {
  const fields = options.fields(labels.all);
  const asked = { path: 'classify', images: images.all, labels: options.usesSet ? [] : labels.all, fields };
  return fields && asked.images.length > 0 ? asked : null;
}

async function classify() {
  ask.stop();
  const asked = request();
  if (!asked) {
    shown = null;
    render();
    // Label sets that could not be had before may be there by now.
    if (options.usesSet && !options.model) {
      load();
    }
    return;
  }
  const question = pending = new AbortController();
  progress.begin();
  byId('empty').hidden = true;
  try {
    const answer = await post(asked, t, question.signal);
    progress.end();
    shown = { asked, answer };
    render();
    if (!options.model) {
      load();
    }
    say(t('answered', answer.body.results.length, answer.body.results.map(best).join(', ')));
  } catch (failure) {
    if (failure.name === 'AbortError') {
      return;
    }
    progress.end();
    failed(asked, failure, question);
  }
}

const best = ({ predictions, error }) => (error ? error.title : predictions[0]?.label ?? '–');

/** An image that is alone has its problem as the answer's own; others are about the request. */
function failed(asked, failure, question) {
  if (!('title' in failure)) {
    throw failure;
  }
  shown = null;
  render();
  byId('empty').hidden = true;
  byId('problem').replaceChildren(problemNote(failure));
  if (failure.status === UNAUTHENTICATED) {
    keys.open(failure.detail);
  } else if (LATER.includes(failure.status) && failure.retryAfter > 0) {
    progress.countDown(failure.retryAfter, () => question.signal.aborted || classify());
  }
}

function render() {
  byId('problem').replaceChildren();
  byId('empty').hidden = shown !== null;
  byId('content').hidden = shown === null;
  if (shown === null) {
    return;
  }
  const { asked, answer } = shown;
  const { results, warnings = [] } = answer.body;
  byId('cards').replaceChildren(...cards(asked.images, results));
  byId('notes').replaceChildren(...warnings.map((warning) => el('p', { className: 'note' }, t('cut', warning))));
  const rows = results.filter(({ predictions }) => predictions).length;
  byId('heat').hidden = rows < 2;
  byId('heat-table').replaceChildren(rows < 2 ? '' : heatMap(asked.images, results, asked.labels));
  byId('search').hidden = asked.images.length < 2;
  byId('stages').replaceChildren(...stages(answer));
  renderCode();
}

function renderCode() {
  const kind = document.querySelector('[name="code"]:checked').value;
  byId('code').textContent = shown ? snippets[kind](shown.asked) : '';
}

async function load() {
  try {
    await options.load();
    byId('small')?.remove();
    if (options.model.image_size.width < 100) {
      byId('examples').after(el('p', { id: 'small', className: 'hint' }, t('small')));
    }
    if (options.usesSet) {
      changed();
    }
  } catch (failure) {
    if (failure.status === UNAUTHENTICATED) {
      keys.open(failure.detail);
    } else if ('title' in failure) {
      byId('problem').replaceChildren(problemNote(failure));
    } else {
      throw failure;
    }
  }
}

/** Pages that did not come by TLS may not write to the clipboard; what they have selected they may copy. */
async function copy() {
  try {
    await navigator.clipboard.writeText(byId('code').textContent);
  } catch {
    getSelection().selectAllChildren(byId('code'));
    document.execCommand('copy');
  }
  say(t('copied'));
}

function setLanguage(code) {
  byId('language').value = code;
  speak(code);
  images.render();
  labels.render();
  options.render();
  byId('small')?.replaceChildren(t('small'));
  // Without an answer there may be a problem, in the service's words.
  if (shown) {
    render();
  }
}

function setTheme(theme) {
  document.documentElement.dataset.theme = theme;
  byId('theme').value = theme;
}

byId('language').addEventListener('change', ({ target }) => {
  remember('language', target.value);
  setLanguage(target.value);
});
byId('theme').addEventListener('change', ({ target }) => {
  remember('theme', target.value);
  setTheme(target.value);
});
byId('ask').addEventListener('submit', (event) => event.preventDefault());
for (const choice of document.querySelectorAll('[name="code"]')) {
  choice.addEventListener('change', renderCode);
}
byId('copy').addEventListener('click', copy);

setTheme(remembered('theme') ?? '');
setLanguage(preferred());
load();
