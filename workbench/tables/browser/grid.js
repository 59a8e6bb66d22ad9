const unpack = async packed => new Response(new Blob([Uint8Array.from(atob(packed), c => c.charCodeAt(0))])
  .stream().pipeThrough(new DecompressionStream('gzip'))).text();
const make = (tag, cls, text) => {
  const element = document.createElement(tag);
  if (cls) element.className = cls;
  if (text !== undefined) element.textContent = text;
  return element;
};
const find = () => new Promise(done => {
  const limit = Date.now() + 20000;
  const look = () => {
    const element = document.querySelector('[data-wb-grid="' + UID + '"]:not([data-wb-drawn])');
    if (element || Date.now() > limit) done(element); else setTimeout(look, 30);
  };
  look();
});
const digits = value => value === null ? '—' : value.toFixed(WORDS.decimals);
const two = value => value === null ? '—' : value.toFixed(2);
const known = values => values.filter(value => value !== null);
const svgNode = text => document.importNode(new DOMParser().parseFromString(text, 'image/svg+xml').documentElement, true);
// Height of a row, and the width below which a compound takes two lines of a phone instead of one.
const WIDE = 118, NARROW = 216, NARROW_BELOW = 640;
// The order the rows begin in.
const FIRST = COLUMNS[1].key;
const TEMPLATE = COLUMNS.map(column => column.width).join(' ');

