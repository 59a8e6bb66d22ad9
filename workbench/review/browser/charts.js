// Linked charts: drag over points to choose hits; the list follows.
const panels = window.workbenchPanels = window.workbenchPanels || {};
const make = (tag, cls, text) => { const element = document.createElement(tag); if (cls) element.className = cls; if (text !== undefined) element.textContent = text; return element; };
const W = 460, H = 320, LEFT = 44, BOTTOM = 34, TOP = 12, RIGHT = 12;
const COLOURS = {accept: '#1a9e63', reject: '#c4442e', hold: '#d9920a', disputed: '#d9920a', '': '#D55E00'};

const frame = (title, xTitle, yTitle) => {
  const shape = window.workbenchShape, box = make('figure', 'rv-chart'), picture = shape('svg', {viewBox: '0 0 ' + W + ' ' + H, width: W, height: H, role: 'img', 'aria-label': title});
  picture.append(shape('text', {x: (LEFT + W - RIGHT) / 2, y: H - 4, 'text-anchor': 'middle', 'font-size': 12, fill: '#333'}, xTitle), shape('text', {x: 12, y: H / 2, 'text-anchor': 'middle', 'font-size': 12, fill: '#333', transform: 'rotate(-90 12 ' + H / 2 + ')'}, yTitle));
  box.append(make('figcaption', '', title), picture);
  return {box, picture};
};
const scales = (xs, ys, padding = 0) => {
  const span = values => { let low = Infinity, high = -Infinity; for (const value of values) { if (value < low) low = value; if (value > high) high = value; } if (!(high > low)) { low -= 1; high += 1; } const free = (high - low) * padding; return [low - free, high + free]; };
  const [x0, x1] = span(xs), [y0, y1] = span(ys);
  return {x: value => LEFT + (W - LEFT - RIGHT) * (value - x0) / (x1 - x0), y: value => H - BOTTOM - (H - BOTTOM - TOP) * (value - y0) / (y1 - y0), x0, x1, y0, y1};
};
// Round numbers between two ends, about five, each with its text.
const ticks = (low, high) => {
  const rough = (high - low) / 5, power = 10 ** Math.floor(Math.log10(rough)), step = [1, 2, 5, 10].map(one => one * power).find(one => one >= rough * 0.999), digits = Math.max(0, -Math.floor(Math.log10(step) + 1e-9)), found = [];
  for (let k = Math.ceil(low / step - 1e-9); k * step <= high + step * 1e-9; k++) found.push([k * step, (k * step).toFixed(digits)]);
  return found;
};
const axes = (picture, s) => {
  const shape = window.workbenchShape;
  for (const [value, text] of ticks(s.x0, s.x1)) picture.append(shape('text', {x: s.x(value), y: H - BOTTOM + 14, 'text-anchor': 'middle', 'font-size': 10, fill: '#555'}, text));
  for (const [value, text] of ticks(s.y0, s.y1)) picture.append(shape('text', {x: LEFT - 5, y: s.y(value) + 3, 'text-anchor': 'end', 'font-size': 10, fill: '#555'}, text));
  picture.append(shape('path', {d: 'M' + LEFT + ' ' + TOP + 'V' + (H - BOTTOM) + 'H' + (W - RIGHT), stroke: '#888', fill: 'none'}));
};
const brush = (picture, done) => {
  const shape = window.workbenchShape, at = event => { const box = picture.getBoundingClientRect(); return [(event.clientX - box.left) * W / box.width, (event.clientY - box.top) * H / box.height]; };
  let from = null, mark = null;
  picture.addEventListener('pointerdown', event => { from = at(event); if (mark) mark.remove(); mark = shape('rect', {fill: '#0072B2', 'fill-opacity': 0.15, stroke: '#0072B2'}); picture.append(mark); picture.setPointerCapture(event.pointerId); });
  picture.addEventListener('pointermove', event => { if (!from) return; const to = at(event); for (const [key, value] of Object.entries({x: Math.min(from[0], to[0]), y: Math.min(from[1], to[1]), width: Math.abs(from[0] - to[0]), height: Math.abs(from[1] - to[1])})) mark.setAttribute(key, value); });
  picture.addEventListener('pointerup', event => { if (!from) return; const to = at(event), box = [Math.min(from[0], to[0]), Math.max(from[0], to[0]), Math.min(from[1], to[1]), Math.max(from[1], to[1])]; from = null; if (box[1] - box[0] < 4 && box[3] - box[2] < 4) { mark.remove(); done(null); } else done(box); });
};

