// Asks for an API key where the service wants one.
import { byId } from './dom.js';
import { useKey } from './service.js';

/** Opens when the service says that a key is missing or wrong, or at the button that is there from then on. */
export class KeyDialog {
  constructor(given) {
    this.dialog = byId('key-dialog');
    byId('key-button').addEventListener('click', () => this.open(''));
    byId('key-cancel').addEventListener('click', () => this.dialog.close());
    byId('key-form').addEventListener('submit', () => {
      useKey(byId('key-value').value.trim());
      given();
    });
  }

  open(reason) {
    byId('key-button').hidden = false;
    byId('key-reason').textContent = reason;
    if (!this.dialog.open) {
      this.dialog.showModal();
    }
  }
}
