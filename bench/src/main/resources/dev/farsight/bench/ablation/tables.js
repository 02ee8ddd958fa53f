'use strict';
// The tables: of combinations, sorted by any column and filtered by values and words; and of cells.

const COLUMNS = [
  ...AXES.map(axis => ({name: axis.key, text: c => c.axes[axis.key], sort: c => axis.values.indexOf(c.axes[axis.key]), left: true})),
  figureColumn('samples/s', FIGURES.find(f => f.of === 'samples_per_second')),
  {name: 'vs baseline', text: c => times(c), sort: c => median(c, 'samples_per_second')},
  ...FIGURES.filter(f => f.of !== 'samples_per_second').map(f => figureColumn(f.name, f)),
  {name: 'cells', text: c => `${c.done}/${c.cells}`, sort: c => c.done},
  {name: 'state', left: true, text: state, sort: state, bad: c => state(c) !== 'ok'},
];
const sorting = {column: COLUMNS[AXES.length], down: true};
const filters = {text: null, axes: []};

function figureColumn(name, figure) {
  return {name, text: c => Number.isFinite(value(figure, c)) ? figure.text(value(figure, c)) : '–',
    range: c => figure.of && range(c, figure), sort: c => value(figure, c)};
}

function range(combination, figure) {
  const of = spread(combination, figure.of);
  return of && of.min !== of.max ? `${figure.text(of.min)} – ${figure.text(of.max)}` : null;
}

function times(combination) {
  const ratio = baseline ? median(combination, 'samples_per_second') / median(baseline, 'samples_per_second') : NaN;
  return Number.isFinite(ratio) ? number(2)(ratio) + '×' : '–';
}

function state(combination) {
  if (combination.deviating) return `${combination.deviating} deviating`;
  if (combination.failed) return `${combination.failed} failed`;
  return combination.done < combination.cells ? 'incomplete' : 'ok';
}

function prepareTable() {
  const place = document.getElementById('filters');
  const words = element('input', '', {type: 'search', placeholder: 'e.g. lfu 8%'});
  words.addEventListener('input', fillTable);
  const labelled = element('label', 'Search');
  labelled.append(words);
  place.append(labelled);
  filters.text = words;
  VARIED.forEach(axis => {
    const [box, made] = select(axis.key, [['all', ''], ...axis.values.map(v => [v, v])], '', fillTable);
    filters.axes.push([axis.key, made]);
    place.append(box);
  });
  const head = element('tr');
  COLUMNS.forEach(column => {
    const button = element('button', column.name, {type: 'button'});
    button.addEventListener('click', () => {
      sorting.down = sorting.column === column ? !sorting.down : !column.left;
      sorting.column = column;
      fillTable();
    });
    column.head = element('th', button, {scope: 'col', class: column.left ? 'text' : ''});
    head.append(column.head);
  });
  const table = document.getElementById('combinations');
  table.append(element('caption', 'Click a column to sort by it', {class: 'note'}), element('thead', head), element('tbody'));
  fillTable();
}

function shown(combination) {
  const all = COLUMNS.filter(column => column.left).map(column => column.text(combination)).join(' ').toLowerCase();
  return filters.axes.every(([key, made]) => !made.value || combination.axes[key] === made.value)
    && filters.text.value.toLowerCase().split(/\s+/).every(word => all.includes(word));
}

function fillTable() {
  const order = (a, b) => {
    const [x, y] = [sorting.column.sort(a), sorting.column.sort(b)];
    const less = typeof x === 'string' ? x.localeCompare(y) : Number.isNaN(x) ? -1 : Number.isNaN(y) ? 1 : x - y;
    return sorting.down ? -less : less;
  };
  const rows = RESULTS.combinations.filter(shown).sort(order).map(combination => {
    const line = element('tr', '', combination.baseline ? {class: 'baseline'} : {});
    COLUMNS.forEach(column => {
      const field = element('td', column.text(combination), {class: (column.left ? 'text ' : '') + (column.bad && column.bad(combination) ? 'bad' : '')});
      const between = column.range && column.range(combination);
      if (between) field.append(element('br'), element('span', between, {class: 'range'}));
      line.append(field);
    });
    return line;
  });
  document.querySelector('#combinations tbody').replaceChildren(...rows);
  document.getElementById('count').textContent = `${rows.length} of ${RESULTS.combinations.length} combinations`;
  COLUMNS.forEach(column => {
    if (sorting.column === column) column.head.setAttribute('aria-sort', sorting.down ? 'descending' : 'ascending');
    else column.head.removeAttribute('aria-sort');
  });
}

function fillCells() {
  const head = element('tr');
  ['cell', 'state', 'samples/s', 'loss_sha256', 'command', 'log'].forEach(name =>
    head.append(element('th', name, {scope: 'col', class: name === 'samples/s' ? '' : 'text'})));
  const rows = RESULTS.cells.map(cell => {
    const line = element('tr');
    const bad = cell.status !== 'done';
    line.append(
      element('td', element('code', cell.id), {class: 'text'}),
      element('td', cell.failure ? `${cell.status}: ${cell.failure}` : cell.status, {class: bad ? 'text bad' : 'text'}),
      element('td', cell.measured ? number(0)(cell.measured.samples_per_second) : '–'),
      element('td', element('code', (cell.loss_sha256 || '–').slice(0, 16)), {class: 'text', title: cell.loss_sha256 || ''}),
      element('td', element('code', cell.command), {class: 'text'}),
      element('td', element('code', cell.log), {class: 'text'}));
    return line;
  });
  const body = element('tbody');
  body.append(...rows);
  document.getElementById('cell-table').append(element('thead', head), body);
}