const start = async () => {
  const root = await find();
  if (!root) return;
  root.setAttribute('data-wb-drawn', 'waiting');
  let data;
  try { data = JSON.parse(await unpack(PACKED)); } catch (error) {
    root.setAttribute('data-wb-drawn', 'failed');
    const line = root.querySelector('.wb-say');
    if (line) line.textContent = 'The whole table could not be opened: ' + (error.message || error) + '.';
    return;
  }
  const rows = data.smiles.map((_, i) => i);
  const state = {row: WIDE, sort: FIRST, down: false, text: '', domain: false, fresh: false, limits: {}, ticked: new Set(), shown: rows, current: -1, matches: null};
  const low = !data.lower ? 0 : Math.floor(known(data.lower).reduce((a, b) => Math.min(a, b), Infinity)), high = !data.upper ? 0 : Math.ceil(known(data.upper).reduce((a, b) => Math.max(a, b), -Infinity));
  root.querySelectorAll('.wb-flatgrid').forEach(element => element.remove());

  const bar = make('div', 'wb-bar2');
  const search = make('input'); search.type = 'search'; search.placeholder = 'name, SMILES, flag'; search.setAttribute('aria-label', 'Search'); search.size = 22;
  const smarts = make('input'); smarts.type = 'search'; smarts.placeholder = 'substructure (SMARTS)'; smarts.setAttribute('aria-label', 'SMARTS'); smarts.size = 22;
  const domain = make('input'); domain.type = 'checkbox';
  const fresh = make('input'); fresh.type = 'checkbox';
  const labelled = (box, text) => { const label = make('label'); label.append(box, make('span', '', text)); return label; };
  const save = make('button', '', 'Save CSV'); save.title = 'The ticked rows, or all rows shown if none is ticked';
  const count = make('span', 'wb-count');
  bar.append(search, smarts);
  if (data.in_domain) bar.append(labelled(domain, 'in domain only'), labelled(fresh, 'hide training compounds'));
  const order = make('select'); order.setAttribute('aria-label', 'Sort by');
  for (const name of Object.keys(data.properties)) order.append(new Option('sort by ' + name, name));
  order.prepend(new Option('sort by …', '')); order.value = '';
  order.addEventListener('change', () => { if (order.value) { state.sort = order.value; state.down = false; refresh(); } });
  if (Object.keys(data.properties).length) bar.append(order);
  const limits = make('span'); limits.style.display = 'contents';
  bar.append(limits, save, count);
  root.style.setProperty('--wb-columns', TEMPLATE);
  const head = make('div', 'wb-head');
  for (const column of COLUMNS) {
    if (column.key === 'ticked') {
      const all = make('input'); all.type = 'checkbox'; all.title = 'Tick all rows shown'; all.setAttribute('aria-label', 'Tick all');
      all.addEventListener('change', () => { state.shown.forEach(i => all.checked ? state.ticked.add(i) : state.ticked.delete(i)); changed(); });
      head.append(all); continue;
    }
    if (column.key === 'drawing' || column.key === 'properties' || column.key === 'flags') { head.append(make('span', '', column.title)); continue; }
    const button = make('button', '', column.title); button.dataset.key = column.key;
    button.addEventListener('click', () => {
      if (state.sort === column.key) state.down = !state.down; else { state.sort = column.key; state.down = column.key === 'affinity' || column.key === 'similarity'; }
      order.value = '';
      refresh();
    });
    head.append(button);
  }
  const scroll = make('div', 'wb-scroll'); scroll.tabIndex = 0; scroll.setAttribute('role', 'listbox'); scroll.setAttribute('aria-label', 'Hits');
  const space = make('div'); space.style.position = 'relative'; scroll.append(space);
  root.append(bar, head, scroll);

  const interval = i => {
    const x = value => (4 + 192 * (value - low) / Math.max(high - low, 1e-9)).toFixed(1);
    const colour = data.in_domain[i] ? '#0072B2' : '#b07a1b';
    return svgNode("<svg xmlns='http://www.w3.org/2000/svg' class='wb-int' viewBox='0 0 200 26' preserveAspectRatio='none'>" +
      "<line x1='4' x2='196' y1='17' y2='17' stroke='#aab3bd' stroke-width='1'/>" +
      "<line x1='" + x(data.lower[i]) + "' x2='" + x(data.upper[i]) + "' y1='17' y2='17' stroke='" + colour + "' stroke-width='5' stroke-opacity='0.45'/>" +
      "<ellipse cx='" + x(data.affinity[i]) + "' cy='17' rx='4' ry='5' fill='" + colour + "'/></svg>");
  };
  const shows = key => COLUMNS.some(column => column.key === key);
  const facts = i => Object.entries(data.properties).map(([name, values]) =>
    name + ' ' + (values[i] === null ? '—' : Number.isInteger(values[i]) ? values[i] : values[i].toFixed(1)));
  const cells = {
    ticked: i => {
      const box = make('input'); box.type = 'checkbox'; box.checked = state.ticked.has(i); box.setAttribute('aria-label', 'Tick ' + data.name[i]);
      box.addEventListener('change', () => { box.checked ? state.ticked.add(i) : state.ticked.delete(i); changed(); });
      return box;
    },
    rank: i => make('span', 'wb-n', data.rank[i]),
    record: i => make('span', 'wb-n', data.record[i]),
    drawing: i => {
      const cell = make('div', 'wb-draw');
      if (data.drawing[i]) { const svg = svgNode(data.drawing[i]); mark(svg, i); cell.append(svg); }
      else cell.append(make('span', 'wb-soft', 'no drawing'));
      return cell;
    },
    name: i => {
      const cell = make('div');
      cell.append(make('div', 'wb-name', data.name[i]));
      const smiles = make('div', 'wb-smiles', data.smiles[i]); smiles.title = data.smiles[i]; cell.append(smiles);
      cell.append(make('div', 'wb-soft', [data.source[i].split('/').pop() + ' · record ' + data.number[i], ...(shows('properties') ? [] : facts(i))].join(' · ')));
      if (!shows('flags')) cell.append(cells.flags(i));
      return cell;
    },
    properties: i => {
      const cell = make('div', 'wb-facts');
      facts(i).forEach(text => cell.append(make('span', '', text)));
      return cell;
    },
    flags: i => {
      const cell = make('div');
      (data.flags[i] || []).slice(0, 4).forEach(flag => cell.append(make('span', 'wb-tag wb-warn', flag)));
      return cell;
    },
    affinity: i => {
      const cell = make('div');
      const line = make('div');
      line.append(make('span', 'wb-big', digits(data.affinity[i])), make('span', 'wb-soft', '  ' + WORDS.of));
      const ends = make('div', 'wb-soft', WORDS.interval + ' ' + digits(data.lower[i]) + ' to ' + digits(data.upper[i]));
      cell.append(line, interval(i), ends);
      return cell;
    },
    similarity: i => {
      const cell = make('div');
      cell.append(make('div', '', data.nearest[i] || '—'), make('div', 'wb-soft', 'similarity ' + two(data.similarity[i])));
      if (data.known[i]) cell.append(make('span', 'wb-tag wb-good', 'seen in training'));
      cell.append(make('span', 'wb-tag' + (data.in_domain[i] ? '' : ' wb-warn'), data.in_domain[i] ? 'in domain' : 'out of domain'));
      return cell;
    },
  };
  const drawn = new Map();
  const paint = () => {
    const first = Math.max(0, Math.floor(scroll.scrollTop / state.row) - 3);
    const last = Math.min(state.shown.length, Math.ceil((scroll.scrollTop + scroll.clientHeight) / state.row) + 3);
    const wanted = new Map();
    for (let at = first; at < last; at++) wanted.set(state.shown[at], at);
    for (const [i, element] of drawn) if (!wanted.has(i)) { element.remove(); drawn.delete(i); }
    for (const [i, at] of wanted) {
      let element = drawn.get(i);
      if (!element) {
        element = make('div', 'wb-row'); element.style.height = state.row + 'px';
        element.setAttribute('role', 'option'); element.dataset.row = i;
        for (const column of COLUMNS) { const cell = cells[column.key](i); element.append(cell); }
        element.addEventListener('click', event => { if (event.target.tagName !== 'INPUT') choose(i); });
        space.append(element); drawn.set(i, element);
      }
      element.style.top = at * state.row + 'px';
      element.setAttribute('aria-selected', String(i === state.current));
    }
  };
  const choose = i => {
    state.current = i; paint();
    root.dispatchEvent(new CustomEvent('wb-choose', {bubbles: true, detail: {row: i, record: data.record[i], rank: data.rank ? data.rank[i] : null}}));
  };
  // Ticks are kept by the browser under the content of the table, so they survive a reload and a restart.
  const memory = 'workbench ticks ' + KEY;
  const remember = () => { try {
    state.ticked.size ? localStorage.setItem(memory, JSON.stringify([...state.ticked].map(i => data.record[i]))) : localStorage.removeItem(memory);
  } catch (error) { /* a page from disk may have no storage */ } };
  try {
    const kept = new Set(JSON.parse(localStorage.getItem(memory) || '[]'));
    rows.forEach(i => { if (kept.has(data.record[i])) state.ticked.add(i); });
  } catch (error) { /* nothing kept */ }
  const changed = () => {
    remember();
    drawn.forEach((element, i) => { element.querySelector('input').checked = state.ticked.has(i); });
    tell();
    root.dispatchEvent(new CustomEvent('wb-select', {bubbles: true, detail: {records: [...state.ticked].map(i => data.record[i])}}));
  };
  const tell = () => {
    count.textContent = state.shown.length.toLocaleString('en') + ' of ' + rows.length.toLocaleString('en') + ' shown' +
      (state.ticked.size ? ', ' + state.ticked.size.toLocaleString('en') + ' ticked' : '') + (state.problem ? ' · ' + state.problem : '');
  };
  const refresh = () => {
    const words = state.text.toLowerCase().split(/\s+/).filter(Boolean);
    state.shown = rows.filter(i => (!state.domain || data.in_domain[i]) && (!state.fresh || !data.known[i]) && (!state.matches || state.matches.has(i)) &&
      Object.entries(state.limits).every(([key, [from, to]]) => data.properties[key][i] !== null && data.properties[key][i] >= from && data.properties[key][i] <= to) &&
      words.every(word => (data.name[i] + ' ' + data.smiles[i] + ' ' + (data.nearest ? data.nearest[i] : '') + ' ' + (data.flags[i] || []).join(' ')).toLowerCase().includes(word)));
    const values = data[state.sort] || data.properties[state.sort], sign = state.down ? -1 : 1;
    const compare = typeof values[0] === 'string' ? (a, b) => values[a].localeCompare(values[b]) : (a, b) => (values[a] === null) - (values[b] === null) || values[a] - values[b];
    state.shown.sort((a, b) => sign * compare(a, b) || data[FIRST][a] - data[FIRST][b]);
    head.querySelectorAll('button').forEach(button => button.dataset.key === state.sort
      ? button.setAttribute('aria-sort', state.down ? 'descending' : 'ascending') : button.removeAttribute('aria-sort'));
    space.style.height = Math.max(state.shown.length * state.row, 30) + 'px';
    scroll.style.height = Math.min(Math.max(state.shown.length, 1) * state.row, HEIGHT) + 2 + 'px';
    drawn.forEach(element => element.remove()); drawn.clear();
    space.querySelectorAll('.wb-none').forEach(element => element.remove());
    if (!state.shown.length) space.append(make('div', 'wb-none', 'No row fits.'));
    scroll.scrollTop = 0; tell(); paint();
  };
  // Lines between matched atoms are drawn over in colour; the drawing says which atoms a line joins.
  const mark = (svg, i) => {
    const atoms = state.matches && state.matches.get(i);
    if (!atoms) return;
    const wanted = new Set(atoms);
    svg.querySelectorAll('path[class*="bond-"]').forEach(path => {
      const ends = [...path.classList].filter(c => c.startsWith('atom-')).map(c => +c.slice(5));
      if (ends.length === 2 && ends.every(end => wanted.has(end))) { path.setAttribute('stroke', '#d0006f'); path.setAttribute('stroke-width', '3'); }
    });
  };
  search.addEventListener('input', () => { state.text = search.value; refresh(); });
  domain.addEventListener('change', () => { state.domain = domain.checked; refresh(); });
  fresh.addEventListener('change', () => { state.fresh = fresh.checked; refresh(); });
  smarts.addEventListener('change', () => {
    state.problem = ''; state.matches = null;
    if (smarts.value.trim()) {
      try { state.matches = substructure.search(smarts.value.trim(), data.smiles); } catch (error) { state.problem = error.message; }
    }
    refresh();
  });
  for (const key of Object.keys(data.properties || {})) {
    const box = make('span'); box.style.display = 'inline-flex'; box.style.gap = '3px'; box.style.alignItems = 'center';
    const ends = ['min', 'max'].map((hint, side) => {
      const input = make('input'); input.type = 'number'; input.step = 'any'; input.placeholder = hint; input.style.width = '62px'; input.setAttribute('aria-label', key + ' ' + hint);
      input.addEventListener('change', () => {
        const now = state.limits[key] || [-Infinity, Infinity];
        now[side] = input.value === '' ? (side ? Infinity : -Infinity) : +input.value;
        state.limits[key] = now; refresh();
      });
      return input;
    });
    box.append(make('span', 'wb-soft', key), ends[0], make('span', 'wb-soft', '–'), ends[1]);
    limits.append(box);
  }
  save.addEventListener('click', () => {
    const titles = Object.keys(data.properties);
    const chosen = state.ticked.size ? state.shown.filter(i => state.ticked.has(i)) : state.shown;
    // As screening/engine/csv_table.py: one line, nothing that does not print, no text that a spreadsheet would run.
    const breaks = /\r\n|[\t\n\v\f\r\x1c-\x1e\x85\u2028\u2029]/g;
    const hidden = /[\x00-\x1f\x7f-\x9f\xad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]/g;
    const spelt = found => '\\u' + found.charCodeAt(0).toString(16).padStart(4, '0');
    const field = value => {
      let text = Array.isArray(value) ? value.join('; ') : String(value ?? '');
      if (typeof value !== 'number') text = text.replace(breaks, ' ').replace(hidden, spelt);
      if (typeof value !== 'number' && /^\s*[=+\-@＝＋－＠]/.test(text)) text = "'" + text;
      return /[",]/.test(text) ? '"' + text.replace(/"/g, '""') + '"' : text;
    };
    const text = [[...SAVED, ...titles].map(field).join(','), ...chosen.map(i => [...SAVED.map(name => data[name][i]), ...titles.map(name => data.properties[name][i])].map(field).join(','))].join('\r\n') + '\r\n';
    const link = make('a'); link.href = URL.createObjectURL(new Blob([text], {type: 'text/csv'})); link.download = 'hits.csv'; link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 10000);
  });
  scroll.addEventListener('scroll', () => requestAnimationFrame(paint), {passive: true});
  scroll.addEventListener('keydown', event => {
    const step = {ArrowDown: 1, ArrowUp: -1, Home: -rows.length, End: rows.length}[event.key];
    if (!step) return;
    event.preventDefault();
    const at = Math.min(Math.max(state.shown.indexOf(state.current) + step, 0), state.shown.length - 1);
    if (at < 0) return;
    const top = at * state.row;
    if (top < scroll.scrollTop) scroll.scrollTop = top;
    else if (top + state.row > scroll.scrollTop + scroll.clientHeight) scroll.scrollTop = top + state.row - scroll.clientHeight;
    choose(state.shown[at]);
  });
  const fit = () => {
    const narrow = root.clientWidth > 0 && root.clientWidth < NARROW_BELOW;
    const changes = narrow !== root.classList.contains('wb-narrow');
    root.classList.toggle('wb-narrow', narrow);
    state.row = narrow ? NARROW : WIDE;
    if (changes) refresh(); else paint();
  };
  new ResizeObserver(fit).observe(root);
  root.workbench = {data, state, choose, tick: records => { state.ticked = new Set(rows.filter(i => records.includes(data.record[i]))); changed(); }};
  refresh();
  root.setAttribute('data-wb-drawn', 'yes');
  root.dispatchEvent(new CustomEvent('wb-drawn', {bubbles: true}));
};
start();
