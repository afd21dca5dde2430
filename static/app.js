// Everything works without this file. It keeps focus and words right, and lets one press send one form.
(() => {
  'use strict';
  const root = document.documentElement;

  const say = (id) => {
    const words = document.getElementById(id);
    const status = document.getElementById('status');
    if (words && status) status.replaceChildren(words.content.cloneNode(true));
  };

  // "Error: " stands before the title for as long as the page shows an error summary.
  const retitle = () => {
    const prefix = root.dataset.errorPrefix + ' ';
    const plain = document.title.startsWith(prefix) ? document.title.slice(prefix.length) : document.title;
    const wrong = document.querySelector('.error-summary') && !document.querySelector('[data-urgent]');
    document.title = wrong ? prefix + plain : plain;
  };

  // Offline: keep the page and its answers rather than show the browser's error page.
  const offline = () => document.querySelector('body:not(:has([data-offline])) #offline > p');
  const showOffline = (yes) => { const banner = offline(); if (banner) banner.hidden = !yes; };
  addEventListener('offline', () => showOffline(true));
  addEventListener('online', () => showOffline(false));

  // A second press within eight seconds is a double tap; later it is a retry, and must go through.
  const AGAIN = 8000;
  const free = (form) => {
    delete form.dataset.sentAt;
    form.querySelectorAll('[aria-disabled=true]').forEach((button) => button.removeAttribute('aria-disabled'));
  };
  document.addEventListener('submit', (event) => {
    const form = event.target;
    if (form.method !== 'post') return;
    const stop = () => { event.preventDefault(); event.stopImmediatePropagation(); };
    if (navigator.onLine === false) { showOffline(true); stop(); return; }
    if (form.dataset.sentAt && Date.now() - form.dataset.sentAt < AGAIN) { stop(); return; }
    form.dataset.sentAt = Date.now();
    if (event.submitter) event.submitter.setAttribute('aria-disabled', 'true');
    setTimeout(() => free(form), AGAIN);
  }, true);
  addEventListener('pageshow', () => document.querySelectorAll('form[data-sent-at]').forEach(free));

  document.addEventListener('htmx:afterRequest', (event) => {
    const form = event.target.closest && event.target.closest('form');
    if (form) free(form);
  });
  // A list that refreshes itself ([data-poll]) saves nothing, and says by itself that it could not.
  const failed = (event) => { if (!event.target.hasAttribute('data-poll')) say('say-failed'); };
  document.addEventListener('htmx:sendError', (event) => (navigator.onLine === false ? showOffline(true) : failed(event)));
  document.addEventListener('htmx:timeout', failed);
  document.addEventListener('htmx:responseError', failed);

  // A session that ended answers with the sign-in page: never put it in the place of the reader's answers.
  document.addEventListener('htmx:beforeSwap', (event) => {
    const words = document.getElementById('say-signed-out');
    const answer = event.detail.xhr.responseURL;
    if (!words || !answer) return;
    const signIn = words.content.querySelector('a').getAttribute('href');
    if (new URL(answer).pathname === signIn && location.pathname !== signIn) {
      event.detail.shouldSwap = false;
      say('say-signed-out');
    }
  });
  // After a swap, focus what cannot wait, the error summary or what asks for it; else the new part, but only where
  // the focus went away with the old one: a list that refreshes itself must not take it.
  let lost = false;
  document.addEventListener('htmx:beforeSwap', (event) => {
    lost = event.detail.target.contains(document.activeElement) && document.activeElement !== document.body;
  });
  document.addEventListener('htmx:afterSettle', (event) => {
    const part = event.detail.elt;
    const wasHere = lost;
    lost = false;
    retitle();
    const wish = ['[data-urgent]', '.error-summary', '[data-focus]'].map((each) => part.querySelector(each)).find(Boolean);
    if (wish) { wish.focus(); return; }
    if (wasHere && document.activeElement === document.body && part !== document.body) {
      if (!part.hasAttribute('tabindex')) part.setAttribute('tabindex', '-1');
      part.focus({ preventScroll: true });
    }
  });

  // Installed on a phone, the site shows its own page without a network; no page with data is ever kept.
  if (navigator.serviceWorker && root.dataset.worker) {
    addEventListener('load', () => navigator.serviceWorker.register(root.dataset.worker).catch(() => {}));
  }

  const urgent = document.querySelector('[data-urgent]');
  const summary = document.querySelector('.error-summary');
  if (summary) { summary.focus(); retitle(); }
  const wish = urgent || document.querySelector('h1[data-focus]');
  if (wish) wish.focus();
  showOffline(navigator.onLine === false);
})();
