// Single keys for the worklist, off until a person turns them on (WCAG 2.1.4); and its minute, when it fails.
(() => {
  'use strict';
  const list = () => document.getElementById('worklist');
  const stale = document.querySelector('#stale > p');

  // A poll never takes away a form that somebody fills in, and says when it could not refresh.
  const isPoll = (event) => event.target === list();
  document.addEventListener('htmx:beforeRequest', (event) => {
    if (isPoll(event) && list().querySelector('[data-editing]')) event.preventDefault();
  });
  const couldNot = (event) => {
    if (!isPoll(event)) return;
    stale.querySelector('[data-when]').textContent = list().querySelector('[data-updated]').textContent;
    stale.hidden = false;
  };
  for (const kind of ['sendError', 'responseError', 'timeout']) document.addEventListener('htmx:' + kind, couldNot);
  document.addEventListener('htmx:afterSwap', () => { stale.hidden = true; });

  // One open menu at a time; a press elsewhere closes it.
  document.addEventListener('click', (event) => {
    const kept = event.target.closest('.menu');
    document.querySelectorAll('.menu[open]').forEach((menu) => { if (menu !== kept) menu.open = false; });
  });

  const box = document.getElementById('keys-on');
  const help = document.getElementById('keys');
  const place = 'keys-of-' + box.dataset.user;
  box.disabled = false;
  box.checked = localStorage.getItem(place) === 'on';
  box.addEventListener('change', () => localStorage.setItem(place, box.checked ? 'on' : 'off'));

  const here = () => document.activeElement.closest('[data-row]');
  const move = (step) => {
    const rows = [...document.querySelectorAll('[data-row]')];
    const at = rows.indexOf(here());
    const row = rows[at < 0 ? 0 : Math.min(Math.max(at + step, 0), rows.length - 1)];
    const link = row && row.querySelector('[data-open]');
    if (link) { link.focus(); link.scrollIntoView({ block: 'nearest' }); }
  };
  const press = (key) => {
    const row = here();
    const act = row && row.querySelector(`[data-key="${key}"]`);
    if (act) act.click();
  };
  const keys = {
    j: () => move(1),
    k: () => move(-1),
    '/': () => document.getElementById('q').focus(),
    '?': () => help.togglePopover(),
  };
  for (const key of 'asgd') keys[key] = () => press(key);

  document.addEventListener('keydown', (event) => {
    if (event.key === 'Escape' && here()) {
      const menu = here().querySelector('.menu[open]');
      if (menu) { menu.open = false; menu.querySelector('summary').focus(); return; }
      const cancel = here().querySelector('[data-cancel]');
      if (cancel) cancel.click();
      return;
    }
    const typing = event.target.matches('input:not([type=checkbox]), select, textarea');
    if (!box.checked || typing || event.ctrlKey || event.metaKey || event.altKey || !(event.key in keys)) return;
    event.preventDefault();
    keys[event.key]();
  });
})();
