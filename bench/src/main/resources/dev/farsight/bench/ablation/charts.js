'use strict';
// The charts.

// A scale for rows of combinations: labels that leave room for the bars.
function rowScale(extra = {}) {
  return {
    ...extra,
    grid: {display: false},
    ticks: {
      autoSkip: false,
      font: {size: narrow() ? 10 : 12},
      callback(position) {
        const text = this.getLabelForValue(position);
        const most = narrow() ? 20 : 48;
        return text.length > most ? text.slice(0, most - 1) + '…' : text;
      },
    },
  };
}

const row = item => item[0].label;
const best = name => [...DONE].sort((a, b) => median(b, name) - median(a, name));

// Bars with a thin line from minimum to maximum.
function spreadBars(id, combinations, name, title, text, color, extra) {
  const spreads = combinations.map(c => spread(c, name));
  const first = combinations[0];
  draw(id, rowsHeight(combinations.length),
    `${title}. Highest: ${label(first)} with ${text(median(first, name))}. The table has all figures.`, {
      type: 'bar',
      data: {
        labels: combinations.map(label),
        datasets: [
          {label: 'minimum to maximum', data: spreads.map(s => s && s.min < s.max ? [s.min, s.max] : null), backgroundColor: style('--ink'), barThickness: 3,
            grouped: false, order: 0},
          {label: 'median', data: spreads.map(s => s && s.median), grouped: false, order: 1,
            backgroundColor: combinations.map(c => c.baseline ? COLORS[6] : color)},
        ],
      },
      options: {
        indexAxis: 'y',
        scales: {x: valueScale(title, text, extra), y: rowScale()},
        plugins: {
          legend: {display: false},
          tooltip: {mode: 'index', intersect: false, callbacks: {title: row, label: item => {
            const of = spreads[item.dataIndex];
            return item.datasetIndex ? `median ${text(of.median)}` : `${text(of.min)} to ${text(of.max)}`;
          }}},
        },
      },
    });
}

// Bars that are made of parts; a part is {name, of: combination => figure, color}.
function stackedBars(id, combinations, parts, title, text, words) {
  draw(id, rowsHeight(combinations.length) + 30, words, {
    type: 'bar',
    data: {
      labels: combinations.map(label),
      datasets: parts.map(part => ({label: part.name, data: combinations.map(part.of), backgroundColor: part.color})),
    },
    options: {
      indexAxis: 'y',
      scales: {x: valueScale(title, text, {stacked: true}), y: rowScale({stacked: true})},
      plugins: {
        legend: {position: 'top', align: 'start', labels: {boxWidth: 14}},
        tooltip: {mode: 'index', intersect: false, callbacks: {title: row, label: item =>
          `${item.dataset.label}: ${text(item.parsed.x)}`}},
      },
    },
  });
}

function drawSpeed() {
  spreadBars('speed', best('samples_per_second'), 'samples_per_second', 'samples per second', number(0), COLORS[0], {beginAtZero: true});
}

function drawAuroc() {
  const with_ = DONE.filter(c => spread(c, 'auroc'));
  document.getElementById('auroc-section').hidden = !with_.length;
  if (!with_.length) return;
  const least = Math.min(...with_.map(c => spread(c, 'auroc').min));
  const most = Math.max(...with_.map(c => spread(c, 'auroc').max));
  const room = Math.max(.002, (most - least) / 2);
  const scale = {min: Math.floor((least - room) * 1000) / 1000, max: Math.ceil((most + room) * 1000) / 1000};
  spreadBars('auroc', [...with_].sort((a, b) => median(b, 'auroc') - median(a, 'auroc')), 'auroc',
    'AUROC (the scale does not begin at 0)', number(4), COLORS[2], scale);
}

