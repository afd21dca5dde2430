// Whoever leaves a form ([data-unsaved]) while something typed into it is not saved yet is asked first.
(() => {
  'use strict';
  const form = document.querySelector('form[data-unsaved]');
  if (!form) return;
  // A part that saves itself ([hx-post]) is clean again when it has been saved; the rest, when it is sent.
  const unsaved = new Set();
  const partOf = (field) => field.closest('[hx-post]')?.getAttribute('hx-post') || 'form';
  form.addEventListener('input', (event) => unsaved.add(partOf(event.target)));
  form.addEventListener('submit', () => unsaved.clear());
  document.addEventListener('htmx:afterRequest', (event) => {
    if (event.detail.successful) unsaved.delete(event.detail.pathInfo.requestPath);
  });
  addEventListener('beforeunload', (event) => { if (unsaved.size) event.preventDefault(); });
})();
