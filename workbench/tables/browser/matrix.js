// The heat map of a matrix: sorts, filters, and opens a compound. Rows outside the window are not drawn.
const unpack = async packed => new Response(new Blob([Uint8Array.from(atob(packed), c => c.charCodeAt(0))])
  .stream().pipeThrough(new DecompressionStream('gzip'))).text();
const el = (tag, name, text) => {
  const one = document.createElement(tag);
  if (name) one.className = name;
  if (text !== undefined) one.textContent = text;
  return one;
};
const RAMP = [[247, 247, 244], [158, 202, 225], [33, 102, 172], [8, 48, 107]];
const shade = part => {
  const at = Math.min(Math.max(part, 0), 1) * (RAMP.length - 1), low = Math.min(Math.floor(at), RAMP.length - 2);
  const mix = RAMP[low].map((value, i) => Math.round(value + (RAMP[low + 1][i] - value) * (at - low)));
  return 'rgb(' + mix.join(',') + ')';
};
const fixed = (value, digits) => value === null || value === undefined ? '–' : value.toFixed(digits);
const workbenchMatrix = (root, data, options) => {
  const {columns, numbers, low, high} = options, count = data.name.length, ROW = 26;
  const place = value => (value - low) / Math.max(high - low, 1e-6);
  let sorted = {by: 'rank', at: -1, down: false}, order = [], chosen = -1;
  root.textContent = '';
  const bar = el('div', 'mx-bar');
  const search = el('input'); search.type = 'search'; search.placeholder = 'name, SMILES or flag'; search.setAttribute('aria-label', 'Search');
  const least = el('input'); least.type = 'number'; least.step = '0.1'; least.setAttribute('aria-label', 'At least');
  const which = el('select'); which.setAttribute('aria-label', 'Target of the filter');
  which.append(new Option(options.docked ? 'the best structure' : 'the target of each', '-1'), ...columns.map((column, at) => new Option(column.name, at)));
  const gap = el('input'); gap.type = 'number'; gap.step = '0.1'; gap.setAttribute('aria-label', 'Least difference');
  const inside = el('input'); inside.type = 'checkbox';
  const label = (text, ...inputs) => { const one = el('label'); one.append(text, ...inputs); return one; };
  const tally = el('span', 'mx-count');
  const scale = el('span', 'mx-scale'); scale.append(fixed(low, 1), el('i'), fixed(high, 1) + ' ' + options.kind);
  bar.append(search, label('at least', least, 'for', which));
  if (options.differs) bar.append(label('difference ≥', gap));
  if (!options.docked) bar.append(label('', inside, 'in domain only'));
  bar.append(scale, tally);
  const body = el('div', 'mx-body'), scroll = el('div', 'mx-scroll'), panel = el('aside', 'mx-panel');
  panel.hidden = true;
  const tall = Math.min(Math.max(count * ROW + 150, 240), Math.round(window.innerHeight * .78));
  scroll.style.maxHeight = tall + 'px';
  const head = el('div', 'mx-head'), space = el('div');
  space.style.position = 'relative';
  scroll.append(head, space);
  body.append(scroll, panel);
  root.append(bar, body);
  const narrow = () => root.clientWidth < 620;
  const widths = () => {
    root.style.setProperty('--mx-who', narrow() ? '118px' : '190px');
    const left = scroll.clientWidth - (narrow() ? 118 : 190) - numbers.reduce((sum, one) => sum + (one.wide ? 128 : 64), 0);
    root.style.setProperty('--mx-cell', Math.min(Math.max(left / columns.length, 34), 64) + 'px');
  };
  const heading = (name, text, key, at, title) => {
    const cell = el('div', name), button = el('button', '', text);
    button.title = title || 'Sort by ' + text;
    button.onclick = () => {
      const same = sorted.by === key && sorted.at === at;
      sorted = {by: key, at, down: same ? !sorted.down : key !== 'rank'};
      update();
    };
    cell.append(button); cell.dataset.key = key + ':' + at;
    return cell;
  };
  head.append(heading('mx-who', 'Compound', 'rank', -1, 'Sort by rank'));
  columns.forEach((column, at) => head.append(heading('mx-cell', column.name, 'affinity', at, column.name + ', ' + column.kind)));
  numbers.forEach(one => head.append(heading('mx-number' + (one.wide ? ' mx-wide' : ''), one.title, one.key, -1, one.description)));
  const valueOf = row => sorted.at >= 0 ? data.affinity[row][sorted.at] : sorted.by === 'rank' ? row : data[sorted.by][row];
  const update = () => {
    const text = search.value.trim().toLowerCase(), floor = least.value === '' ? null : +least.value;
    const wide = gap.value === '' ? null : +gap.value, at = +which.value;
    order = [];
    for (let row = 0; row < count; row++) {
      if (inside.checked && !data.in_domain[row]) continue;
      if (floor !== null) {
        const one = at >= 0 ? at : data.target[row];
        const value = one >= 0 ? data.affinity[row][one] : Math.max(...data.affinity[row]);
        if (value === null || value < floor) continue;
      }
      if (wide !== null && !(data.difference[row] >= wide)) continue;
      if (text && !(data.name[row] + ' ' + data.smiles[row] + ' ' + data.flags[row].join(' ')).toLowerCase().includes(text)) continue;
      order.push(row);
    }
    const turn = sorted.down ? -1 : 1;
    order.sort((a, b) => {
      const x = valueOf(a), y = valueOf(b);
      if (x === null || y === null) return (x === null) - (y === null) || a - b;
      return turn * (x - y) || a - b;
    });
    head.querySelectorAll('[data-key]').forEach(cell => {
      if (cell.dataset.key === sorted.by + ':' + sorted.at) cell.setAttribute('aria-sort', sorted.down ? 'descending' : 'ascending');
      else cell.removeAttribute('aria-sort');
    });
    tally.textContent = order.length.toLocaleString('en') + ' of ' + count.toLocaleString('en') + ' hits';
    space.style.height = order.length * ROW + 'px';
    scroll.scrollTop = 0;
    draw();
  };
  const line = (row, top) => {
    const one = el('div', 'mx-line');
    one.style.top = top + 'px'; one.tabIndex = 0; one.dataset.row = row;
    one.setAttribute('aria-selected', row === chosen);
    const who = el('div', 'mx-who');
    who.append(el('span', 'mx-rank', data.rank[row]), data.name[row]);
    who.title = data.name[row] + '\n' + data.smiles[row];
    if (!data.in_domain[row]) { const out = el('span', 'mx-out', '◇'); out.title = 'outside the domain of the model'; who.append(out); }
    one.append(who);
    columns.forEach((column, at) => {
      const value = data.affinity[row][at], cell = el('div', 'mx-cell' + (at === data.target[row] ? ' mx-best' : ''));
      if (value !== null) {
        const part = place(value);
        cell.textContent = value.toFixed(1);
        cell.style.background = shade(part); cell.style.color = part > .56 ? '#fff' : '#1c2430';
        cell.title = column.name + ': ' + column.kind + ' ' + value.toFixed(2) + (options.docked ? '' : ' (' + fixed(data.lower[row][at], 2) + ' to ' + fixed(data.upper[row][at], 2) + ')');
      }
      one.append(cell);
    });
    numbers.forEach(number => {
      let text = fixed(data[number.key][row], number.decimals);
      if (number.wide && data[number.key][row] !== null) text += ' (' + fixed(data[number.key + '_lower'][row], 1) + ' to ' + fixed(data[number.key + '_upper'][row], 1) + ')';
      one.append(el('div', 'mx-number' + (number.wide ? ' mx-wide' : ''), text));
    });
    one.onclick = () => open(row);
    one.onkeydown = event => {
      if (event.key === 'Enter' || event.key === ' ') { event.preventDefault(); open(row); }
      const step = {ArrowDown: 1, ArrowUp: -1}[event.key];
      if (step) {
        event.preventDefault();
        const next = order[order.indexOf(row) + step];
        if (next !== undefined) {
          const place = order.indexOf(next) * ROW;
          if (place < scroll.scrollTop) scroll.scrollTop = place;
          if (place + ROW * 2 > scroll.scrollTop + scroll.clientHeight - head.offsetHeight) scroll.scrollTop = place + ROW * 3 - scroll.clientHeight + head.offsetHeight;
          draw();
          const target = space.querySelector('[data-row="' + next + '"]');
          if (target) target.focus({preventScroll: true});
          if (!panel.hidden) open(next);
        }
      }
    };
    return one;
  };
  const draw = () => {
    widths();
    const first = Math.max(Math.floor(scroll.scrollTop / ROW) - 6, 0);
    const last = Math.min(first + Math.ceil(scroll.clientHeight / ROW) + 14, order.length);
    const focused = document.activeElement && document.activeElement.dataset ? document.activeElement.dataset.row : undefined;
    space.textContent = '';
    space.style.width = head.scrollWidth + 'px';
    for (let at = first; at < last; at++) space.append(line(order[at], at * ROW));
    if (focused !== undefined) { const again = space.querySelector('[data-row="' + focused + '"]'); if (again) again.focus({preventScroll: true}); }
  };
  const open = row => {
    chosen = row;
    panel.hidden = false;
    panel.textContent = '';
    const close = el('button', 'mx-close', '×'); close.setAttribute('aria-label', 'Close');
    close.onclick = () => { panel.hidden = true; chosen = -1; draw(); };
    const drawing = el('div', 'mx-draw'); drawing.innerHTML = data.drawing[row];
    panel.append(close, el('h3', '', data.rank[row] + '. ' + data.name[row]), drawing, el('p', 'mx-smiles', data.smiles[row]));
    if (options.docked) panel.append(el('p', '', 'Best in ' + columns[data.target[row]].name + '; a pose in ' + data.poses[row] + ' of ' + columns.length + ' structures.'));
    else panel.append(el('p', '', (data.in_domain[row] ? 'In the domain' : 'Outside the domain') + '; nearest training compound ' + data.nearest[row] + ' (' + fixed(data.similarity[row], 2) + ')' + (data.known[row] ? '; was trained on' : '') + '.'));
    if (data.off_target[row] >= 0) panel.append(el('p', '', columns[data.target[row]].name + ' over ' + columns[data.off_target[row]].name + ': ' + fixed(data.difference[row], 2) + ' log units (90 % interval ' + fixed(data.difference_lower[row], 2) + ' to ' + fixed(data.difference_upper[row], 2) + ').'));
    if (data.flags[row].length) panel.append(el('p', 'mx-flags', data.flags[row].join('; ')));
    const bars = el('div', 'mx-bars');
    const ranked = columns.map((_, at) => at).filter(at => data.affinity[row][at] !== null).sort((a, b) => data.affinity[row][b] - data.affinity[row][a]);
    for (const at of ranked.slice(0, 60)) {
      const x = value => (4 + 92 * Math.min(Math.max((value - options.least) / Math.max(options.most - options.least, 1e-6), 0), 1)).toFixed(1);
      const svg = '<svg viewBox="0 0 100 14" preserveAspectRatio="none" role="img"><line x1="' + x(options.docked ? options.least : data.lower[row][at]) + '" x2="' + x(options.docked ? data.affinity[row][at] : data.upper[row][at]) + '" y1="7" y2="7" stroke="#9aa5b1" stroke-width="2" vector-effect="non-scaling-stroke"/><line x1="' + x(data.affinity[row][at]) + '" x2="' + x(data.affinity[row][at]) + '" y1="1" y2="13" stroke="' + (at === data.target[row] ? '#d55e00' : '#2f7fc1') + '" stroke-width="4" vector-effect="non-scaling-stroke"/></svg>';
      const picture = el('span'); picture.innerHTML = svg;
      const name = el('span', '', columns[at].name); name.title = columns[at].name;
      bars.append(name, picture, el('b', '', data.affinity[row][at].toFixed(2)));
    }
    panel.append(bars);
    if (ranked.length > 60) panel.append(el('p', '', (ranked.length - 60) + ' weaker targets are in the map.'));
    draw();
  };
  for (const input of [search, least, gap]) input.oninput = update;
  for (const input of [which, inside]) input.onchange = update;
  let waiting = false;
  const later = () => { if (!waiting) { waiting = true; requestAnimationFrame(() => { waiting = false; draw(); }); } };
  scroll.onscroll = later;
  new ResizeObserver(later).observe(root);
  update();
  root.setAttribute('data-wb-drawn', 'yes');
};
const find = () => new Promise(done => {
  const limit = Date.now() + 20000;
  const look = () => {
    const element = document.querySelector('[data-wb-matrix="' + UID + '"]:not([data-wb-drawn])');
    if (element || Date.now() > limit) done(element); else setTimeout(look, 30);
  };
  look();
});
(async () => {
  const root = await find();
  if (!root) return;
  root.setAttribute('data-wb-drawn', 'waiting');
  try { workbenchMatrix(root, JSON.parse(await unpack(PACKED)), OPTIONS); } catch (error) {
    root.setAttribute('data-wb-drawn', 'failed');
    const line = root.querySelector('.wb-say');
    if (line) line.textContent = 'The whole map could not be opened: ' + (error.message || error) + '.';
  }
})();
