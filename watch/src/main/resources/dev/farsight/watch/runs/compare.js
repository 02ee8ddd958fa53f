'use strict';
// Runs side by side: their curves over steps, and tables of what differs.

const DATA = JSON.parse(document.getElementById('data').textContent);
const DASHES = [[], [8, 4], [2, 3], [8, 3, 2, 3]];

function drawCurves(id, title, of, at) {
  const sets = DATA.names.map((name, r) => {
    const points = DATA.curves[r][of].filter(p => p[at] !== null).map(p => ({x: p[0], y: p[at]}));
    return {
      label: name, data: points, borderColor: COLORS[r % COLORS.length], backgroundColor: COLORS[r % COLORS.length],
      borderDash: DASHES[r % DASHES.length], borderWidth: 2, pointStyle: SHAPES[r % SHAPES.length], pointRadius: points.length < 40 ? 4 : 0, pointHitRadius: 8,
    };
  });
  const last = sets.filter(s => s.data.length).map(s => `${s.label} ${number(4)(s.data[s.data.length - 1].y)}`);
  draw(id, 300, `${title} over steps; at the end: ${last.join(', ') || 'nothing'}.`, {
    type: 'line',
    data: {datasets: sets},
    options: {
      parsing: false,
      scales: {x: valueScale('step', number(0), {type: 'linear'}), y: valueScale(title, number(4))},
      plugins: {
        legend: {position: 'top', align: 'start', labels: {usePointStyle: true}},
        tooltip: {mode: 'nearest', intersect: false, callbacks: {
          title: items => 'step ' + number(0)(items[0].parsed.x),
          label: item => `${item.dataset.label}: ${number(4)(item.parsed.y)}`,
        }},
      },
    },
  });
}

function showTable(id, first, lines) {
  const head = element('tr');
  head.append(element('th', first, {scope: 'col', class: 'text'}), ...DATA.names.map(name => element('th', name, {scope: 'col'})));
  const body = element('tbody');
  lines.forEach(line => {
    const row = element('tr');
    row.append(element('td', element('code', line.name), {class: 'text'}), ...line.values.map(value => element('td', value)));
    body.append(row);
  });
  document.getElementById(id).replaceChildren(element('thead', head), body);
}

function drawAll() {
  drawCurves('loss', 'loss', 'training', 1);
  drawCurves('auroc', 'AUROC', 'evaluations', 1);
  drawCurves('logloss', 'logloss', 'evaluations', 2);
}

document.getElementById('names').textContent = DATA.names.join(', ');
document.getElementById('verdict').append(
  element('li', DATA.same_losses ? 'All steps had the same losses, to the bit.' : 'Losses differ.', {class: DATA.same_losses ? 'good' : ''}),
  element('li', `Settings that differ: ${DATA.settings.length}.`));
showTable('figures', 'figure', DATA.figures);
showTable('settings', 'setting', DATA.settings);
drawAll();
matchMedia('(prefers-color-scheme: dark)').addEventListener('change', drawAll);
