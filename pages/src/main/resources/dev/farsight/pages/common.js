'use strict';
// What all pages share: numbers and elements, and charts. A chart is drawn anew when the page's colours change, and says in
// words what it shows.

const number = digits => value =>
  value.toLocaleString('en-US', {minimumFractionDigits: digits, maximumFractionDigits: digits});
const percent = value => number(1)(100 * value) + ' %';

function bytes(value) {
  const units = ['B', 'KiB', 'MiB', 'GiB', 'TiB'];
  let unit = 0;
  for (; value >= 1024 && unit < units.length - 1; unit++) value /= 1024;
  return number(unit && value < 100 ? 1 : 0)(value) + ' ' + units[unit];
}

function element(tag, content = '', attributes = {}) {
  const made = document.createElement(tag);
  if (content instanceof Node) made.append(content); else made.textContent = content;
  Object.entries(attributes).forEach(([name, text]) => made.setAttribute(name, text));
  return made;
}

function select(name, options, chosen, changed) {
  const made = element('select');
  options.forEach(([text, of]) => made.append(element('option', text, {value: of})));
  made.value = chosen;
  made.addEventListener('change', changed);
  const labelled = element('label', name);
  labelled.append(made);
  return [labelled, made];
}

const style = name => getComputedStyle(document.documentElement).getPropertyValue(name).trim();
// Told apart by people with any colour vision (after Okabe and Ito), on light and on dark paper.
const COLORS = ['#0072b2', '#e69f00', '#009e73', '#d55e00', '#cc79a7', '#56b4e9', '#999999', '#b8a800'];
const SHAPES = ['circle', 'rect', 'triangle', 'rectRot', 'star', 'crossRot', 'rectRounded', 'cross'];
const drawn = new Map();

function draw(id, heightPixels, words, configuration) {
  const place = document.getElementById(id);
  place.style.height = heightPixels + 'px';
  if (drawn.has(id)) drawn.get(id).destroy();
  const canvas = element('canvas', '', {role: 'img', 'aria-label': words});
  place.replaceChildren(canvas);
  Chart.defaults.color = style('--soft');
  Chart.defaults.borderColor = style('--line');
  Chart.defaults.font.family = getComputedStyle(document.body).fontFamily;
  // Points at the edge of a scale are drawn whole.
  configuration.options = {animation: false, maintainAspectRatio: false, clip: 8, ...configuration.options};
  drawn.set(id, new Chart(canvas, configuration));
}

const narrow = () => document.documentElement.clientWidth < 600;
const rowsHeight = rows => 90 + 24 * rows;

function valueScale(title, text, extra = {}) {
  return {title: {display: true, text: title}, ticks: {callback: v => text(v), maxTicksLimit: narrow() ? 4 : 8}, ...extra};
}
