/** Questions before something is changed: why, above all. */
import { announce, h } from './dom.js';

/** What one asks about is left with its page. */
export function closeDialogs() {
  for (const dialog of document.querySelectorAll('dialog')) dialog.close();
}

/**
 * Opens a dialog; `build` makes what is in it and gets what closes it.
 * @param {string} title
 * @param {(close: () => void) => any} build
 * @param {() => boolean} [isWork] whether something was written that would be lost by a key pressed by mistake
 */
export function openDialog(title, build, isWork = () => false) {
  const heading = h('h2', { id: 'dialog-title' }, title);
  const dialog = h('dialog', { 'aria-labelledby': 'dialog-title' });
  const back = document.activeElement;
  dialog.append(heading, ...[build(() => dialog.close())].flat(9).filter(Boolean));
  const beware = (event) => isWork() && event.preventDefault();
  dialog.addEventListener('cancel', beware);
  addEventListener('beforeunload', beware);
  dialog.addEventListener('close', () => {
    removeEventListener('beforeunload', beware);
    dialog.remove();
    // Where it was, if that is still there.
    if (back instanceof HTMLElement && back.isConnected) back.focus();
  });
  document.body.append(dialog);
  dialog.showModal();
  return dialog;
}

let fields = 0;

/**
 * @param {string} label
 * @param {any} input
 * @param {string} [hint]
 * @param {any} [box] what the input stands in
 */
export function field(label, input, hint, box = input) {
  input.id = `field-${++fields}`;
  if (hint) input.setAttribute('aria-describedby', `${input.id}-hint`);
  return h(
    'div',
    { class: 'field' },
    h('label', { htmlFor: input.id }, label),
    box,
    hint && h('p', { class: 'quiet', id: `${input.id}-hint` }, hint),
  );
}

/** Blanks alone are no reason. */
export const reasonInput = () =>
  h('input', {
    ...{ name: 'reason', required: true, maxLength: 500, autocomplete: 'off' },
    ...{ pattern: '.*\\S.*', title: 'A few words' },
  });

export const REASON_HINT = 'Stands in the audit, beside your name.';

/** What went wrong, with each field that is refused. */
export function refusal(error) {
  return h(
    'div',
    { class: 'problem', role: 'alert' },
    h('p', {}, error.message),
    error.errors?.length > 0 &&
      h(
        'ul',
        {},
        error.errors.map(({ pointer, detail }) => h('li', {}, h('code', {}, pointer || '/'), ` ${detail}`)),
      ),
  );
}

/**
 * Runs something while its button can not be pressed again, and says below what went wrong.
 * @param {HTMLButtonElement} button
 * @param {HTMLElement} place for what went wrong
 * @param {() => Promise<void>} act
 */
export async function busy(button, place, act) {
  place.replaceChildren();
  button.disabled = true;
  try {
    await act();
  } catch (error) {
    place.replaceChildren(refusal(error));
  } finally {
    button.disabled = false;
  }
}

/**
 * Asks for a reason, and then acts. What comes `then` only shows what was done: that it can not is no reason to do it again.
 * @param {{ title: string, text?: any, action: string, isDanger?: boolean, done: string, more?: any[], act: (reason: string) => Promise<any>, then?: () => Promise<any> }} question
 */
export function askReason({ title, text, action, isDanger = false, done, more = [], act, then }) {
  openDialog(title, (close) => {
    const reason = reasonInput();
    const wrong = h('div');
    const button = h('button', { type: 'submit', class: isDanger ? 'danger' : 'primary' }, action);
    const submit = (event) => {
      event.preventDefault();
      void busy(button, wrong, async () => {
        await act(reason.value);
        close();
        announce(done);
        // Lists are followed, and say themselves what they can not read.
        then?.().catch(() => {});
      });
    };
    return h(
      'form',
      { onsubmit: submit },
      text && h('p', {}, text),
      more,
      field('Reason', reason, REASON_HINT),
      wrong,
      h('div', { class: 'actions' }, h('button', { type: 'button', onclick: close }, 'Cancel'), button),
    );
  });
}
