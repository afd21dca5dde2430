// A day of the chart is read with a slider under it, by tap, drag or arrow keys, or by a tap on the chart itself. The
// numbers are those of the table below, which tells the same without script.
(() => {
  'use strict';
  const root = document.documentElement;
  const DAY = 86400000;
  const at = (iso) => Date.parse(`${iso}T00:00Z`);

  const read = (reader) => {
    const table = document.querySelector(`#${reader.dataset.reads}-table table`);
    const plot = document.querySelector(`[data-plot=${reader.dataset.reads}]`);
    const [range, said] = [reader.querySelector('input'), reader.querySelector('output')];
    const [first, days] = [at(reader.dataset.first), Number(range.max)];
    const scores = new Map();
    for (const row of table.tBodies[0].rows) {
      const monday = at(row.querySelector('time').dateTime);
      [...row.cells].slice(1, 8).forEach((cell, day) => scores.set(monday + day * DAY, cell.textContent.trim()));
    }
    const line = document.createElementNS('http://www.w3.org/2000/svg', 'line');
    line.setAttribute('class', 'cursor');
    line.setAttribute('y2', '100%');
    plot.append(line);
    const show = () => {
      const day = first + Number(range.value) * DAY;
      const score = scores.get(day);
      const words = new Date(day).toLocaleDateString(root.lang, {
        weekday: 'short', year: 'numeric', month: 'short', day: 'numeric', timeZone: 'UTC',
      });
      said.textContent = `${words}: ${score === undefined || score === '–' ? reader.dataset.none : score}`;
      range.setAttribute('aria-valuetext', said.textContent);
      for (const end of ['x1', 'x2']) line.setAttribute(end, `${(100 * range.value) / Math.max(days, 1)}%`);
    };
    range.addEventListener('input', show);
    plot.addEventListener('click', (event) => {
      const box = plot.getBoundingClientRect();
      const style = getComputedStyle(plot);
      const [left, right] = [parseFloat(style.paddingLeft), parseFloat(style.paddingRight)];
      const share = (event.clientX - box.left - left) / (box.width - left - right);
      range.value = Math.round(Math.min(Math.max(share, 0), 1) * days);
      show();
    });
    reader.hidden = false;
    show();
  };
  document.querySelectorAll('[data-reads]').forEach(read);
})();
