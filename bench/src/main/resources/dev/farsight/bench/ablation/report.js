'use strict';
// Puts the page together.

function facts() {
  const done = RESULTS.cells.filter(cell => cell.loss_sha256);
  const distinct = of => [...new Set(done.map(of))].join('; ') || '–';
  const host = cell => `${cell.host.cpu}, ${cell.host.cores} cores` + (cell.host.gpu ? `, ${cell.host.gpu}` : '');
  return [
    ['cells', `${done.length} of ${RESULTS.cells.length} done`],
    ['seeds', SUITE.seeds.join(', ')],
    ['repeats', SUITE.repeats],
    ['warm-up', SUITE.warm_up],
    ['commit', distinct(cell => cell.commit)],
    ['JVM', distinct(cell => cell.host.jvm), 'wide'],
    ['host', distinct(host), 'wide'],
    ['command', RESULTS.command, 'wide'],
  ];
}

// Findings, worst first, each {kind: 'good' | 'bad' | '', text}.
function findings() {
  const found = [];
  const failed = RESULTS.cells.filter(cell => cell.status === 'failed');
  const missing = RESULTS.cells.filter(cell => cell.status === 'missing');
  const skipped = RESULTS.cells.filter(cell => cell.status === 'skipped');
  failed.forEach(cell => found.push({kind: 'bad', text: `Failed: ${cell.id}: ${cell.failure} (log: ${cell.log})`}));
  if (missing.length) found.push({kind: 'bad', text: `${missing.length} cells have not run yet; the command above continues with them.`});
  RESULTS.losses.forEach(group => group.deviating.forEach(id => found.push({kind: 'bad',
    text: `Deviates: the losses of ${id} differ from those of the ${group.cells.length - group.deviating.length} cells with the same seed and model (${group.loss_sha256.slice(0, 16)}…).`})));
  RESULTS.losses.filter(group => !group.deviating.length && group.cells.length > 1).forEach(group => found.push({kind: 'good',
    text: `Losses are bitwise equal in all ${group.cells.length} cells with seed ${group.seed} and the same model (loss_sha256 ${group.loss_sha256.slice(0, 16)}…)`
      + (RESULTS.losses.filter(other => other.seed === group.seed).length > 1 ? `, e.g. ${group.cells[0]}` : '') + '.'}));
  skipped.forEach(cell => found.push({kind: '', text: `Skipped: ${cell.id}: ${cell.failure}`}));
  const commits = new Set(RESULTS.cells.map(cell => cell.commit).filter(Boolean));
  if (commits.size > 1) found.push({kind: 'bad', text: `Cells were run with ${commits.size} versions of the code (${[...commits].join(', ')}): do not compare their times.`});
  if (DONE.length) {
    const speed = c => median(c, 'samples_per_second');
    const fastest = DONE.reduce((a, b) => speed(b) > speed(a) ? b : a);
    const most = DONE.reduce((a, b) => median(b, 'hit_ratio') > median(a, 'hit_ratio') ? b : a);
    found.push({kind: '', text: `Fastest: ${label(fastest)}, ${number(0)(speed(fastest))} samples per second` + (baseline ? `, ${times(fastest)} the baseline.` : '.')});
    const near = DONE.filter(c => spread(c, 'regret')).sort((a, b) => median(a, 'regret') - median(b, 'regret'))[0];
    if (near) found.push({kind: '', text: `Closest to the clairvoyant bound: ${label(near)}, which loaded ${percent(median(near, 'regret'))} more rows than the bound.`});
    found.push({kind: '', text: `Highest hit rate: ${label(most)}, ${percent(median(most, 'hit_ratio'))} of the lookups.`});
  }
  return found;
}

document.getElementById('name').textContent = SUITE.name;
document.getElementById('title').textContent = SUITE.title;
facts().forEach(([name, text, kind]) => {
  const pair = element('div', '', kind ? {class: kind} : {});
  pair.append(element('dt', name), element('dd', String(text)));
  document.getElementById('facts').append(pair);
});
findings().forEach(({kind, text}) => document.getElementById('verdict').append(
  element('li', (kind === 'good' ? '✓ ' : kind === 'bad' ? '⚠ ' : '') + text, {class: kind})));
const leftOut = document.getElementById('left-out');
leftOut.hidden = !RESULTS.left_out.length;
leftOut.querySelector('summary').textContent = `${RESULTS.left_out.length} combinations left out, as they cannot run here`;
leftOut.querySelector('ul').append(...RESULTS.left_out.map(({axes, reason}) => element('li',
  AXES.map(axis => `${axis.key}=${axes[axis.key]}`).join(' ') + ': ' + reason)));
fillCells();
prepareTable();
if (DONE.length) {
  prepareExplorer();
  drawAll();
  matchMedia('(prefers-color-scheme: dark)').addEventListener('change', drawAll);
}
