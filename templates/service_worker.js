{% load static %}// Keeps static files with hashed names and one page without data. Pages of people are never kept.
'use strict';
const CACHE = 'spinecare-{{ version }}';
const OFFLINE = '{% url "offline" %}';
const FILES = [{% for file in files %}'{{ file|escapejs }}', {% endfor %}];
const HASHED = /\.[0-9a-f]{12}\.\w+$/;

addEventListener('install', (event) => event.waitUntil((async () => {
  const cache = await caches.open(CACHE);
  await cache.addAll([...FILES, new Request(OFFLINE, { credentials: 'omit' })]);
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

addEventListener('fetch', (event) => {
  const { request } = event;
  const { origin, pathname } = new URL(request.url);
  if (request.method !== 'GET' || origin !== location.origin) return;
  if (pathname.startsWith('{% get_static_prefix %}') && HASHED.test(pathname)) event.respondWith(kept(request));
  else if (request.mode === 'navigate') event.respondWith(fetch(request).catch(() => caches.match(OFFLINE)));
});