function drawMisses() {
  const bound = DONE.some(c => spread(c, 'run_bound_rows'));
  document.getElementById('misses-note').textContent = 'Unique rows per step that were not in the cache when a batch needed them, over the whole run.'
    + (bound ? ' Even a policy that knew all later lookups would have to load those of the clairvoyant bound; a better policy could save only the rest.' : '');
  const missed = c => median(c, 'run_missed_rows') / median(c, 'run_steps');
  const unavoidable = c => median(c, 'run_bound_rows') / median(c, 'run_steps');
  const combinations = [...DONE].sort((a, b) => missed(a) - missed(b));
  stackedBars('misses', combinations,
    bound
      ? [{name: 'clairvoyant bound', of: unavoidable, color: COLORS[6]},
         {name: 'above the bound', of: c => missed(c) - (unavoidable(c) || 0), color: COLORS[3]}]
      : [{name: 'rows', of: missed, color: COLORS[3]}],
    'rows per step', number(0),
    `Missed rows per step. Fewest: ${label(combinations[0])} with ${number(0)(missed(combinations[0]))}. The table has all figures.`);
}

function drawBytes() {
  const perStep = name => c => median(c, name) / median(c, 'steps');
  const all = c => perStep('loaded_bytes')(c) + perStep('written_back_bytes')(c);
  const combinations = [...DONE].sort((a, b) => all(a) - all(b));
  stackedBars('bytes', combinations,
    [{name: 'loaded', of: perStep('loaded_bytes'), color: COLORS[0]},
     {name: 'written back', of: perStep('written_back_bytes'), color: COLORS[1]}],
    'bytes per step', bytes,
    `Bytes moved per step. Fewest: ${label(combinations[0])} with ${bytes(all(combinations[0]))}. The table has all figures.`);
}

function drawStages() {
  const combinations = best('samples_per_second');
  stackedBars('stages', combinations,
    ['read', 'dedupe', 'plan', 'order', 'fetch', 'compute', 'write_back'].map((stage, s) =>
      ({name: stage.replace('_', ' '), of: c => median(c, stage + '_ms'), color: COLORS[[6, 4, 1, 7, 2, 0, 3][s]]})),
    'ms per step', number(1), 'Time per step, by stage. The table has all figures.');
}

function drawPareto() {
  const front = paretoFront(DONE);
  const by = VARIED[0] || AXES[0];
  const point = c => ({x: median(c, 'device_bytes'), y: median(c, 'samples_per_second'), combination: c});
  const groups = by.values.map((of, v) => ({
    label: of, data: DONE.filter(c => c.axes[by.key] === of).map(point), pointStyle: SHAPES[v % SHAPES.length],
    backgroundColor: COLORS[v % COLORS.length], borderColor: COLORS[v % COLORS.length], pointRadius: 6, borderWidth: 2,
  })).filter(group => group.data.length);
  const memory = DONE.map(c => median(c, 'device_bytes'));
  const wide = Math.max(...memory) > 8 * Math.min(...memory);
  draw('pareto', 400, `Device memory against samples per second. On the Pareto front: ${front.map(label).join('; ')}.`, {
    type: 'scatter',
    data: {datasets: [...groups, {type: 'line', label: 'Pareto front', data: front.map(point), stepped: 'before', pointRadius: 0,
      borderColor: style('--ink'), borderDash: [5, 4], borderWidth: 1.5}]},
    options: {
      scales: {
        x: valueScale('device memory', bytes, {type: wide ? 'logarithmic' : 'linear', grace: '10%',
          ticks: {callback: bytes, maxTicksLimit: narrow() ? 4 : 8, maxRotation: 0, autoSkipPadding: 24}}),
        y: valueScale('samples per second', number(0), {beginAtZero: true}),
      },
      plugins: {
        legend: {position: 'top', align: 'start', labels: {usePointStyle: true, boxHeight: 8}},
        tooltip: {callbacks: {label: item => {
          const c = item.raw.combination;
          return `${label(c)}: ${number(0)(item.raw.y)} samples/s, ${bytes(item.raw.x)}`;
        }}},
      },
    },
  });
  document.getElementById('front').replaceChildren(...front.map(c => element('li',
    `${label(c)}: ${number(0)(median(c, 'samples_per_second'))} samples per second with ${bytes(median(c, 'device_bytes'))} on the device`)));
}

function drawAll() {
  drawExplorer();
  drawSpeed();
  drawPareto();
  drawMisses();
  drawBytes();
  drawStages();
  drawAuroc();
}
