// The page "You are offline" gives way by itself to the one that was asked for, when the product answers.
(() => {
  'use strict';
  const again = document.querySelector('a[data-alive]');
  const back = async () => {
    try { await fetch(again.dataset.alive, { method: 'HEAD', cache: 'no-store' }); location.reload(); } catch { setTimeout(back, 2000); }
  };
  if (location.pathname !== again.dataset.this) setTimeout(back, 2000);
})();
