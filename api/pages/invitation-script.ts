/**
 * The only script of our pages. It takes the code of the link from behind the `#`, where no server and no proxy has
 * seen it, and sends it in the body of a form that only looks. Without it the reader types the code.
 */
export const INVITATION_SCRIPT = `'use strict';
const form = document.querySelector('form');
const code = location.hash.slice(1);
form.elements.zone.value = Intl.DateTimeFormat().resolvedOptions().timeZone || '';
if (/^[\\w-]{20,200}$/.test(code)) {
  history.replaceState(null, '', location.pathname);
  form.elements.code.value = code;
  form.requestSubmit();
}
`;

export const INVITATION_SCRIPT_PATH = '/pages/invitation.js';
