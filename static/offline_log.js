// The log on the page that has no network (/offline/log/): filled in here, kept by unsent.js, with nobody's name on it.
(() => {
  'use strict';
  const root = document.documentElement;
  const { forgetOld, get, keep, say, unlock, works } = window.unsent;

  const today = () => {
    const now = new Date();
    return [now.getFullYear(), now.getMonth() + 1, now.getDate()].map((part) => String(part).padStart(2, '0')).join('-');
  };
  const advise = (form, { focus }) => {
    const levels = new Set([...form.querySelectorAll('[name=alarms]:checked')].map((each) => each.dataset.level));
    const parts = [...document.querySelectorAll('[data-advice]')];
    parts.forEach((part) => { part.hidden = !levels.has(part.dataset.advice); });
    const first = parts.find((part) => !part.hidden);
    if (first && focus) first.querySelector('h2').focus();
    return Boolean(first);
  };
  const wrong = (form, fields) => {
    const said = Object.fromEntries(fields);
    form.querySelectorAll('[data-wrong]').forEach((words) => { words.hidden = true; });
    const missing = (said.average_pain === undefined && 'average_pain') || (said.anything_new === 'yes' && !said.alarms && 'alarms');
    if (!missing) return false;
    form.querySelector(`[data-wrong=${missing}]`).hidden = false;
    form.querySelector(`[name=${missing}]`).focus();
    return true;
  };
  const save = async (form, device) => {
    form.elements.local_date.value ||= today();
    form.elements.submission_id.value ||= crypto.randomUUID();
    const fields = [...new FormData(form)];
    const advised = advise(form, { focus: true });
    if (wrong(form, fields)) return;
    try {
      // One log waits at a time: that of another tab is not overwritten, and this one stays in sight.
      if (!(await keep(device.who, form.getAttribute('action'), fields))) { say('waiting', await get(device.who)); return; }
    } catch { say('refused'); return; }
    form.hidden = true;
    say('waiting', { day: form.elements.local_date.value });
    if (!advised) document.getElementById('unsent').focus();
  };
  const fill = (form, fields) => {
    for (const [name, value] of fields)
      for (const field of form.querySelectorAll(`[name=${name}]`))
        if (['radio', 'checkbox'].includes(field.type)) field.checked ||= field.value === value; else field.value = value;
  };
  const offline = async (form) => {
    // "Online" is only a hint: the page is left when the product answers.
    const back = async () => {
      try {
        await fetch(form.dataset.alive, { method: 'HEAD', cache: 'no-store' });
        location.assign(form.dataset.home);
      } catch { setTimeout(back, 3000); }
    };
    addEventListener('online', back);
    if (!(await works())) { say('refused'); return; }
    const device = await get('device');
    if (!device) { say('unknown'); return; }
    if (device.lang !== root.lang) { location.replace(form.dataset.other); return; }
    for (const link of document.querySelectorAll('[data-call]')) {
      const number = device[link.dataset.call];
      if (!number) continue;
      link.href = `tel:${number.replaceAll(' ', '')}`;
      link.querySelector('span').textContent = number;
      link.parentElement.hidden = false;
    }
    await forgetOld(device.who);
    const log = await get(device.who);
    form.hidden = Boolean(log);
    if (log) {
      say('waiting', log);
      fill(form, await unlock(log));
      advise(form, { focus: true });
    }
    document.addEventListener('click', (event) => {
      if (!event.target.matches('[data-change]')) return;
      form.hidden = false;
      form.querySelector('input:not([type=hidden])').focus();
    });
    // Before app.js, which stops a form that is sent offline.
    addEventListener('submit', (event) => {
      if (event.target !== form) return;
      event.preventDefault();
      event.stopImmediatePropagation();
      save(form, device);
    }, true);
    form.addEventListener('change', (event) => { if (event.target.name === 'alarms') advise(form, { focus: false }); });
  };

  offline(document.querySelector('form[data-offline]'));
})();
