'use strict';
// Shows the statistics of a data set. A figure that is absent is not known.

const STATS = JSON.parse(document.getElementById('data').textContent);
const TABLES = STATS.tables;
const KNOWN = STATS.raw_values;
const EXPECTED = STATS.expected_hits;
const count = number(0);
const known = (value, text) => value === undefined || value === null ? '–' : text(value);

function facts() {
  const part = ({rows, click_rate, bad_rows, truncated_bags}) => `${count(rows)} rows` + (click_rate === null ? '' : `, click rate ${number(2)(100 * click_rate)} %`)
    + (bad_rows ? `, ${count(bad_rows)} bad rows left out` : '') + (truncated_bags ? `, ${count(truncated_bags)} bags truncated` : '');
  const rows = TABLES.reduce((sum, table) => sum + table.rows, 0);
  return [
    ['training part', part(STATS.training)],
    ['evaluation part', STATS.evaluation ? part(STATS.evaluation) : 'none'],
    ['labels', STATS.labelled ? 'yes' : 'no'],
    ['dense columns', STATS.dense.length],
    ['categorical features', STATS.features.length],
    ['tables', `${TABLES.length}, of ${count(rows)} rows`],
    ['files', STATS.path || 'none', 'wide'],
  ];
}

// Columns are {name, text: item => string, left}.
function fill(id, columns, items) {
  const head = element('tr');
  columns.forEach(column => head.append(element('th', column.name, {scope: 'col', class: column.left ? 'text' : ''})));
  const body = element('tbody');
  items.forEach(item => {
    const line = element('tr');
    columns.forEach(column => line.append(element('td', column.text(item), {class: column.left ? 'text' : ''})));
    body.append(line);
  });
  document.getElementById(id).append(element('thead', head), body);
}

const named = {name: 'name', text: item => item.name, left: true};
const values = [
  {name: 'missing', text: item => known(item.missing, percent)},
];

function fillTables() {
  fill('features', [
    named,
    {name: 'table', text: f => f.table, left: true},
    ...(KNOWN ? values : []),
    {name: 'lookups', text: f => count(f.lookups)},
    {name: 'a sample', text: f => number(2)(f.mean_lookups)},
    {name: 'most', text: f => count(f.most_lookups)},
    ...(KNOWN ? [{name: 'distinct values', text: f => known(f.values, count)}] : []),
  ], STATS.features);
  fill('tables', [
    named,
    {name: 'rows', text: t => count(t.rows)},
    {name: 'rows used', text: t => count(t.used_rows)},
    {name: 'used once', text: t => count(t.once_rows)},
    ...(KNOWN ? [
      {name: 'distinct values', text: t => known(t.values, count)},
      {name: 'values that share a row', text: t => known(t.shared_values, count)},
    ] : []),
    ...['1', '10', '100', '1%'].map(top => ({name: `top ${top}`, text: t => percent(t.top[top])})),
    {name: 'min-count', text: t => count(t.min_count)},
    {name: 'rare rows', text: t => count(t.rare_rows)},
  ], TABLES);
  document.getElementById('tables-note').textContent = 'Top: share of the lookups that go to the most frequent 1, 10 and 100 rows, and to 1 % of the rows. '
    + `Min-count: a suggestion; rows that occur less often, the rare rows, have together at most ${percent(STATS.min_count_share)} of the lookups.`
    + (KNOWN ? ` Distinct values are estimates with a standard error of ${percent(STATS.values_standard_error)}, exact up to about 3,000.` : '');
  document.getElementById('dense-section').hidden = !STATS.dense.length;
  const digits = value => Number(value.toPrecision(5)).toLocaleString('en-US', {maximumFractionDigits: 8});
  fill('dense', [
    named,
    ...(KNOWN ? values : []),
    ...['min', 'mean', 'deviation', 'max'].map(name => ({name, text: column => digits(column[name])})),
  ], STATS.dense);
}

const KINDS = [
  {key: 'most_frequent', name: 'most frequent rows kept'},
  {key: 'lfu', name: 'lfu'},
  {key: 'clairvoyant', name: 'clairvoyant'},
];

function fillHits() {
  document.getElementById('hits-note').textContent = 'Share of the lookups whose row is in a cache of a size. Most frequent rows kept: in the whole training part; in the long run no policy '
    + 'has more without knowing the future, if lookups are independent. '
    + (EXPECTED.batches ? `Lfu and clairvoyant: in the first ${count(EXPECTED.batches)} batches of ${count(EXPECTED.batch_size)}, from an empty cache`
      + (EXPECTED.row_share < 1 ? `, on a sample of ${percent(EXPECTED.row_share)} of the rows` : '') + '; no policy has more hits in these batches than the clairvoyant.' : '');
  fill('hits-table', [
    {name: 'cache size', text: s => s.size, left: true},
    {name: 'slots', text: s => count(s.slots)},
    ...KINDS.map(({key, name}) => ({name, text: s => known(s[key], ratios => percent(ratios.hit_ratio))})),
    ...KINDS.map(({key, name}) => ({name: `${name}, unique rows`, text: s => known(s[key], ratios => percent(ratios.unique_hit_ratio))})),
  ], EXPECTED.sizes);
}