const scatter = (app, title, xTitle, yTitle, xs, ys, background, choose, numbered = true) => {
  const shape = window.workbenchShape, {box, picture} = frame(title, xTitle, yTitle), kept = xs.map((x, i) => i).filter(i => typeof xs[i] === 'number' && typeof ys[i] === 'number');
  const s = scales([...kept.map(i => xs[i]), ...background.map(one => one[0])], [...kept.map(i => ys[i]), ...background.map(one => one[1])], 0.03);
  if (numbered) axes(picture, s);
  const dots = new Map();
  if (background.length) picture.append(shape('path', {d: background.map(one => 'M' + s.x(one[0]).toFixed(1) + ' ' + s.y(one[1]).toFixed(1) + 'h0').join(''), stroke: '#9aa5b1', 'stroke-width': 3, 'stroke-linecap': 'round', 'stroke-opacity': 0.6}));
  // One path for each decision draws ten thousand points quickly.
  const groups = new Map();
  for (const i of kept) { const key = app.rowOf(app.data.record[i]).decision || ''; groups.set(key, (groups.get(key) || '') + 'M' + s.x(xs[i]).toFixed(1) + ' ' + s.y(ys[i]).toFixed(1) + 'h0'); dots.set(i, [s.x(xs[i]), s.y(ys[i])]); }
  for (const [key, path] of groups) picture.append(shape('path', {d: path, stroke: COLOURS[key] || COLOURS[''], 'stroke-width': 5, 'stroke-linecap': 'round', 'stroke-opacity': 0.75}));
  brush(picture, range => choose(range && kept.filter(i => { const [x, y] = dots.get(i); return x >= range[0] && x <= range[1] && y >= range[2] && y <= range[3]; })));
  return box;
};
const histogram = (app, title, xTitle, xs, choose) => {
  const shape = window.workbenchShape, {box, picture} = frame(title, xTitle, 'hits'), kept = xs.map((x, i) => i).filter(i => typeof xs[i] === 'number'), s = scales(kept.map(i => xs[i]), [0, 1]), bins = 30, counts = Array(bins).fill(0);
  const bin = value => Math.min(bins - 1, Math.floor(bins * (value - s.x0) / (s.x1 - s.x0)));
  kept.forEach(i => { counts[bin(xs[i])] += 1; });
  const t = {...scales(kept.map(i => xs[i]), [0, Math.max(...counts, 1)])};
  axes(picture, t);
  counts.forEach((n, k) => { const x = t.x(t.x0 + (t.x1 - t.x0) * k / bins), next = t.x(t.x0 + (t.x1 - t.x0) * (k + 1) / bins); picture.append(shape('rect', {x: x + 0.5, y: t.y(n), width: Math.max(next - x - 1, 1), height: H - BOTTOM - t.y(n), fill: '#5a9fd4'})); });
  brush(picture, range => choose(range && kept.filter(i => t.x(xs[i]) >= range[0] && t.x(xs[i]) <= range[1])));
  return box;
};

panels.charts = async (app, panel) => {
  panel.replaceChildren(make('h2', '', 'Charts'));
  const say = make('p', '', 'Drag over points or bars: the list shows only those hits. A click on empty paper shows all again. Green accepted, red rejected, yellow held or disputed.'); say.setAttribute('role', 'status');
  panel.append(say);
  if (app.hideRanks()) { say.textContent = 'Charts show scores, which are hidden in this blind pass.'; return; }
  const choose = rows => { app.grid.subset(rows && rows.map(i => app.data.record[i])); say.textContent = rows ? rows.length + ' hits chosen; the list shows them.' : 'All hits.'; app.keep(); };
  panel.append(histogram(app, 'Scores', app.about.meaning.of, app.data.affinity, choose), scatter(app, 'Properties', 'MW', 'logP', app.data.molecular_weight, app.data.logp, [], choose), scatter(app, 'Novelty', 'similarity to the nearest known', app.about.meaning.of, app.data.similarity, app.data.affinity, [], choose));
  try {
    const found = await app.ask('/api/charts');
    panel.append(scatter(app, found.library.length ? 'Chemical space: library grey, hits coloured' : 'Chemical space of the hits', 'near means alike (t-SNE of fingerprints); the axes mean nothing', '', found.hits.map(one => one[0]), found.hits.map(one => one[1]), found.library, choose, false));
    if (found.problem) panel.append(make('p', '', found.problem));
  } catch (error) { panel.append(make('p', 'rv-void', error.message)); }
};
