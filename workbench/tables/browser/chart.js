// A chart of the rows: pointing at a point shows its structure, dragging over points shows only those rows below.
const gridChart = ({box, data, names, values, title, shown, subset, choose, drawing, told}) => {
  const W = 560, H = 340, LEFT = 50, BOTTOM = 38, TOP = 12, RIGHT = 14, NS = 'http://www.w3.org/2000/svg';
  const shape = (tag, facts, text) => { const element = document.createElementNS(NS, tag); for (const [key, value] of Object.entries(facts)) element.setAttribute(key, value); if (text !== undefined) element.textContent = text; return element; };
  const picked = {x: names.includes('map_x') ? 'map_x' : names.includes('similarity') ? 'similarity' : names[0], y: names.includes('map_y') ? 'map_y' : names.includes('affinity') ? 'affinity' : names[1] || names[0]};
  const bar = make('div', 'wb-bar2'), picture = shape('svg', {viewBox: '0 0 ' + W + ' ' + H, role: 'img', class: 'wb-chart'}), tip = make('div', 'wb-tip'); tip.hidden = true;
  const selects = ['x', 'y'].map(axis => { const select = make('select'); select.setAttribute('aria-label', 'Chart ' + axis); names.forEach(name => select.append(new Option(title(name), name))); select.value = picked[axis]; select.addEventListener('change', () => { picked[axis] = select.value; draw(); }); return select; });
  const clear = make('button', '', 'All rows'); clear.addEventListener('click', () => { subset(null); draw(); });
  const key = make('span', 'wb-chartkey');
  for (const [colour, text] of [['#0072B2', 'in domain'], ['#b07a1b', 'out of domain'], ['#009E73', 'seen in training'], ['#9aa5b1', 'not shown below']]) if (data.in_domain || colour === '#9aa5b1' || colour === '#0072B2') { const one = make('span'); const dot = make('i'); dot.style.background = colour; one.append(dot, data.in_domain || colour === '#9aa5b1' ? text : 'compound'); key.append(one); }
  bar.append(make('span', 'wb-soft', 'x'), selects[0], make('span', 'wb-soft', 'y'), selects[1], clear, key);
  const frame = make('div', 'wb-chartbox'); frame.append(picture, tip);
  box.append(bar, frame, make('div', 'wb-soft', told || 'Point at a compound for its structure, click to open it; drag over several to show only those.'));
  let places = [];
  const span = found => { let low = Infinity, high = -Infinity; found.forEach(value => { low = Math.min(low, value); high = Math.max(high, value); }); if (!(high > low)) { low -= 1; high += 1; } const room = (high - low) * 0.03; return [low - room, high + room]; };
  const ticks = (low, high) => { const rough = (high - low) / 5, power = 10 ** Math.floor(Math.log10(rough)), step = [1, 2, 5, 10].map(one => one * power).find(one => one >= rough * 0.999), digits = Math.max(0, -Math.floor(Math.log10(step) + 1e-9)), found = []; for (let k = Math.ceil(low / step - 1e-9); k * step <= high + step * 1e-9; k++) found.push([k * step, (k * step).toFixed(digits)]); return found; };
  const colour = i => data.known && data.known[i] ? '#009E73' : data.in_domain && !data.in_domain[i] ? '#b07a1b' : '#0072B2';
  const draw = () => {
    const xs = values(picked.x), ys = values(picked.y), kept = data.smiles.map((_, i) => i).filter(i => typeof xs[i] === 'number' && typeof ys[i] === 'number');
    picture.replaceChildren(); places = []; tip.hidden = true;
    picture.setAttribute('aria-label', title(picked.y) + ' against ' + title(picked.x) + ', ' + kept.length + ' compounds');
    if (!kept.length) { picture.append(shape('text', {x: W / 2, y: H / 2, 'text-anchor': 'middle', class: 'wb-axis'}, 'no numbers to draw')); return; }
    const [x0, x1] = span(kept.map(i => xs[i])), [y0, y1] = span(kept.map(i => ys[i]));
    const sx = value => LEFT + (W - LEFT - RIGHT) * (value - x0) / (x1 - x0), sy = value => H - BOTTOM - (H - BOTTOM - TOP) * (value - y0) / (y1 - y0);
    picture.append(shape('path', {d: 'M' + LEFT + ' ' + TOP + 'V' + (H - BOTTOM) + 'H' + (W - RIGHT), class: 'wb-axisline'}));
    // Places on a map have no unit.
    if (picked.x !== 'map_x') ticks(x0, x1).forEach(([value, text]) => picture.append(shape('text', {x: sx(value), y: H - BOTTOM + 15, 'text-anchor': 'middle', class: 'wb-axis'}, text)));
    if (picked.y !== 'map_y') ticks(y0, y1).forEach(([value, text]) => picture.append(shape('text', {x: LEFT - 6, y: sy(value) + 4, 'text-anchor': 'end', class: 'wb-axis'}, text)));
    picture.append(shape('text', {x: (LEFT + W - RIGHT) / 2, y: H - 5, 'text-anchor': 'middle', class: 'wb-axis'}, title(picked.x)), shape('text', {x: 13, y: H / 2, 'text-anchor': 'middle', transform: 'rotate(-90 13 ' + H / 2 + ')', class: 'wb-axis'}, title(picked.y)));
    const below = new Set(shown()), groups = new Map();
    for (const i of kept) { const place = [sx(xs[i]), sy(ys[i])], tint = below.has(i) ? colour(i) : '#9aa5b1'; places.push([i, ...place]); groups.set(tint, (groups.get(tint) || '') + 'M' + place[0].toFixed(1) + ' ' + place[1].toFixed(1) + 'h0'); }
    // One path for each colour draws ten thousand points quickly; those shown lie on top.
    for (const tint of ['#9aa5b1', '#0072B2', '#b07a1b', '#009E73']) if (groups.has(tint)) picture.append(shape('path', {d: groups.get(tint), stroke: tint, 'stroke-width': 6, 'stroke-linecap': 'round', 'stroke-opacity': 0.8, fill: 'none'}));
  };
  const at = event => { const rect = picture.getBoundingClientRect(); return [(event.clientX - rect.left) * W / rect.width, (event.clientY - rect.top) * H / rect.height]; };
  const near = ([x, y]) => { let best = null, least = 12 ** 2; for (const one of places) { const far = (one[1] - x) ** 2 + (one[2] - y) ** 2; if (far < least) { least = far; best = one; } } return best; };
  let from = null, mark = null, ring = null;
  picture.addEventListener('pointermove', event => {
    const to = at(event);
    if (from) { if (!mark) { mark = shape('rect', {class: 'wb-brush'}); picture.append(mark); } for (const [name, value] of Object.entries({x: Math.min(from[0], to[0]), y: Math.min(from[1], to[1]), width: Math.abs(from[0] - to[0]), height: Math.abs(from[1] - to[1])})) mark.setAttribute(name, value); return; }
    const found = near(to);
    if (ring) { ring.remove(); ring = null; }
    tip.hidden = !found;
    if (!found) return;
    const [i, x, y] = found;
    ring = shape('circle', {cx: x, cy: y, r: 6, class: 'wb-ring'}); picture.append(ring);
    if (+tip.dataset.row !== i || !tip.childElementCount) {
      tip.dataset.row = i; tip.replaceChildren();
      const cell = make('div', 'wb-draw'); drawing(i, cell); tip.append(cell, make('b', '', data.name[i]), make('div', '', [picked.x, picked.y].filter(name => !name.startsWith('map_')).map(name => title(name) + ' ' + two(values(name)[i])).join(' · ')));
      if (data.affinity && picked.x.startsWith('map_')) tip.append(make('div', '', title('affinity') + ' ' + two(data.affinity[i])));
    }
    const scale = picture.getBoundingClientRect().width / W;
    tip.style.left = Math.min(x * scale + 12, Math.max(0, frame.clientWidth - 204)) + 'px'; tip.style.top = y * scale + 12 + 'px';
  });
  picture.addEventListener('pointerleave', () => { tip.hidden = true; if (ring) { ring.remove(); ring = null; } });
  picture.addEventListener('pointerdown', event => { from = at(event); picture.setPointerCapture(event.pointerId); event.preventDefault(); });
  picture.addEventListener('pointerup', event => {
    if (!from) return;
    const to = at(event), start = from; from = null; if (mark) { mark.remove(); mark = null; }
    if (Math.abs(to[0] - start[0]) < 4 && Math.abs(to[1] - start[1]) < 4) { const found = near(to); if (found) choose(found[0]); return; }
    const inside = (value, a, b) => value >= Math.min(a, b) && value <= Math.max(a, b), wanted = places.filter(one => inside(one[1], start[0], to[0]) && inside(one[2], start[1], to[1])).map(one => one[0]);
    if (wanted.length) { subset(wanted.map(i => data.record[i])); draw(); }
  });
  return {draw};
};
