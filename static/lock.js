// When a session at work ends, the page covers what it shows. What was typed stays on it, and is there again
// when the same person is signed in, at work in the same clinic. Without script there is nothing to be left open
// but a page; the server keeps what a form sends too late (accounts/resume_form.py).
(() => {
  'use strict';
  const root = document.documentElement;
  const lock = document.getElementById('lock');
  const MINUTE = 60;
  let timer;
  let title;
  let covered;
  let touched = false;

  // Whoever types or presses is there, though nothing is sent; then the question itself counts as presence.
  for (const kind of ['input', 'keydown', 'pointerdown']) addEventListener(kind, () => { touched = true; }, true);

  const ask = async (present) => {
    const headers = present ? {} : { 'Spinecare-Automatic': 'yes' };
    const answer = await fetch(root.dataset.session, { headers, cache: 'no-store' });
    if (!answer.ok) throw new Error('no answer');
    return answer.json();
  };
  const mine = (state) => state.seconds > 0 && state.hat === root.dataset.hat;

  // Shortly before the end, to say that somebody is there; and at the end.
  const wait = (seconds) => {
    clearTimeout(timer);
    root.dataset.seconds = seconds;
    const left = seconds > 2 * MINUTE ? seconds - MINUTE : seconds + 1;
    timer = setTimeout(look, left * 1000);
  };
  const look = async () => {
    const present = touched && !covered;
    touched = false;
    try {
      const state = await ask(present);
      if (mine(state)) wait(state.seconds); else cover();
    } catch {
      cover();
    }
  };

  const cover = () => {
    if (covered) return;
    clearTimeout(timer);
    covered = [...document.body.children].filter((part) => part !== lock && !part.hidden);
    covered.forEach((part) => { part.hidden = true; });
    title = document.title;
    document.title = document.getElementById('lock-title').textContent;
    say('');
    lock.setAttribute('role', 'main');  // now it is what the page is about
    lock.hidden = false;
    lock.focus();
  };
  const uncover = (state) => {
    document.querySelectorAll('input[name=csrfmiddlewaretoken]').forEach((field) => { field.value = state.token; });
    covered.forEach((part) => { part.hidden = false; });
    covered = undefined;
    lock.hidden = true;
    lock.removeAttribute('role');
    document.title = title;
    document.getElementById('main').focus({ preventScroll: true });
    wait(state.seconds);
  };
  const say = (what) => {
    lock.querySelectorAll('[data-said]').forEach((words) => { words.hidden = words.dataset.said !== what; });
  };
  const open = async () => {
    try {
      const state = await ask(false);
      if (mine(state)) uncover(state); else say(state.seconds > 0 ? 'another' : 'nobody');
    } catch {
      say('offline');
    }
  };
  document.getElementById('unlock').addEventListener('click', open);

  // Back from another tab, from sleep, or by the browser's Back.
  const back = () => (covered ? open() : look());
  document.addEventListener('visibilitychange', () => { if (document.visibilityState === 'visible') back(); });
  addEventListener('pageshow', (event) => { if (event.persisted) back(); });

  // A part of the page asked for something and was sent to the sign-in page.
  document.addEventListener('htmx:beforeSwap', (event) => {
    const signIn = lock.querySelector('a').getAttribute('href');
    const answer = event.detail.xhr.responseURL;
    if (answer && new URL(answer).pathname === signIn) cover();
  });

  wait(Number(root.dataset.seconds));
})();
