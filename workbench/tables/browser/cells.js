// What a cell shows: one function a kind of column; other columns show their value as text.
// Marks that turn the direction of writing: a name could show itself and its neighbours backwards.
const MARKS = /[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/g;
const make = (tag, cls, text) => {
  const element = document.createElement(tag);
  if (cls) element.className = cls;
  if (text !== undefined) element.textContent = typeof text === 'string' ? text.replace(MARKS, '') : text;
  return element;
};
const svgNode = text => document.importNode(new DOMParser().parseFromString(text, 'image/svg+xml').documentElement, true);
// As number_text in screening/runs/evidence/text.py: the third decimal is restored first, halves go away from zero.
const fixed = (value, digits) => {
  const step = 10 ** (Math.max(digits, 3) - digits), whole = Math.round(Math.abs(value) * 10 ** Math.max(digits, 3));
  return (value < 0 ? '-' : '') + (Math.floor((whole + Math.floor(step / 2)) / step) / 10 ** digits).toFixed(digits);
};
// A neighbour in one line, as plain_text in workbench/export/columns.py: the first field bare, the others by name.
const fieldsText = found => Object.entries(found).filter(([key]) => key !== 'smiles').map(([key, value], at) => {
  const text = value === null || value === undefined ? '' : typeof value === 'number' && !(Number.isInteger(value) && key === 'count') ? fixed(value, 2) : String(value);
  return at ? text && key.replaceAll('_', ' ') + ' ' + text : text;
}).filter((text, at) => !at || text).join(', ');
const two = value => value === null || value === undefined ? '—' : fixed(value, 2);
const plainText = (value, column) => value === null || value === undefined || value === '' ? '—'
  : Array.isArray(value) ? value.map(one => one && typeof one === 'object' ? fieldsText(one) : one).join('; ') || '—' : value === true ? 'yes' : value === false ? 'no'
  : typeof value === 'number' && !Number.isInteger(value) ? fixed(value, column.decimals ?? 2)
  : typeof value === 'number' && column.decimals ? fixed(value, column.decimals) : String(value);

const gridCells = ({data, words, state, shows, drawn, changed}) => {
  const known = values => values.filter(value => value !== null);
  const low = !data.lower ? 0 : Math.floor(known(data.lower).reduce((a, b) => Math.min(a, b), Infinity)), high = !data.upper ? 0 : Math.ceil(known(data.upper).reduce((a, b) => Math.max(a, b), -Infinity));
  const digits = value => value === null || value === undefined ? '—' : fixed(value, words.decimals);
  const interval = i => {
    const x = value => (4 + 192 * (value - low) / Math.max(high - low, 1e-9)).toFixed(1);
    const colour = data.in_domain[i] ? '#0072B2' : '#b07a1b';
    return svgNode("<svg xmlns='http://www.w3.org/2000/svg' class='wb-int' viewBox='0 0 200 26' preserveAspectRatio='none' aria-hidden='true'>" +
      "<line x1='4' x2='196' y1='17' y2='17' stroke='#aab3bd' stroke-width='1'/>" +
      "<line x1='" + x(data.lower[i]) + "' x2='" + x(data.upper[i]) + "' y1='17' y2='17' stroke='" + colour + "' stroke-width='5' stroke-opacity='0.45'/>" +
      "<ellipse cx='" + x(data.affinity[i]) + "' cy='17' rx='4' ry='5' fill='" + colour + "'/></svg>");
  };
  const facts = i => Object.entries(data.properties || {}).map(([name, values]) =>
    name + ' ' + (values[i] === null || values[i] === undefined ? '—' : Number.isInteger(values[i]) ? values[i] : fixed(values[i], name === 'similarity' ? 2 : 1)));
  const cells = {
    ticked: i => {
      const cell = make('div'), box = make('input'); box.type = 'checkbox'; box.checked = state.ticked.has(i); box.setAttribute('aria-label', 'Tick ' + data.name[i]);
      box.addEventListener('change', () => { box.checked ? state.ticked.add(i) : state.ticked.delete(i); changed(); });
      cell.append(box);
      return cell;
    },
    rank: i => make('div', 'wb-n', data.rank[i]),
    record: i => make('div', 'wb-n', data.record[i]),
    drawing: i => {
      const cell = make('div', 'wb-draw');
      drawn(i, cell);
      return cell;
    },
    name: i => {
      const cell = make('div');
      cell.append(make('div', 'wb-name', data.name[i]));
      const smiles = make('div', 'wb-smiles', data.smiles[i]); smiles.title = data.smiles[i]; cell.append(smiles);
      const origin = data.source && data.source[i] ? [data.source[i].split('/').pop() + ' · record ' + data.number[i]] : [];
      cell.append(make('div', 'wb-soft', [...origin, ...(shows('properties') ? [] : facts(i))].join(' · ')));
      if (data.flags && !shows('flags')) cell.append(cells.flags(i));
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
      line.append(make('span', 'wb-big', digits(data.affinity[i])), make('span', 'wb-soft', '  ' + words.of));
      const ends = make('div', 'wb-soft', words.interval + ' ' + digits(data.lower[i]) + ' to ' + digits(data.upper[i]));
      cell.append(line, interval(i), ends);
      return cell;
    },
    similarity: i => {
      const cell = make('div');
      cell.append(make('div', '', data.nearest[i] || '—'), make('div', 'wb-soft', 'similarity ' + two(data.similarity[i]) +
        (data.nearest_measured && data.nearest_measured[i] !== null ? ' · measured ' + (data.nearest_relation && data.nearest_relation[i] !== '=' ? data.nearest_relation[i] + ' ' : '') + two(data.nearest_measured[i]) : '')));
      if (data.known[i]) { const own = data.measured && typeof data.measured[i] === 'number' ? ', measured ' + (data.measured_relation && data.measured_relation[i] !== '=' ? data.measured_relation[i] + ' ' : '') + two(data.measured[i]) : ''; cell.append(make('span', 'wb-tag wb-good', 'seen in training' + (data.seen_as && data.seen_as[i] && data.seen_as[i] !== 'itself' ? ' as ' + data.seen_as[i] : '') + own)); }
      cell.append(make('span', 'wb-tag' + (data.in_domain[i] ? '' : ' wb-warn'), data.in_domain[i] ? 'in domain' : 'out of domain'));
      return cell;
    },
    mpo: i => {
      const cell = make('div'), value = data.mpo && data.mpo[i];
      if (typeof value !== 'number') { cell.append(make('span', 'wb-soft', 'no score')); return cell; }
      cell.append(make('div', 'wb-big', two(value)), svgNode("<svg xmlns='http://www.w3.org/2000/svg' class='wb-int' viewBox='0 0 100 16' preserveAspectRatio='none' aria-hidden='true'><rect x='0' y='5' width='100' height='6' fill='#aab3bd' fill-opacity='.35'/><rect x='" + (100 * data.mpo_lower[i]).toFixed(1) + "' y='5' width='" + (100 * (data.mpo_upper[i] - data.mpo_lower[i])).toFixed(1) + "' height='6' fill='#0072B2' fill-opacity='.45'/><rect x='" + (100 * value - 1).toFixed(1) + "' y='2' width='2' height='12' fill='#0072B2'/></svg>"));
      const parts = make('div', 'wb-soft wb-clip2', data.mpo_parts[i]); parts.title = data.mpo_parts[i]; cell.append(parts);
      return cell;
    },
    decision: i => {
      const cell = make('div'), said = data.decision[i];
      cell.append(make('span', 'wb-tag wb-said-' + (said || 'none'), said || 'undecided'));
      const more = [data.decided_by && data.decided_by[i], data.decision_reason && data.decision_reason[i]].filter(Boolean).join(' · ');
      if (more) { const line = make('div', 'wb-soft wb-clip', more); line.title = more; cell.append(line); }
      return cell;
    },
  };
  return {cells, plain: column => i => {
    const value = (data[column.key] || (data.properties || {})[column.key] || [])[i];
    const cell = make('div', typeof value === 'number' ? 'wb-n' : 'wb-clip', plainText(value, column)); cell.title = cell.textContent;
    return cell;
  }};
};

// Lines between matched atoms are drawn over in colour; the drawing says which atoms a line joins.
const markAtoms = (svg, atoms) => {
  if (!atoms) return;
  const wanted = new Set(atoms);
  svg.querySelectorAll('path[class*="bond-"]').forEach(path => {
    const ends = [...path.classList].filter(c => c.startsWith('atom-')).map(c => +c.slice(5));
    if (ends.length === 2 && ends.every(end => wanted.has(end))) { path.setAttribute('stroke', '#d0006f'); path.setAttribute('stroke-width', '3'); }
  });
};
