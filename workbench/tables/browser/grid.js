// workbenchGrid(root, options): rows of compounds that scroll by the thousand; only those in sight are on the page.
// data: arrays by column name, as long as data.smiles; columns: what may be shown; draw(i, cell): puts a drawing there.

// Height of a row, of one on a phone, of a small one beside something else, and of the head of a group.
const WIDE = 118, NARROW = 216, SMALL = 92, GROUP = 36, NARROW_BELOW = 640;
// Least width of a card, and the height of a line of them.
const CARD = 214, CARD_HEIGHT = 238;

const workbenchGrid = (root, options) => {
  const {data, words, saved, height} = options;
  const rows = data.smiles.map((_, i) => i);
  const columns = new Map(options.columns.map(column => [column.key, column]));
  // The order the rows begin in.
  const first = options.first || options.columns[1].key;
  const state = {
    row: options.small ? SMALL : WIDE, sorts: words.sorts || [{key: first, down: false}], text: '', domain: false, fresh: false, limits: {}, ticked: new Set(), shown: rows, items: [], tops: [], current: -1, matches: null, smarts: '', refused: '',
    order: options.columns.map(column => column.key), hidden: new Set(options.columns.filter(column => column.hidden).map(column => column.key)),
    frozen: 0, filtering: false, cards: false, printing: false, filters: {}, group: '', closed: new Set(), subset: null, problem: '',
  };
  const values = key => data[key] || (data.properties || {})[key] || (data.properties || {})[(options.titles || {})[key]];
  const shows = key => columns.has(key) && !state.hidden.has(key);
  const visible = () => state.order.map(key => columns.get(key)).filter(column => column && !state.hidden.has(column.key));
  const downFirst = key => key === 'affinity' || key === 'similarity' || (columns.get(key) || {}).higher_is_better === true;
  root.querySelectorAll('.wb-flatgrid').forEach(element => element.remove());
  if (options.small) root.classList.add('wb-small', 'wb-narrow');

  const bar = make('div', 'wb-bar2');
  const search = make('input'); search.type = 'search'; search.placeholder = 'name, SMILES, flag'; search.setAttribute('aria-label', 'Search'); search.size = 22;
  const smarts = make('input'); smarts.type = 'search'; smarts.placeholder = 'substructure (SMARTS)'; smarts.setAttribute('aria-label', 'SMARTS'); smarts.size = 22;
  const domain = make('input'); domain.type = 'checkbox';
  const fresh = make('input'); fresh.type = 'checkbox';
  const labelled = (box, text) => { const label = make('label'); label.append(box, make('span', '', text)); return label; };
  const save = make('button', '', 'Save CSV'); save.title = 'The ticked rows that are shown, or all rows shown if none is ticked; in the order shown';
  const count = make('span', 'wb-count'); count.setAttribute('role', 'status');
  bar.append(search, smarts);
  if (data.in_domain) bar.append(labelled(domain, 'in domain only'), labelled(fresh, 'hide training compounds'));
  const order = make('select'); order.setAttribute('aria-label', 'Sort by');
  for (const name of Object.keys(data.properties || {})) order.append(new Option('sort by ' + name, name));
  order.prepend(new Option('sort by …', '')); order.value = '';
  order.addEventListener('change', () => { if (order.value) { state.sorts = [{key: order.value, down: false}]; refresh(); } });
  if (Object.keys(data.properties || {}).length) bar.append(order);
  const limits = make('span', 'wb-contents'); bar.append(limits);
  const grouping = make('select'); grouping.setAttribute('aria-label', 'Group by');
  grouping.append(new Option('no groups', ''));
  for (const [key, title] of options.groups || []) if (values(key)) grouping.append(new Option('group by ' + title, key));
  grouping.addEventListener('change', () => { state.group = grouping.value; state.closed.clear(); refresh(); });
  if (grouping.options.length > 1) bar.append(grouping);
  const filters = make('button', '', 'Filters'); filters.setAttribute('aria-pressed', 'false');
  filters.addEventListener('click', () => { state.filtering = !state.filtering; if (!state.filtering) state.filters = {}; rebuild(); });
  const choosing = make('button', '', 'Columns'); choosing.setAttribute('aria-expanded', 'false');
  const chooser = make('div', 'wb-chooser'); chooser.hidden = true;
  choosing.addEventListener('click', () => { chooser.hidden = !chooser.hidden; choosing.setAttribute('aria-expanded', String(!chooser.hidden)); if (!chooser.hidden) header.panel(chooser); });
  // Buttons that decide, shown once somebody is there to write it down.
  const deciding = make('span', 'wb-deciding'); deciding.hidden = true; deciding.setAttribute('role', 'group'); deciding.setAttribute('aria-label', 'Decide');
  // What a page or notebook has beyond a bare list: a chart, a score of aims, cards, and rows that open.
  const panels = make('div', 'wb-panels'), detail = make('div', 'wb-detailbox'); detail.hidden = true; detail.tabIndex = -1; detail.setAttribute('role', 'region'); detail.setAttribute('aria-label', 'The row that is open');
  const toggled = (name, work) => { const button = make('button', '', name), box = make('div', 'wb-panel'); box.hidden = true; button.setAttribute('aria-expanded', 'false'); panels.append(box); button.addEventListener('click', () => { box.hidden = !box.hidden; button.setAttribute('aria-expanded', String(!box.hidden)); if (!box.hidden) work(box); }); return button; };
  let chart = null, scoring = null, opened = null;
  bar.append(filters, choosing);
  if (options.rich) {
    const numeric = () => [...columns.keys(), ...Object.keys(data.properties || {}), ...['map_x', 'map_y'].filter(key => data[key])].filter((key, at, all) => all.indexOf(key) === at && values(key) && values(key).some(value => typeof value === 'number') && !['number', 'record'].includes(key));
    const heading = key => key === 'map_x' ? 'map of structures (t-SNE), first axis' : key === 'map_y' ? 'second axis' : (columns.get(key) || {}).title || key;
    bar.append(toggled('Chart', box => {
      if (!chart) chart = gridChart({box, data, names: numeric(), values, title: heading, shown: () => state.shown, subset: records => { state.subset = records ? new Set(records) : null; refresh(); }, choose: i => { reveal(i); choose(i); }, drawing: (i, cell) => draw(i, cell), told: options.mapNote});
      chart.draw();
    }));
    if (data.affinity) bar.append(toggled('Score', box => {
      if (!scoring) scoring = gridScore({box, values, count: rows.length, start: words.profile || 'oral', done: found => {
        Object.assign(data, found); ['mpo', 'pareto'].forEach(key => state.hidden.delete(key));
        state.sorts = [{key: 'mpo', down: true}]; rebuild();
      }});
      scoring.read();
    }));
    const cards = make('button', '', 'Cards'); cards.setAttribute('aria-pressed', 'false');
    cards.addEventListener('click', () => { state.cards = !state.cards; cards.setAttribute('aria-pressed', String(state.cards)); rebuild(); });
    bar.append(cards);
    opened = gridDetail({box: detail, data, words, columns, drawing: (i, cell) => draw(i, cell), values, closed: () => { state.current = -1; paint(); scroll.focus(); }});
  }
  bar.append(save, deciding, count);
  const scroll = make('div', 'wb-scroll'); scroll.tabIndex = 0; scroll.setAttribute('role', 'grid'); scroll.setAttribute('aria-label', options.label || 'Hits');
  const head = make('div', 'wb-head'); head.setAttribute('role', 'row');
  const headrows = make('div', 'wb-headrows'); headrows.setAttribute('role', 'rowgroup'); headrows.append(head);
  const space = make('div', 'wb-space'); space.setAttribute('role', 'rowgroup');
  scroll.append(headrows, space);
  root.append(bar, chooser, panels, scroll, detail);

  const drawn = new Map();
  const draw = options.draw || ((i, cell) => {
    if (data.drawing && data.drawing[i]) { const svg = svgNode(data.drawing[i]); markAtoms(svg, state.matches && state.matches.get(i)); cell.append(svg); }
    else cell.append(make('span', 'wb-soft', 'no drawing'));
  });
  const changed = () => {
    remember();
    drawn.forEach((element, item) => { const box = item.i !== undefined && element.querySelector('input'); if (box) box.checked = state.ticked.has(item.i); });
    tell();
    root.dispatchEvent(new CustomEvent('wb-select', {bubbles: true, detail: {records: [...state.ticked].map(i => data.record[i])}}));
  };
  const {cells: known, plain} = gridCells({data, words, state, shows, drawn: (i, cell) => draw(i, cell, state.matches && state.matches.get(i)), changed});
  const cells = {...known, ...options.extra};
  const filterable = column => column.key !== 'ticked' && column.key !== 'drawing' && column.key !== 'properties' && !!values(column.key);
  const header = gridHead({head, state, columns, visible, refresh: () => refresh(), rebuild: () => rebuild(), downFirst, filterable, cleared: () => { order.value = ''; },
    tickAll: on => { state.shown.forEach(i => on ? state.ticked.add(i) : state.ticked.delete(i)); changed(); }});

  const groupHead = item => {
    const element = make('div', 'wb-group'), open = make('button', '', (state.closed.has(item.value) ? '▸ ' : '▾ ') + item.title);
    element.setAttribute('role', 'row');
    const cell = make('div', 'wb-groupcell'); cell.setAttribute('role', 'gridcell');
    open.setAttribute('aria-expanded', String(!state.closed.has(item.value)));
    open.addEventListener('click', () => { state.closed.has(item.value) ? state.closed.delete(item.value) : state.closed.add(item.value); arrange(); paint(); });
    cell.append(open, make('span', 'wb-soft', item.members.length.toLocaleString('en') + (item.members.length === 1 ? ' row' : ' rows')));
    if (options.groupActions) cell.append(options.groupActions(item.members.map(i => data.record[i]), item.title));
    else {
      const tick = make('button', '', 'tick all'); tick.addEventListener('click', () => { item.members.forEach(i => state.ticked.add(i)); changed(); });
      cell.append(tick);
    }
    element.append(cell);
    return element;
  };
  const rowElement = i => {
    const element = make('div', 'wb-row'); element.style.height = state.row + 'px';
    element.setAttribute('role', 'row'); element.dataset.row = i; element.dataset.record = data.record[i];
    const shown = options.small || (root.classList.contains('wb-narrow') ? options.columns.filter(column => !column.plain).slice(0, 6) : visible());
    shown.forEach((column, at) => {
      const cell = ((!column.plain && cells[column.key]) || plain(column))(i); cell.setAttribute('role', 'gridcell');
      if (at < state.frozen && !root.classList.contains('wb-narrow')) { cell.classList.add('wb-frozen'); cell.style.left = lefts[at] + 'px'; }
      element.append(cell);
    });
    element.addEventListener('click', event => { if (event.target.tagName !== 'INPUT' && event.target.tagName !== 'BUTTON') choose(i); });
    return element;
  };
  const cardLine = item => {
    const line = make('div', 'wb-line'); line.setAttribute('role', 'row'); line.style.gridTemplateColumns = 'repeat(' + item.across + ',minmax(0,1fr))';
    for (const i of item.line) {
      const card = make('div', 'wb-card1'), top = make('div', 'wb-cardtop'); card.setAttribute('role', 'gridcell'); card.dataset.row = i; card.dataset.record = data.record[i];
      top.append(cells.ticked(i), make('b', '', (data.rank ? data.rank[i] + ' · ' : '') + data.name[i])); card.append(top, cells.drawing(i));
      if (data.affinity) {
        card.append(make('div', '', fixed(data.affinity[i], words.decimals) + ' ' + words.of), make('div', 'wb-soft', words.interval + ' ' + fixed(data.lower[i], words.decimals) + ' to ' + fixed(data.upper[i], words.decimals)));
        const near = data.nearest_measured && typeof data.nearest_measured[i] === 'number' ? ', measured ' + two(data.nearest_measured[i]) : '';
        card.append(make('div', 'wb-soft wb-clip2', 'near ' + (data.nearest[i] || '—') + ' (' + two(data.similarity[i]) + near + ')'));
        if (data.mpo && typeof data.mpo[i] === 'number') card.append(make('div', 'wb-soft', 'score ' + two(data.mpo[i])));
      } else card.append(cells.properties ? cells.properties(i) : make('div'));
      card.addEventListener('click', event => { if (event.target.tagName !== 'INPUT') choose(i); });
      line.append(card);
    }
    return line;
  };
  let lefts = [];
  const at = top => { let low = 0, high = state.tops.length - 1; while (low < high) { const middle = (low + high + 1) >> 1; state.tops[middle] <= top ? low = middle : high = middle - 1; } return low; };
  const paint = () => {
    const all = state.printing, top = all ? 0 : Math.max(0, scroll.scrollTop - 3 * state.row), bottom = all ? Infinity : scroll.scrollTop + scroll.clientHeight + 3 * state.row;
    const wanted = new Map();
    if (state.items.length) for (let place = at(top); place < state.items.length && state.tops[place] < bottom; place++) wanted.set(state.items[place], state.tops[place]);
    for (const [item, element] of drawn) if (!wanted.has(item)) { element.remove(); drawn.delete(item); }
    for (const [item, place] of wanted) {
      let element = drawn.get(item);
      if (!element) {
        element = item.line ? cardLine(item) : item.i === undefined ? groupHead(item) : rowElement(item.i);
        space.append(element); drawn.set(item, element);
      }
      element.style.top = place + 'px';
      if (item.i !== undefined) element.setAttribute('aria-selected', String(item.i === state.current));
      else if (item.line) [...element.children].forEach((card, k) => card.setAttribute('aria-selected', String(item.line[k] === state.current)));
    }
  };
  // Rows and heads of groups in order, with the place of each.
  const arrange = () => {
    const items = [], across = Math.max(1, Math.floor((scroll.clientWidth || root.clientWidth || 900) / CARD));
    const listed = members => { if (!state.cards) members.forEach(i => items.push({i})); else for (let k = 0; k < members.length; k += across) items.push({line: members.slice(k, k + across), across}); };
    if (state.group) {
      const groups = new Map(), by = values(state.group);
      for (const i of state.shown) { const value = by[i] ?? ''; if (!groups.has(value)) groups.set(value, []); groups.get(value).push(i); }
      const name = (columns.get(state.group) || {}).title || state.group;
      for (const [value, members] of groups) {
        items.push({value, members, title: name + ' ' + (value === '' ? 'none' : value)});
        if (!state.closed.has(value)) listed(members);
      }
    } else listed(state.shown);
    let top = 0;
    state.tops = items.map(item => { const place = top; top += item.line ? CARD_HEIGHT : item.i === undefined ? GROUP : state.row; return place; });
    state.items = items;
    space.style.height = Math.max(top, 30) + 'px';
    if (!options.fill) scroll.style.height = Math.min(Math.max(top, state.row), height) + headrows.offsetHeight + 2 + 'px';
    drawn.forEach(element => element.remove()); drawn.clear();
    space.querySelectorAll('.wb-none').forEach(element => element.remove());
    if (!state.shown.length) space.append(make('div', 'wb-none', state.refused || 'No row fits.'));
  };
  const measure = () => {
    const box = head.getBoundingClientRect();
    lefts = [...head.children].map(cell => cell.getBoundingClientRect().left - box.left);
    [...head.children].forEach((cell, place) => { const frozen = place < state.frozen; cell.classList.toggle('wb-frozen', frozen); cell.style.left = frozen ? lefts[place] + 'px' : ''; });
  };
  const rebuild = () => {
    root.classList.toggle('wb-cards', state.cards);
    const shown = visible(), least = shown.map(column => +(column.width.match(/(\d+)px/) || [0, 100])[1]);
    root.style.setProperty('--wb-columns', shown.map(column => column.width).join(' '));
    root.style.setProperty('--wb-least', least.reduce((a, b) => a + b + 10, 12) + 'px');
    filters.setAttribute('aria-pressed', String(state.filtering));
    header.draw(); measure(); refresh(true);
    root.dispatchEvent(new CustomEvent('wb-view', {bubbles: true}));
  };
  const choose = (i, quiet) => {
    state.current = i; paint();
    if (opened && !quiet) opened.show(i);
    if (!quiet) root.dispatchEvent(new CustomEvent('wb-choose', {bubbles: true, detail: {row: i, record: data.record[i], rank: data.rank ? data.rank[i] : null}}));
  };
  const reveal = i => {
    const place = state.items.findIndex(item => item.i === i || (item.line && item.line.includes(i)));
    if (place < 0) return;
    const top = state.tops[place], room = scroll.clientHeight - headrows.offsetHeight;
    if (top < scroll.scrollTop) scroll.scrollTop = top;
    else if (top + state.row > scroll.scrollTop + room) scroll.scrollTop = top + state.row - room;
  };
  // Ticks are kept by the browser under the content of the table, so they survive a reload and a restart.
  const memory = 'workbench ticks ' + options.memory;
  const remember = () => { try {
    state.ticked.size ? localStorage.setItem(memory, JSON.stringify([...state.ticked].map(i => data.record[i]))) : localStorage.removeItem(memory);
  } catch (error) { /* a page from disk may have no storage */ } };
  try {
    const kept = new Set(JSON.parse(localStorage.getItem(memory) || '[]'));
    rows.forEach(i => { if (kept.has(data.record[i])) state.ticked.add(i); });
  } catch (error) { /* nothing kept */ }
  const tell = () => {
    // What the button writes stands on it.
    const wanted = chosen().length;
    save.textContent = 'Save CSV: ' + wanted.toLocaleString('en') + (state.ticked.size ? ' ticked' : wanted === 1 ? ' row' : ' rows');
    save.disabled = !wanted;
    count.textContent = state.shown.length.toLocaleString('en') + ' of ' + rows.length.toLocaleString('en') + ' shown' +
      (state.ticked.size ? ', ' + state.ticked.size.toLocaleString('en') + ' ticked' : '') + (state.subset ? ', chosen in a chart' : '') + (state.problem ? ' · ' + state.problem : '');
  };
  const lookup = rows.map(() => '');
  const text = i => lookup[i] || (lookup[i] = (data.name[i] + ' ' + data.smiles[i] + ' ' + (data.nearest ? data.nearest[i] : '') + ' ' + (data.flags ? (data.flags[i] || []).join(' ') : '')).toLowerCase());
  const refresh = keep => {
    const terms = state.text.toLowerCase().split(/\s+/).filter(Boolean);
    const tests = Object.entries(state.filters).map(([key, said]) => [values(key), filterOf(said)]).filter(([found, test]) => found && test);
    state.shown = rows.filter(i => (!state.domain || data.in_domain[i]) && (!state.fresh || !data.known[i]) && (!state.matches || state.matches.has(i)) && (!state.subset || state.subset.has(data.record[i])) &&
      Object.entries(state.limits).every(([key, [from, to]]) => data.properties[key][i] !== null && data.properties[key][i] >= from && data.properties[key][i] <= to) &&
      tests.every(([found, test]) => test(found[i])) && terms.every(word => text(i).includes(word)));
    const keys = state.sorts.filter(sort => values(sort.key)).map(sort => {
      const found = values(sort.key), sign = sort.down ? -1 : 1, words = found.some(value => typeof value === 'string' || Array.isArray(value));
      const empty = value => value === null || value === undefined || value === '';
      // Rows without a value come last, whichever way they are sorted.
      return (a, b) => (empty(found[a]) - empty(found[b])) || (empty(found[a]) ? 0 : sign * (words ? String(found[a]).localeCompare(String(found[b])) : found[a] - found[b]));
    });
    state.shown.sort((a, b) => { for (const key of keys) { const less = key(a, b); if (less) return less; } return data[first][a] - data[first][b]; });
    header.told();
    arrange();
    if (keep !== true) scroll.scrollTop = 0;
    tell(); paint();
    if (chart && !panels.firstChild.hidden) chart.draw();
    root.dispatchEvent(new CustomEvent('wb-shown', {bubbles: true}));
  };
  // A pattern that is not understood shows no row and says why; many rows are searched in pieces, so that typing goes on.
  let searching = 0;
  const setSmarts = (said, typed) => {
    const turn = ++searching;
    state.smarts = said.trim(); state.problem = ''; state.refused = '';
    if (!state.smarts) { state.matches = null; refresh(); return; }
    let finds;
    const refused = message => { state.matches = new Map(); state.refused = message; state.problem = message; refresh(); };
    try { finds = substructure.matcher(state.smarts); } catch (error) { refused(error.message); return; }
    const found = new Map(), exact = data.canonical || {}; let i = 0, unread = 0;
    const piece = () => {
      if (turn !== searching) return;
      const until = performance.now() + 25;
      try {
        for (; i < rows.length && (!typed || performance.now() < until); i++) {
          const atoms = finds(exact[i] || data.smiles[i]);
          // The atoms of another way of writing are numbered otherwise than those drawn: none is marked.
          if (atoms) found.set(i, exact[i] ? [] : atoms); else if (atoms === undefined) unread++;
        }
      } catch (error) { refused('Row ' + (i + 1) + ': ' + error.message + '.'); return; }
      if (i < rows.length) { count.textContent = 'searching: ' + i.toLocaleString('en') + ' of ' + rows.length.toLocaleString('en'); setTimeout(piece); return; }
      state.matches = found;
      state.problem = unread ? unread.toLocaleString('en') + (unread === 1 ? ' structure' : ' structures') + ' could not be searched' : '';
      refresh();
    };
    piece();
  };
  search.addEventListener('input', () => { state.text = search.value; refresh(); });
  domain.addEventListener('change', () => { state.domain = domain.checked; refresh(); });
  fresh.addEventListener('change', () => { state.fresh = fresh.checked; refresh(); });
  let typing = 0;
  smarts.addEventListener('input', () => { clearTimeout(typing); typing = setTimeout(() => { if (smarts.value.trim() !== state.smarts) setSmarts(smarts.value, true); }, 200); });
  smarts.addEventListener('change', () => { clearTimeout(typing); setSmarts(smarts.value); });
  for (const key of Object.keys(data.properties || {})) {
    const box = make('span', 'wb-limit');
    const ends = ['min', 'max'].map((hint, side) => {
      const input = make('input'); input.type = 'number'; input.step = 'any'; input.placeholder = hint; input.setAttribute('aria-label', key + ' ' + hint);
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
  const chosen = () => state.ticked.size ? state.shown.filter(i => state.ticked.has(i)) : state.shown;
  save.addEventListener('click', () => {
    const titles = Object.keys(options.titles || {});
    // As screening/engine/csv_table.py: one line, nothing that does not print, no text that a spreadsheet would run.
    const breaks = /\r\n|[\t\n\v\f\r\x1c-\x1e\x85\u2028\u2029]/g;
    const hidden = /[\x00-\x1f\x7f-\x9f\xad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]/g;
    const spelt = found => '\\u' + found.charCodeAt(0).toString(16).padStart(4, '0');
    const field = (value, name) => {
      if (typeof value === 'number') return name === undefined ? String(value) : written(name, value);
      let text = Array.isArray(value) ? value.map(one => one && typeof one === 'object' ? fieldsText(one) : one).join('; ') : String(value ?? '');
      text = text.replace(breaks, ' ').replace(hidden, spelt);
      if (/^\s*[=+\-@＝＋－＠]/.test(text) && text.trim().length > 1) text = "'" + text;
      return /[",]/.test(text) ? '"' + text.replace(/"/g, '""') + '"' : text;
    };
    // The columns and digits of `workbench export`; a score that was worked out here goes behind them.
    const digits = options.digits || {}, more = ['mpo', 'mpo_lower', 'mpo_upper', 'mpo_parts', 'pareto'].filter(name => !saved.includes(name) && data[name] && data[name].some(value => value !== null && value !== undefined));
    const written = (name, value) => digits[name] !== undefined ? fixed(value, digits[name]) : more.includes(name) && name !== 'pareto' ? fixed(value, 2) : String(value);
    const text = [[...saved, ...titles, ...more].map(name => field(name)).join(','), ...chosen().map(i => [...[...saved, ...titles].map(name => field(values(saved.includes(name) ? name : options.titles[name])[i], name)), ...more.map(name => field(data[name][i], name))].join(','))].join('\n') + '\n';
    const link = make('a'); link.href = URL.createObjectURL(new Blob([text], {type: 'text/csv'})); link.download = 'hits.csv'; link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 10000);
  });
  // Copies the ticked rows, or the chosen one, as lines that a spreadsheet takes.
  scroll.addEventListener('copy', event => {
    if (String(getSelection())) return;
    const wanted = state.ticked.size ? chosen() : state.current >= 0 ? [state.current] : [];
    if (!wanted.length) return;
    const shown = visible().filter(filterable), clean = value => plainText(value, {decimals: 3}).replace(/[\t\r\n]+/g, ' ').replace(/^[=+@-]/, "'$&");
    event.clipboardData.setData('text/plain', [shown.map(column => column.title), ...wanted.map(i => shown.map(column => clean(values(column.key)[i])))].map(line => line.join('\t')).join('\n'));
    event.preventDefault();
  });
  scroll.addEventListener('scroll', () => requestAnimationFrame(paint), {passive: true});
  const walk = step => {
    const place = Math.min(Math.max(state.shown.indexOf(state.current) + step, 0), state.shown.length - 1);
    if (place < 0) return;
    reveal(state.shown[place]);
    choose(state.shown[place]);
  };
  scroll.addEventListener('keydown', event => {
    const step = {ArrowDown: 1, ArrowUp: -1, Home: -rows.length, End: rows.length}[event.key];
    if (!step || event.target.tagName === 'INPUT') return;
    event.preventDefault(); walk(step);
  });
  const fit = () => {
    const narrow = !!options.small || (root.clientWidth > 0 && root.clientWidth < NARROW_BELOW);
    const changes = narrow !== root.classList.contains('wb-narrow');
    root.classList.toggle('wb-narrow', narrow);
    state.row = options.small ? SMALL : narrow ? NARROW : WIDE;
    measure();
    if (changes || state.cards) refresh(true); else paint();
  };
  // On paper nothing scrolls: every row that is shown is printed.
  const printed = on => { state.printing = on; root.classList.toggle('wb-printing', on); paint(); };
  window.addEventListener('beforeprint', () => printed(true)); window.addEventListener('afterprint', () => printed(false));
  // What a link needs to show the same again.
  const getView = () => ({
    sorts: state.sorts.map(sort => (sort.down ? '-' : '') + sort.key), text: state.text, domain: state.domain, fresh: state.fresh, smarts: state.smarts, limits: Object.fromEntries(Object.entries(state.limits).map(([key, ends]) => [key, ends.map(end => Number.isFinite(end) ? end : null)])),
    columns: visible().map(column => column.key), frozen: state.frozen, filters: {...state.filters}, group: state.group, subset: state.subset ? [...state.subset] : null,
  });
  const setView = view => {
    if (view.sorts) state.sorts = view.sorts.map(sort => ({key: sort.replace(/^-/, ''), down: sort.startsWith('-')})).filter(sort => values(sort.key));
    state.text = search.value = view.text || ''; state.domain = domain.checked = !!view.domain; state.fresh = fresh.checked = !!view.fresh;
    state.limits = Object.fromEntries(Object.entries(view.limits || {}).filter(([key]) => (data.properties || {})[key]).map(([key, [from, to]]) => [key, [from ?? -Infinity, to ?? Infinity]]));
    if (view.columns) { const wanted = view.columns.filter(key => columns.has(key)); state.hidden = new Set([...columns.keys()].filter(key => !wanted.includes(key))); state.order = [...wanted, ...state.order.filter(key => !wanted.includes(key))]; }
    state.frozen = view.frozen || 0; state.filters = {...(view.filters || {})}; state.filtering = Object.keys(state.filters).length > 0;
    state.group = grouping.value = view.group || ''; state.subset = view.subset ? new Set(view.subset) : null;
    smarts.value = view.smarts || '';
    rebuild();
    if ((view.smarts || '') !== state.smarts) setSmarts(view.smarts || '');
  };
  const place = new Map(rows.map(i => [data.record[i], i]));
  // New values of one row from outside; the order stays until somebody sorts again.
  const update = (record, fields) => {
    const i = place.get(record);
    if (i === undefined) return;
    for (const [key, value] of Object.entries(fields)) if (data[key]) data[key][i] = value;
    for (const [item, element] of drawn) if (item.i === i) { const fresh = rowElement(i); fresh.style.top = element.style.top; fresh.setAttribute('aria-selected', String(i === state.current)); element.replaceWith(fresh); drawn.set(item, fresh); }
  };
  const offer = send => {
    const why = make('input'); why.type = 'text'; why.placeholder = 'why'; why.size = 14; why.maxLength = 4000; why.setAttribute('aria-label', 'Why');
    deciding.replaceChildren(why, ...['accept', 'reject', 'hold', 'undo'].map(action => {
      const button = make('button', '', action); button.title = action === 'undo' ? 'Takes back your latest decision' : 'The ticked rows, or the chosen one';
      button.addEventListener('click', () => {
        const wanted = state.ticked.size ? [...state.ticked] : state.current >= 0 ? [state.current] : [];
        if (!wanted.length && action !== 'undo') { state.problem = 'tick rows or choose one first'; tell(); return; }
        send(action, wanted.map(i => data.record[i]), why.value);
      });
      return button;
    }));
    deciding.hidden = false;
  };
  const decided = (fresh, said, wrong) => { fresh.forEach(row => update(row.record, row)); if (!wrong) deciding.querySelector('input').value = ''; state.problem = said; tell(); };
  rebuild();
  const watcher = new ResizeObserver(fit); watcher.observe(root);
  root.workbench = {data, state, choose, walk, reveal, refresh, update, offer, decided, getView, setView, place, smarts: setSmarts, leave: () => watcher.disconnect(),
    subset: records => { state.subset = records ? new Set(records) : null; refresh(); },
    tick: records => { const wanted = new Set(records); state.ticked = new Set(rows.filter(i => wanted.has(data.record[i]))); changed(); }};
  root.setAttribute('data-wb-drawn', 'yes');
  root.dispatchEvent(new CustomEvent('wb-drawn', {bubbles: true}));
  return root.workbench;
};
