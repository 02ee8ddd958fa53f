'use strict';
// The page of a run: takes its events, and keeps the charts up to date. A point is [step, value of each column].

const STAGES = ['read', 'dedupe', 'plan', 'order', 'fetch', 'compute', 'write_back'];
const course = {training: {columns: [], points: []}, evaluations: {columns: [], points: []}};
const charts = new Map();
const words = value => value.replaceAll('_', ' ');
const known = (value, text) => value === null || value === undefined ? '–' : text(value);
const place = id => document.getElementById(id);

const [metricLabel, metric] = select('Metric', ['auroc', 'auprc', 'logloss', 'normalised_entropy', 'calibration', 'accuracy', 'gauc']
  .map(name => [words(name), name]), 'auroc', () => drawQuality());
place('quality-controls').append(metricLabel);

function curve(of, column) {
  const at = 1 + of.columns.indexOf(column);
  return of.points.filter(point => point[at] !== null).map(point => ({x: point[0], y: point[at]}));
}

// Draws a chart the first time, and moves it afterwards.
function show(id, heightPixels, sentence, data, options, type = 'line') {
  const chart = charts.get(id);
  if (!chart) {
    draw(id, heightPixels, sentence, {type, data, options});
    charts.set(id, drawn.get(id));
    return;
  }
  chart.data.labels = data.labels;
  data.datasets.forEach((set, s) => Object.assign(chart.data.datasets[s], set));
  chart.options.scales.y.title.text = options.scales.y.title.text;
  chart.canvas.setAttribute('aria-label', sentence);
  chart.update('none');
}

// Curves over steps; a curve is {name, points, color, dash}.
function showCurves(id, title, text, curves, y = {}) {
  const newest = curves[0].points[curves[0].points.length - 1];
  show(id, 260, `${title} over steps. ${newest ? `At step ${number(0)(newest.x)}: ${text(newest.y)}.` : 'Nothing yet.'}`,
    {datasets: curves.map(c => ({
      label: c.name, data: c.points, borderColor: c.color, backgroundColor: c.color, borderDash: c.dash || [], borderWidth: 2,
      pointRadius: c.points.length < 40 ? 2.5 : 0, pointHitRadius: 8,
    }))},
    {
      parsing: false,
      scales: {
        x: valueScale('step', number(0), {type: 'linear'}),
        y: valueScale(title, text, y),
      },
      plugins: {
        legend: {display: curves.length > 1, position: 'top', align: 'start', labels: {boxWidth: 14}},
        tooltip: {mode: 'nearest', intersect: false, callbacks: {
          title: items => 'step ' + number(0)(items[0].parsed.x),
          label: item => `${item.dataset.label}: ${text(item.parsed.y)}`,
        }},
      },
    });
}

function drawQuality() {
  showCurves('quality', words(metric.value), number(4), [{name: words(metric.value), points: curve(course.evaluations, metric.value), color: COLORS[2]}]);
}

function drawCurves() {
  const training = column => curve(course.training, column);
  showCurves('loss', 'loss', number(4), [{name: 'loss', points: training('loss'), color: COLORS[0]}]);
  showCurves('speed', 'samples per second', number(0), [{name: 'samples per second', points: training('samples_per_second'), color: COLORS[0]}],
    {beginAtZero: true});
  showCurves('hits', 'share', percent, [
    {name: 'rows', points: training('row_hit_ratio'), color: COLORS[0]},
    {name: 'bound of rows', points: training('row_limit'), color: COLORS[6], dash: [6, 4]},
    {name: 'lookups, now', points: training('hit_ratio'), color: COLORS[1]},
  ], {suggestedMax: 1});
  showCurves('bytes', 'bytes per step', bytes, [
    {name: 'loaded', points: training('loaded_bytes_per_step'), color: COLORS[0]},
    {name: 'written back', points: training('written_back_bytes_per_step'), color: COLORS[1], dash: [6, 4]},
  ], {beginAtZero: true});
  drawQuality();
}

function drawStages(figures) {
  const ms = STAGES.map(stage => figures.stage_ms[stage] ?? 0);
  const limiting = figures.limiting_stage;
  place('limit').textContent = limiting ? `What limits now: ${words(limiting)}, ${number(2)(figures.stage_ms[limiting])} ms per step.` : '';
  show('stages', 260, `Milliseconds per step: ${STAGES.map((stage, s) => `${words(stage)} ${number(2)(ms[s])}`).join(', ')}.`,
    {
      labels: STAGES.map(words),
      datasets: [{label: 'ms per step', data: ms, backgroundColor: STAGES.map(stage => stage === limiting ? COLORS[3] : COLORS[5])}],
    },
    {
      indexAxis: 'y',
      scales: {x: valueScale('ms per step', number(2), {beginAtZero: true}), y: {title: {display: false, text: ''}, grid: {display: false}}},
      plugins: {legend: {display: false}, tooltip: {callbacks: {label: item => number(2)(item.parsed.x) + ' ms'}}},
    }, 'bar');
}

