/** A payload is edited as it is shown, and sent as the difference alone: what is not shown stays what it was. */
import { post, route } from './api.js';
import { busy, field, openDialog, REASON_HINT, reasonInput } from './dialog.js';
import { announce, h } from './dom.js';
import { jsonEditor } from './editor.js';
import { json } from './format.js';
import { difference } from './patch.js';

/**
 * @param {string} id
 * @param {number} life that was looked at
 * @param {any} payload
 * @param {() => void} done
 */
export function askEdit(id, life, payload, done) {
  const reason = reasonInput();
  const [wrong, changes] = [h('div'), h('div', { role: 'status' })];
  const button = h('button', { type: 'submit', class: 'primary', disabled: true }, 'Replay');
  let patch = [];
  const written = json(payload);
  const editor = jsonEditor(written, (value, error) => {
    patch = error ? [] : difference(payload, value);
    button.disabled = patch.length === 0;
    changes.replaceChildren(differenceTable(payload, patch));
  });
  const send = async () => {
    try {
      await post(route('dead-letters', id, 'replay'), { reason: reason.value, life, patch });
    } catch (error) {
      if (!error.errors?.length) throw error;
      editor.refuse(error.errors);
      const fields = error.errors.length === 1 ? 'One field is' : `${error.errors.length} fields are`;
      throw new Error(`${fields} refused. Nothing has moved; what is wrong stands beside it.`, { cause: error });
    }
  };
  openDialog(
    'Edit and replay',
    (close) => {
      const submit = (event) => {
        event.preventDefault();
        void busy(button, wrong, async () => {
          await send();
          close();
          announce('It waits to be run again');
          done();
        });
      };
      const payloadField = field(
        'Payload',
        editor.text,
        'Fields that are not shown stay as they are, as long as you leave them alone.',
        editor.box,
      );
      editor.text.setAttribute('aria-describedby', `${editor.text.getAttribute('aria-describedby')} editor-told`);
      return h(
        'form',
        { onsubmit: submit },
        payloadField,
        h('h3', {}, 'What changes'),
        changes,
        field('Reason', reason, REASON_HINT),
        wrong,
        h('div', { class: 'actions' }, h('button', { type: 'button', onclick: close }, 'Cancel'), button),
      );
    },
    () => editor.text.value !== written,
  );
  editor.look();
}

function differenceTable(payload, patch) {
  if (patch.length === 0) return h('p', { class: 'empty' }, 'Nothing yet.');
  return h(
    'ul',
    { class: 'difference' },
    patch.map(({ op, path, value }) =>
      h(
        'li',
        {},
        h('code', {}, path || '/'),
        op !== 'add' && h('del', {}, h('span', { class: 'unseen' }, 'before: '), short(valueAt(payload, path))),
        op !== 'remove' && h('ins', {}, h('span', { class: 'unseen' }, 'after: '), short(value)),
      ),
    ),
  );
}

const short = (value) => JSON.stringify(value)?.slice(0, 300) ?? 'nothing';

function valueAt(value, path) {
  const names = path
    .split('/')
    .slice(1)
    .map((name) => name.replaceAll('~1', '/').replaceAll('~0', '~'));
  return names.reduce((inner, name) => (inner === undefined || inner === null ? undefined : inner[name]), value);
}
