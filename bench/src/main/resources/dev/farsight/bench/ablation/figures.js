'use strict';
// What the page reads from the results. The others use what is here.

const RESULTS = JSON.parse(document.getElementById('data').textContent);
const SUITE = RESULTS.suite;
const AXES = SUITE.axes;
const VARIED = AXES.filter(axis => axis.values.length > 1);
const DONE = RESULTS.combinations.filter(combination => combination.done > 0);

// What can be asked of a combination: the median of a figure over its cells, or something made of several.
const FIGURES = [
  {name: 'samples per second', of: 'samples_per_second', text: number(0)},
  {name: 'hit rate of lookups', of: 'hit_ratio', text: percent},
  {name: 'hit rate of unique rows', of: 'unique_hit_ratio', text: percent},
  {name: 'loads above the bound', of: 'regret', text: percent},
  {name: 'AUROC', of: 'auroc', text: number(4)},
  {name: 'GAUC', of: 'gauc', text: number(4)},
  {name: 'AUPRC', of: 'auprc', text: number(4)},
  {name: 'logloss', of: 'logloss', text: number(4)},
  {name: 'normalised entropy', of: 'normalised_entropy', text: number(4)},
  {name: 'bytes loaded per step', get: c => median(c, 'loaded_bytes') / median(c, 'steps'), text: bytes},
  {name: 'bytes written back per step', get: c => median(c, 'written_back_bytes') / median(c, 'steps'), text: bytes},
  {name: 'device memory', of: 'device_bytes', text: bytes},
  {name: 'store size', of: 'store_bytes', text: bytes},
  {name: 'peak memory of the process', of: 'peak_rss_bytes', text: bytes},
  {name: 'planning, ms per step', of: 'plan_ms', text: number(2)},
  {name: 'fetching, ms per step', of: 'fetch_ms', text: number(2)},
  {name: 'computing, ms per step', of: 'compute_ms', text: number(2)},
  {name: 'writing back, ms per step', of: 'write_back_ms', text: number(2)},
].filter(figure => DONE.some(combination => Number.isFinite(value(figure, combination))));

function spread(combination, name) {
  return combination.figures[name] || null;
}

function median(combination, name) {
  const of = spread(combination, name);
  return of ? of.median : NaN;
}

function value(figure, combination) {
  return figure.get ? figure.get(combination) : median(combination, figure.of);
}

// A combination by the values of the axes that vary.
function label(combination) {
  const values = (VARIED.length ? VARIED : AXES).map(axis => combination.axes[axis.key]);
  return values.join(' · ') + (combination.baseline ? ' (baseline)' : '');
}

const baseline = DONE.find(combination => combination.baseline);

// Combinations such that no other is at least as fast with no more device memory, by memory.
function paretoFront(combinations) {
  const front = [];
  const memory = c => median(c, 'device_bytes');
  const speed = c => median(c, 'samples_per_second');
  [...combinations]
    .sort((a, b) => memory(a) - memory(b) || speed(b) - speed(a))
    .forEach(c => { if (!front.length || speed(c) > speed(front[front.length - 1])) front.push(c); });
  return front;
}
