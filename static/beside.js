// The worklist beside the evidence, where there is room for it; single keys as on the list, if they are on there (worklist.js).
(() => {
  'use strict';
  const place = document.getElementById('beside');
  const wide = matchMedia('(min-width: 1100px)');
  const fill = async () => {
    if (!wide.matches || !place.hidden) return;
    const answer = await fetch(place.dataset.src, { headers: { 'Spinecare-Automatic': 'yes' } });
    if (!answer.ok || answer.redirected) return;
    place.innerHTML = await answer.text();
    place.hidden = false;
    const here = place.querySelector('[aria-current]');
    if (here) place.scrollTop = here.offsetTop - place.clientHeight / 2;
  };
  fill().catch(() => {});
  wide.addEventListener('change', () => fill().catch(() => {}));

  const go = (step) => {
    const links = [...place.querySelectorAll('[data-beside]')];
    const to = links[links.findIndex((link) => link.hasAttribute('aria-current')) + step];
    if (to) to.click();
  };
  const keys = {
    j: () => go(1),
    k: () => go(-1),
    d: () => { const first = document.querySelector('.decide input[name=kind]'); if (first) first.focus(); },
  };
  document.addEventListener('keydown', (event) => {
    const typing = event.target.matches('input:not([type=checkbox], [type=radio]), select, textarea');
    const on = localStorage.getItem(`keys-of-${place.dataset.user}`) === 'on';
    if (!on || typing || event.ctrlKey || event.metaKey || event.altKey || !(event.key in keys)) return;
    event.preventDefault();
    keys[event.key]();
  });
})();
