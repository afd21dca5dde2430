// A log that cannot be sent waits on this device until it has been: one for each patient, locked with a key that no
// script can read out, three days at most, gone at sign-out (docs/security.md). The server takes each form once.
(() => {
  'use strict';
  const NAME = 'spinecare-unsent';
  const THREE_DAYS = 72 * 3600 * 1000;
  const AGAIN = 30000;
  const root = document.documentElement;
  const box = () => document.getElementById('unsent');

  // ---- the store: under `device` who was here last, under each patient's name the one log that waits
  const done = (request) => new Promise((kept, lost) => {
    request.onsuccess = () => kept(request.result);
    request.onerror = () => lost(request.error);
  });
  const opened = () => {
    const request = indexedDB.open(NAME, 1);
    request.onupgradeneeded = () => request.result.createObjectStore('kept');
    return done(request);
  };
  const inStore = async (mode, act) => {
    const database = await opened();
    try {
      const change = database.transaction('kept', mode);
      const answer = await done(act(change.objectStore('kept')));
      if (mode === 'readwrite') await new Promise((kept, lost) => { change.oncomplete = kept; change.onabort = lost; });
      return answer;
    } finally { database.close(); }
  };
  const get = (name) => inStore('readonly', (store) => store.get(name));
  const put = (name, value) => inStore('readwrite', (store) => store.put(value, name));
  const drop = (name) => inStore('readwrite', (store) => store.delete(name));
  const names = () => inStore('readonly', (store) => store.getAllKeys());
  const wipe = () => done(indexedDB.deleteDatabase(NAME));
  const works = async () => {
    if (!window.indexedDB || !window.crypto || !crypto.subtle) return false;
    try { await put('tried', 1); await drop('tried'); return true; } catch { return false; }
  };

  // ---- locked: a new key for each log, kept beside it and never readable
  const lock = async (fields) => {
    const key = await crypto.subtle.generateKey({ name: 'AES-GCM', length: 256 }, false, ['encrypt', 'decrypt']);
    const iv = crypto.getRandomValues(new Uint8Array(12));
    const words = new TextEncoder().encode(JSON.stringify(fields));
    return { key, iv, locked: await crypto.subtle.encrypt({ name: 'AES-GCM', iv }, key, words) };
  };
  const unlock = async ({ key, iv, locked }) =>
    JSON.parse(new TextDecoder().decode(await crypto.subtle.decrypt({ name: 'AES-GCM', iv }, key, locked)));

  let writing = Promise.resolve();
  const keep = (who, to, fields) => {
    writing = (async () => {
      const said = Object.fromEntries(fields);
      const before = await get(who);
      if (before && before.id !== said.submission_id) return false;
      await put(who, { ...(await lock(fields)), to, id: said.submission_id, day: said.local_date, at: Date.now() });
      return true;
    })();
    return writing;
  };

  // ---- what the page says
  const say = (what, log, url) => {
    const place = box();
    const words = place.querySelector(`template[data-say=${what}]`).content.cloneNode(true);
    for (const time of words.querySelectorAll('time')) {
      const day = new Date(`${log.day}T12:00`);
      time.textContent = day.toLocaleDateString(root.lang, { weekday: 'long', month: 'long', day: 'numeric' });
      time.dateTime = log.day;
    }
    for (const link of words.querySelectorAll('a:not([href])')) link.href = url;
    place.querySelector('[data-said]').replaceChildren(words);
    place.hidden = false;
  };

  // ---- sending: only the server's own word that this form is saved counts as sent
  const token = () => document.querySelector('input[name=csrfmiddlewaretoken]').value;
  // Of this page, which is the patient's for whom it was kept: a form without a network does not say it.
  const named = (fields) => {
    const own = document.querySelector('input[name=for_whom]');
    return own && !fields.some(([name]) => name === 'for_whom') ? [...fields, ['for_whom', own.value]] : fields;
  };
  const asPage = (log, fields) => {
    const form = document.createElement('form');
    form.method = 'post';
    form.action = log.to;
    for (const [name, value] of [...fields, ['csrfmiddlewaretoken', token()]]) {
      const field = document.createElement('input');
      Object.assign(field, { type: 'hidden', name, value });
      form.append(field);
    }
    document.body.append(form);
    HTMLFormElement.prototype.submit.call(form);
  };
  let sending = false;
  // A form that stands on this page is sent by its own button, or waits here (log.js).
  const isHere = (log) => [...document.querySelectorAll('form[data-retry] [name=submission_id]')].some(({ value }) => value === log.id);
  const send = async (who) => {
    const log = await get(who);
    if (!log || sending || isHere(log)) return;
    say('waiting', log);
    if (navigator.onLine === false) return;
    sending = true;
    try {
      const fields = named((await unlock(log)).filter(([name]) => name !== 'csrfmiddlewaretoken'));
      const body = new URLSearchParams([...fields, ['csrfmiddlewaretoken', token()]]);
      const answer = await fetch(log.to, { method: 'POST', body, headers: { 'Spinecare-Script': 'yes' }, cache: 'no-store' });
      const isOurs = (answer.headers.get('Content-Type') || '').startsWith('application/json');
      const { saved, page } = answer.ok && isOurs ? await answer.json() : {};
      if (saved === log.id) {
        await drop(who);
        if (fields.some(([name]) => name === 'alarms')) location.assign(page); else say('sent', log, page);
      } else if (answer.status === 409 || answer.status === 422) asPage(log, fields);
      else if (answer.redirected && answer.ok) say('signed-out', log);
      else throw new Error('no answer');
    } catch { setTimeout(() => send(who), AGAIN); } finally { sending = false; }
  };

  // ---- a page with a network: sends what waits, forgets what the server has answered or is too old
  const forgetOld = async (who) => {
    for (const name of await names()) {
      const log = await get(name);
      if (!log || !log.at || Date.now() - log.at < THREE_DAYS) continue;
      await drop(name);
      if (name === who) say('old', log);
    }
  };
  const start = async () => {
    const place = box();
    if (!place || !place.dataset.who || !(await works())) return;
    const { who, answered, several, phone, number } = place.dataset;
    await (several ? drop('device') : put('device', { who, lang: root.lang, phone, number }));
    await writing;
    const log = await get(who);
    if (log && log.id === answered) await drop(who);
    await forgetOld(who);
    await send(who);
  };

  addEventListener('submit', (event) => {
    const form = event.target;
    const place = box();
    if (form.matches('form[data-retry]') && place && place.dataset.who) {
      keep(place.dataset.who, form.getAttribute('action'), [...new FormData(form)]).catch(() => {});
      // What to do after a yes cannot wait for the network: the page without one says it.
      const ticked = form.querySelector('[name=alarms]:checked') && navigator.serviceWorker && navigator.serviceWorker.controller;
      if (navigator.onLine === false && ticked) writing.then(() => location.assign(place.dataset.log)).catch(() => {});
    }
  }, true);
  // Whoever signs out takes nothing along; a log that waits is spoken of first.
  addEventListener('submit', (event) => {
    const form = event.target;
    const place = box();
    if (!place || !place.dataset.signOut || form.action !== new URL(place.dataset.signOut, location.href).href) return;
    if (form.dataset.wiped) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    (async () => {
      const log = await get(place.dataset.who);
      if (log && !form.dataset.told) { form.dataset.told = 'yes'; say('leaving', log); place.focus(); return; }
      await wipe();
      form.dataset.wiped = 'yes';
      HTMLFormElement.prototype.submit.call(form);
    })().catch(() => HTMLFormElement.prototype.submit.call(form));
  }, true);

  // offline_log.js fills in the page that has no network.
  window.unsent = { forgetOld, get, keep, say, unlock, works };
  start().catch(() => {});
  addEventListener('online', () => { const place = box(); if (place && place.dataset.who) send(place.dataset.who).catch(() => {}); });
})();