function drawHits() {
  draw('hits', 320, 'Expected hit ratio by cache size. The table below has all figures.', {
    type: 'line',
    data: {
      labels: EXPECTED.sizes.map(s => s.size),
      datasets: KINDS.map(({key, name}, k) => ({
        label: name, data: EXPECTED.sizes.map(s => s[key] ? s[key].hit_ratio : null), spanGaps: true, borderWidth: 2,
        borderColor: COLORS[k], backgroundColor: COLORS[k], pointStyle: SHAPES[k], pointRadius: 5,
      })),
    },
    options: {
      scales: {x: {title: {display: true, text: 'cache size'}}, y: valueScale('hit ratio of lookups', percent, {beginAtZero: true, max: 1})},
      plugins: {
        legend: {position: 'top', align: 'start', labels: {usePointStyle: true, boxHeight: 8}},
        tooltip: {callbacks: {label: item => `${item.dataset.label}: ${percent(item.parsed.y)}`}},
      },
    },
  });
}

let chosen = null;

function prepareCurve() {
  const [box, made] = select('Table', [['all tables', ''], ...TABLES.map((table, t) => [table.name, String(t)])], '', drawCurve);
  chosen = made;
  document.getElementById('curve-controls').append(box);
}

function drawCurve() {
  const shown = TABLES.map((table, t) => ({table, t})).filter(({t}) => !chosen.value || chosen.value === String(t));
  draw('curve', 380, 'Count of a row by its rank. The table of tables has shares of the most frequent rows.', {
    type: 'line',
    data: {
      datasets: shown.map(({table, t}) => ({
        label: table.name, data: table.curve.map(([x, y]) => ({x, y})), borderWidth: 1.5, pointRadius: 2,
        borderColor: COLORS[t % COLORS.length], backgroundColor: COLORS[t % COLORS.length], pointStyle: SHAPES[t % SHAPES.length],
      })),
    },
    options: {
      scales: {x: valueScale('rank', count, {type: 'logarithmic'}), y: valueScale('lookups', count, {type: 'logarithmic'})},
      plugins: {
        legend: {display: shown.length <= 8, position: 'top', align: 'start', labels: {usePointStyle: true, boxHeight: 8}},
        tooltip: {callbacks: {title: () => '', label: item => `${item.dataset.label}: rank ${count(item.parsed.x)}, ${count(item.parsed.y)} lookups`}},
      },
    },
  });
}

function bars(id, words, labels, datasets, scale, text) {
  draw(id, rowsHeight(labels.length) + 30, words, {
    type: 'bar',
    data: {labels, datasets},
    options: {
      indexAxis: 'y',
      scales: {x: scale, y: {grid: {display: false}, ticks: {autoSkip: false, font: {size: narrow() ? 10 : 12}}}},
      plugins: {
        legend: {display: datasets.length > 1, position: 'top', align: 'start', labels: {boxWidth: 14}},
        tooltip: {mode: 'index', intersect: false, callbacks: {label: item => `${item.dataset.label}: ${text(item.parsed.x)}`}},
      },
    },
  });
}

function drawRows() {
  const part = (label, of, color) => ({label, data: TABLES.map(of), backgroundColor: color});
  bars('rows', 'Rows of each table, rows used and distinct values. The table of tables has all figures.', TABLES.map(t => t.name), [
    part('rows', t => t.rows, COLORS[6]),
    part('rows used', t => t.used_rows, COLORS[0]),
    ...(KNOWN ? [part('distinct values', t => t.values, COLORS[1])] : []),
  ], valueScale('rows', count, {type: 'logarithmic', min: 1}), count);
}

function drawMissing() {
  document.getElementById('missing-section').hidden = !KNOWN;
  if (!KNOWN) return;
  const columns = [...STATS.dense, ...STATS.features];
  bars('missing', 'Share of missing values of each column. The tables have all figures.', columns.map(c => c.name), [
    {label: 'missing', data: columns.map(c => c.missing), backgroundColor: COLORS[3]},
  ], valueScale('missing', percent, {min: 0, max: 1}), percent);
}

function drawAll() {
  drawHits();
  drawCurve();
  drawRows();
  drawMissing();
}

document.getElementById('name').textContent = STATS.source;
facts().forEach(([name, text, kind]) => {
  const pair = element('div', '', kind ? {class: kind} : {});
  pair.append(element('dt', name), element('dd', String(text)));
  document.getElementById('facts').append(pair);
});
document.getElementById('no-values').hidden = KNOWN;
fillTables();
fillHits();
prepareCurve();
drawAll();
matchMedia('(prefers-color-scheme: dark)').addEventListener('change', drawAll);
