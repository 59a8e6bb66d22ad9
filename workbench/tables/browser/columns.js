// The head of the grid: sorting by several keys, filters, and the panel that chooses, moves and freezes columns.

// '>5', '<=3', '2..4', '=7' for numbers; yes and no for flags; any other text is looked for in the cell.
const filterOf = text => {
  const wanted = text.trim();
  if (!wanted) return null;
  const range = wanted.match(/^(-?[\d.]+)\s*\.\.\s*(-?[\d.]+)$/), one = wanted.match(/^(<=|>=|<|>|=)\s*(-?[\d.]+)$/);
  if (range) return value => typeof value === 'number' && value >= +range[1] && value <= +range[2];
  if (one) {
    const limit = +one[2], holds = {'<': v => v < limit, '>': v => v > limit, '<=': v => v <= limit, '>=': v => v >= limit, '=': v => v === limit}[one[1]];
    return value => typeof value === 'number' && holds(value);
  }
  if (wanted === '-') return value => value === null || value === undefined || value === '' || (Array.isArray(value) && !value.length);
  const lower = wanted.toLowerCase();
  return value => typeof value === 'boolean' ? (value ? 'yes' : 'no').startsWith(lower)
    : (Array.isArray(value) ? value.join(' ') : String(value ?? '')).toLowerCase().includes(lower);
};

const UNSORTED = new Set(['drawing', 'properties', 'flags', 'ticked']);

const gridHead = ({head, state, columns, visible, refresh, rebuild, tickAll, downFirst, filterable, cleared}) => {
  const sortBy = (key, also) => {
    const at = state.sorts.findIndex(sort => sort.key === key);
    if (at >= 0 && (also || state.sorts.length === 1)) state.sorts[at] = {key, down: !state.sorts[at].down};
    else if (also) state.sorts.push({key, down: downFirst(key)});
    else state.sorts = [{key, down: downFirst(key)}];
    cleared();
    refresh();
  };
  const draw = () => {
    head.textContent = '';
    for (const column of visible()) {
      const cell = make('div', 'wb-th'); cell.setAttribute('role', 'columnheader'); cell.dataset.column = column.key;
      if (column.key === 'ticked') {
        const all = make('input'); all.type = 'checkbox'; all.title = 'Tick all rows shown'; all.setAttribute('aria-label', 'Tick all');
        all.addEventListener('change', () => tickAll(all.checked));
        cell.append(all);
      } else if (UNSORTED.has(column.key)) cell.append(make('span', '', column.title));
      else {
        const button = make('button', '', column.title); button.dataset.key = column.key;
        button.title = (column.description ? column.description + ' ' : '') + 'Click sorts, Shift-click adds a further key.';
        button.addEventListener('click', event => sortBy(column.key, event.shiftKey));
        cell.append(button);
      }
      if (column.key !== 'ticked') {
        cell.draggable = true;
        cell.addEventListener('dragstart', event => { event.dataTransfer.setData('text/plain', column.key); event.dataTransfer.effectAllowed = 'move'; });
        cell.addEventListener('dragover', event => event.preventDefault());
        cell.addEventListener('drop', event => { event.preventDefault(); move(event.dataTransfer.getData('text/plain'), column.key); });
      }
      if (state.filtering && filterable(column)) {
        const input = make('input', 'wb-filter'); input.type = 'search'; input.value = state.filters[column.key] || ''; input.placeholder = 'filter';
        input.title = 'text, >5, <=3, 2..4, yes, no, - for empty'; input.setAttribute('aria-label', 'Filter ' + column.title);
        input.addEventListener('input', () => { input.value.trim() ? state.filters[column.key] = input.value : delete state.filters[column.key]; refresh(); });
        cell.append(input);
      }
      head.append(cell);
    }
    told();
  };
  const told = () => head.querySelectorAll('button[data-key]').forEach(button => {
    const at = state.sorts.findIndex(sort => sort.key === button.dataset.key), cell = button.closest('.wb-th');
    at < 0 ? cell.removeAttribute('aria-sort') : cell.setAttribute('aria-sort', state.sorts[at].down ? 'descending' : 'ascending');
    state.sorts.length > 1 && at >= 0 ? button.dataset.place = at + 1 : delete button.dataset.place;
  });
  const move = (key, before) => {
    if (key === before || !state.order.includes(key)) return;
    state.order = state.order.filter(one => one !== key);
    state.order.splice(before === undefined ? state.order.length : state.order.indexOf(before), 0, key);
    rebuild();
  };
  const panel = box => {
    box.textContent = '';
    const list = make('div', 'wb-choose');
    const frozen = make('label'), count = make('input'); count.type = 'number'; count.min = 0; count.max = 6; count.value = state.frozen; count.setAttribute('aria-label', 'Frozen columns');
    count.addEventListener('change', () => { state.frozen = Math.max(0, Math.min(6, +count.value || 0)); rebuild(); });
    frozen.append(make('span', '', 'columns frozen at the left: '), count);
    let group = '';
    state.order.forEach((key, at) => {
      const column = columns.get(key);
      if (!column || key === 'ticked') return;
      if (column.group && column.group !== group) { group = column.group; list.append(make('div', 'wb-soft wb-groupname', group)); }
      const line = make('div', 'wb-chooseline'), label = make('label'), show = make('input'); show.type = 'checkbox'; show.checked = !state.hidden.has(key);
      show.addEventListener('change', () => { show.checked ? state.hidden.delete(key) : state.hidden.add(key); rebuild(); });
      label.append(show, make('span', '', column.title || key)); label.title = column.description || '';
      const left = make('button', '', '◂'), right = make('button', '', '▸');
      left.setAttribute('aria-label', 'Move ' + (column.title || key) + ' left'); right.setAttribute('aria-label', 'Move ' + (column.title || key) + ' right');
      const shift = step => {
        const shown = state.order.filter(one => !state.hidden.has(one) || one === key), place = shown.indexOf(key) + step;
        if (place < 1 || place >= shown.length) return;
        const other = shown[place], rest = state.order.filter(one => one !== key);
        rest.splice(rest.indexOf(other) + (step > 0 ? 1 : 0), 0, key);
        state.order = rest; rebuild(); panel(box);
      };
      left.addEventListener('click', () => shift(-1)); right.addEventListener('click', () => shift(1));
      line.append(label, left, right); list.append(line);
    });
    box.append(frozen, list);
  };
  return {draw, told, move, panel};
};
