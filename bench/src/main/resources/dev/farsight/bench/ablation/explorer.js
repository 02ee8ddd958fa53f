'use strict';
// The chart with controls: a figure along one axis, for each value of another, the others fixed: lines along an axis
// of numbers, bars along one of names.

const explorer = {figure: null, along: null, lines: null, held: new Map()};

const ofNumbers = axis => axis.values.every(v => /^[\d.]/.test(v));

function prepareExplorer() {
  const place = document.getElementById('explore-controls');
  const axes = VARIED.length ? VARIED : AXES;
  const names = axes.map(axis => [axis.key, axis.key]);
  const along = axes.filter(ofNumbers).reduce((most, axis) => axis.values.length > most.values.length ? axis : most, axes.find(ofNumbers) || axes[0]);
  const other = axes.find(axis => axis !== along);
  const add = ([labelled, made]) => { place.append(labelled); return made; };
  explorer.figure = add(select('Figure', FIGURES.map(f => [f.name, f.name]), FIGURES[0].name, drawExplorer));
  explorer.along = add(select('x axis', names, along.key, drawExplorer));
  explorer.lines = add(select('one line for each', [...names, ['(no other axis)', '']], other ? other.key : '', drawExplorer));
  axes.forEach(axis => {
    const [labelled, made] = select(axis.key, axis.values.map(v => [v, v]), SUITE.baseline[axis.key], drawExplorer);
    explorer.held.set(axis.key, {labelled, made});
    place.append(labelled);
  });
}

function drawExplorer() {
  const figure = FIGURES.find(f => f.name === explorer.figure.value);
  const along = AXES.find(axis => axis.key === explorer.along.value);
  const lines = AXES.find(axis => axis.key === explorer.lines.value && axis !== along);
  explorer.held.forEach(({labelled}, key) => { labelled.hidden = key === along.key || (lines && key === lines.key); });
  const fixed = [...explorer.held].filter(([key]) => key !== along.key && !(lines && key === lines.key));
  const find = (x, line) => DONE.find(c =>
    c.axes[along.key] === x && (!lines || c.axes[lines.key] === line) && fixed.every(([key, held]) => c.axes[key] === held.made.value));
  const datasets = (lines ? lines.values : ['']).map((line, l) => ({
    label: line || figure.name,
    data: along.values.map(x => { const c = find(x, line); return c ? value(figure, c) : null; }),
    borderColor: COLORS[l % COLORS.length], backgroundColor: COLORS[l % COLORS.length],
    pointStyle: SHAPES[l % SHAPES.length], pointRadius: 5, spanGaps: true, borderWidth: 2,
  })).filter(dataset => dataset.data.some(v => v !== null));
  draw('explore', 380, `${figure.name} along ${along.key}. The table has all figures.`, {
    type: ofNumbers(along) ? 'line' : 'bar',
    data: {labels: along.values, datasets},
    options: {
      scales: {x: {title: {display: true, text: along.key}}, y: valueScale(figure.name, figure.text, {grace: '5%', beginAtZero: !ofNumbers(along)})},
      plugins: {
        legend: {display: Boolean(lines), position: 'top', align: 'start', labels: {usePointStyle: true, boxHeight: 8}},
        tooltip: {callbacks: {label: item => `${item.dataset.label}: ${figure.text(item.parsed.y)}`}},
      },
    },
  });
}
