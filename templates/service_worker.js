{% load static %}// Keeps static files with hashed names and pages that know nobody: "you are offline", and an empty log
// in each language, which goes by itself to the one that its reader has chosen. Pages of people are never kept.
'use strict';
const CACHE = 'spinecare-{{ version }}';
const OFFLINE = '{% url "offline" %}';
const LOGS = [{% for page in logs %}'{{ page }}', {% endfor %}];
const FILES = [{% for file in files %}'{{ file|escapejs }}', {% endfor %}];
const HASHED = /\.[0-9a-f]{12}\.\w+$/;

addEventListener('install', (event) => event.waitUntil((async () => {
  const cache = await caches.open(CACHE);
  await cache.addAll([...FILES, ...[OFFLINE, ...LOGS].map((page) => new Request(page, { credentials: 'omit' }))]);
  await skipWaiting();
})()));

addEventListener('activate', (event) => event.waitUntil((async () => {
  const old = (await caches.keys()).filter((name) => name !== CACHE);
  await Promise.all(old.map((name) => caches.delete(name)));
  await clients.claim();
})()));

const kept = async (request) => {
  const cache = await caches.open(CACHE);
  const before = await cache.match(request);
  if (before) return before;
  const answer = await fetch(request);
  if (answer.ok) await cache.put(request, answer.clone());
  return answer;
};

const away = (pathname) =>
  caches.match(LOGS.find((page) => page === pathname) || (pathname === '{% url "log" %}' ? LOGS[0] : OFFLINE));

addEventListener('fetch', (event) => {
  const { request } = event;
  const { origin, pathname } = new URL(request.url);
  if (request.method !== 'GET' || origin !== location.origin) return;
  if (pathname.startsWith('{% get_static_prefix %}') && HASHED.test(pathname)) event.respondWith(kept(request));
  else if (request.mode === 'navigate') event.respondWith(fetch(request).catch(() => away(pathname)));
});
