// A log that could not be sent waits on its page and goes out when the network is back. The server takes
// each form once, so a second try of what did arrive changes nothing. The body map opens its list.
(() => {
  'use strict';
  const AGAIN = 10000;
  let timer;
  const own = (form) => form && form.matches && form.matches('form[data-retry]');

  const send = () => {
    const form = document.querySelector('form[data-retry][data-waiting]');
    if (!form || navigator.onLine === false) return;
    delete form.dataset.waiting;
    delete form.dataset.sentAt;
    form.requestSubmit();
  };
  const wait = (form) => {
    form.dataset.waiting = '';
    clearTimeout(timer);
    timer = setTimeout(send, AGAIN);
  };
  addEventListener('online', send);
  // Before app.js, which stops a form that is sent offline.
  addEventListener('submit', (event) => {
    if (own(event.target) && navigator.onLine === false) wait(event.target);
  }, true);
  for (const failure of ['htmx:sendError', 'htmx:timeout']) {
    document.addEventListener(failure, (event) => { if (own(event.detail.elt)) wait(event.detail.elt); });
  }

  // The session ended, or the form is older than it: the server keeps the answers of a form that is sent as a page.
  const asPage = (form) => HTMLFormElement.prototype.submit.call(form);
  document.addEventListener('htmx:beforeSwap', (event) => {
    const form = event.detail.requestConfig.elt;
    const words = document.getElementById('say-signed-out');
    if (!own(form) || !words || !event.detail.xhr.responseURL) return;
    const signIn = words.content.querySelector('a').getAttribute('href');
    if (new URL(event.detail.xhr.responseURL).pathname !== signIn) return;
    event.detail.shouldSwap = false;
    asPage(form);
  });
  document.addEventListener('htmx:responseError', (event) => {
    if (own(event.detail.elt) && event.detail.xhr.status === 403) asPage(event.detail.elt);
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