function showTables(tables) {
  const head = element('tr');
  ['table', 'lookups', 'hits', 'hit ratio'].forEach((title, c) => head.append(element('th', title, c ? {scope: 'col'} : {scope: 'col', class: 'text'})));
  const body = element('tbody');
  tables.forEach(table => {
    const row = element('tr');
    row.append(element('td', table.name, {class: 'text'}), element('td', number(0)(table.lookups)), element('td', number(0)(table.hits)),
      element('td', table.lookups ? percent(table.hits / table.lookups) : '–'));
    body.append(row);
  });
  place('table-hits').replaceChildren(element('thead', head), body);
}

function showDevices(devices) {
  place('devices').hidden = devices.length === 0;
  const rows = devices.reduce((sum, device) => sum + device.unique_rows, 0);
  const head = element('tr');
  ['device', 'slots', 'unique rows', 'hit ratio', 'loaded', 'written back', 'sent', 'received', 'memory', 'longest stage']
    .forEach((title, c) => head.append(element('th', title, c ? {scope: 'col'} : {scope: 'col', class: 'text'})));
  const body = element('tbody');
  devices.forEach(device => {
    const row = element('tr');
    row.append(element('td', device.name, {class: 'text'}), element('td', number(0)(device.slots)),
      element('td', rows ? percent(device.unique_rows / rows) : '–'), element('td', known(device.hit_ratio, percent)),
      ...['loaded_bytes', 'written_back_bytes', 'sent_bytes', 'received_bytes', 'device_bytes'].map(name => element('td', bytes(device[name]))),
      element('td', device.limiting_stage ? `${words(device.limiting_stage)}, ${number(2)(device.limiting_ms)} ms` : '–'));
    body.append(row);
  });
  place('device-figures').replaceChildren(element('thead', head), body);
}

function showFacts(run) {
  const f = run.figures || {};
  const facts = [
    ['Step', known(run.step, number(0)) + (run.steps ? ' of ' + number(0)(run.steps) : '')],
    ['Epoch', run.epoch ? `${run.epoch} of ${run.epochs}` : '–'],
    ['Samples/s', known(f.samples_per_second, number(0))],
    ['it/s', known(f.iterations_per_second, number(1))],
    ['AUROC', run.quality ? `${known(run.quality.auroc, number(4))} at step ${number(0)(run.quality.step)}` : '–'],
    ['Logloss', run.quality ? known(run.quality.logloss, number(4)) : '–'],
    ['Lookups that hit, now', known(f.hit_ratio, percent)],
    ['Rows that hit, of at most', `${known(f.row_hit_ratio, percent)} of ${known(f.row_limit, percent)}`],
    ['Cache', f.policy ? `${f.policy}, ${number(0)(f.slots)} rows` : '–'],
    ['Loaded, written back', `${known(f.loaded_bytes, bytes)}, ${known(f.written_back_bytes, bytes)}`],
    ['Device memory', known(f.device_bytes, bytes)],
    ['Store', known(f.store_bytes, bytes)],
    ['Resident memory', known(f.resident_bytes, bytes)],
    ['Java heap', known(f.heap_bytes, bytes)],
    ['GPU', f.gpu || 'none'],
    ['Checkpoints', run.checkpoints ? `${run.checkpoints}, last at step ${number(0)(run.checkpoint_step)}` : 'none'],
  ];
  const list = [];
  facts.forEach(([name, text]) => {
    const pair = element('div');
    pair.append(element('dt', name), element('dd', text));
    list.push(pair);
  });
  place('facts').replaceChildren(...list);
}

function stateText(run) {
  if (run.over) return run.state;
  const part = run.progress;
  if (!part) return run.phase;
  return `${run.phase}: ${number(0)(part.done)}${part.total ? ' of ' + number(0)(part.total) : ''} ${part.unit}`;
}

let shown = null;

function render() {
  place('run').textContent = shown.run || 'A run that is being opened';
  document.title = `${shown.state} · ${shown.run.split('/').pop()} · Farsight`;
  place('state').textContent = stateText(shown);
  place('messages').replaceChildren(...shown.messages.map(message => element('li', message)));
  showFacts(shown);
  drawCurves();
  if (shown.figures) {
    drawStages(shown.figures);
    showDevices(shown.figures.devices);
    showTables(shown.figures.tables);
  }
}

function take(run) {
  Object.keys(course).forEach(name => {
    const news = run[name];
    course[name] = {columns: news.columns, points: news.all ? news.points : course[name].points.concat(news.points)};
  });
  shown = run;
  render();
}

const source = new EventSource('/events');
source.onmessage = event => {
  const run = JSON.parse(event.data);
  take(run);
  if (run.over) source.close();
};
source.onerror = () => { place('state').textContent = 'The connection is lost: the run may have ended.'; };

matchMedia('(prefers-color-scheme: dark)').addEventListener('change', () => {
  charts.clear();
  if (shown) render();
});
