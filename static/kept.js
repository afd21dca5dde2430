// Answers of a page that is left before it is sent ([data-kept]) are kept, as "Stop for now" keeps them.
(() => {
  'use strict';
  const form = document.querySelector('form[data-kept]');
  if (!form) return;
  let changed = false;
  form.addEventListener('input', () => { changed = true; });
  form.addEventListener('submit', () => { changed = false; });
  document.addEventListener('visibilitychange', () => {
    if (document.visibilityState !== 'hidden' || !changed) return;
    changed = false;
    const given = new FormData(form);
    given.set('later', 'silently');
    fetch(form.action, { method: 'POST', body: given, keepalive: true, redirect: 'manual' }).catch(() => { changed = true; });
  });
})();
