// A log that could not be sent waits on its page and goes out when the network is back. The server takes
// each form once, so a second try of what did arrive changes nothing. The body map opens its list.
(() => {
  'use strict';
  const AGAIN = 10000;
  const LONGEST = 20000;
  let timer;
  const own = (form) => form && form.matches && form.matches('form[data-retry]');

  const again = () => {
    const form = document.querySelector('form[data-retry][data-waiting]');
    if (!form || navigator.onLine === false) return;
    delete form.dataset.waiting;
    delete form.dataset.sentAt;
    form.requestSubmit();
  };
  const wait = (form) => {
    form.dataset.waiting = '';
    form.querySelectorAll('[aria-disabled=true]').forEach((button) => button.removeAttribute('aria-disabled'));
    clearTimeout(timer);
    timer = setTimeout(again, AGAIN);
  };
  addEventListener('online', again);
  // Before app.js, which stops a form that is sent offline.
  addEventListener('submit', (event) => {
    if (own(event.target) && navigator.onLine === false) wait(event.target);
  }, true);

  const failed = (form) => {
    if (navigator.onLine !== false) document.getElementById('status').replaceChildren(document.getElementById('say-failed').content.cloneNode(true));
    wait(form);
  };
  const send = async (form) => {
    let answer;
    try {
      answer = await fetch(form.action, {
        method: 'POST', body: new FormData(form), headers: { 'Spinecare-Script': 'yes' }, signal: AbortSignal.timeout(LONGEST),
      });
    } catch { failed(form); return; }
    const isOurs = (answer.headers.get('Content-Type') || '').startsWith('application/json');
    if (answer.ok && isOurs) location.assign((await answer.json()).page);
    else if (answer.status >= 500) failed(form);
    // Something is missing, the day is closed, the session ended: what is sent as a page is answered by a page.
    else HTMLFormElement.prototype.submit.call(form);
  };
  document.addEventListener('submit', (event) => {
    if (!own(event.target)) return;
    event.preventDefault();
    send(event.target);
  });

  document.addEventListener('click', (event) => {
    const link = event.target.closest && event.target.closest('.body-map a');
    const tiles = link && document.getElementById(link.getAttribute('href').slice(1));
    if (!tiles) return;
    event.preventDefault();
    tiles.closest('details').open = true;
    (tiles.querySelector(':checked') || tiles.querySelector('input')).focus();
  });
})();
