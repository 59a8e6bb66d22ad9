// A row opened: large structure with what each atom adds, the prediction beside measured values, properties, the pose.
const neighbourText = (one, words) => (words.kind ? words.kind + ' ' : '') + (one.relation && one.relation !== '=' ? one.relation + ' ' : '') + two(one.measured);
const gridDetail = ({box, data, words, columns, drawing, values, closed}) => {
  const large = (svg, width) => { svg.setAttribute('width', '100%'); svg.removeAttribute('height'); svg.style.maxWidth = width + 'px'; return svg; };
  const structure = i => {
    const cell = make('div', 'wb-large'); drawing(i, cell);
    const svg = cell.querySelector('svg'), adds = data.contributions && data.contributions[i];
    if (svg) {
      if (adds && adds.values.length) {
        const most = Math.max(...adds.values.map(Math.abs), 1e-6), group = document.createElementNS(svg.namespaceURI, 'g');
        adds.values.forEach((value, k) => { const spot = document.createElementNS(svg.namespaceURI, 'circle'), note = document.createElementNS(svg.namespaceURI, 'title'); spot.setAttribute('cx', adds.places[2 * k]); spot.setAttribute('cy', adds.places[2 * k + 1]); spot.setAttribute('r', 5.4); spot.setAttribute('fill', value >= 0 ? '#ee8a3c' : '#4a9ad4'); spot.setAttribute('fill-opacity', Math.min(1, Math.abs(value) / most).toFixed(2)); note.textContent = 'atom ' + (k + 1) + ': ' + (value >= 0 ? '+' : '') + value.toFixed(2); spot.append(note); group.append(spot); });
        svg.prepend(group);
      }
      large(svg, 460);
    }
    return cell;
  };
  const scale = i => {
    const near = (data.neighbours && data.neighbours[i] || []).filter(one => typeof one.measured === 'number'), own = data.measured && data.measured[i], all = [data.affinity[i], data.lower[i], data.upper[i], ...near.map(one => one.measured), own].filter(value => typeof value === 'number');
    const low = Math.floor(Math.min(...all)), high = Math.max(low + 1, Math.ceil(Math.max(...all))), x = value => (16 + 328 * (value - low) / (high - low)).toFixed(1), colour = data.in_domain[i] ? '#2f8fd0' : '#b07a1b', step = Math.max(1, Math.round((high - low) / 8));
    let text = "<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 360 80' class='wb-scale' role='img'><line x1='16' x2='344' y1='56' y2='56' stroke='#8894a0'/>";
    for (let tick = low; tick <= high; tick += step) text += "<line x1='" + x(tick) + "' x2='" + x(tick) + "' y1='56' y2='60' stroke='#8894a0'/><text x='" + x(tick) + "' y='74' text-anchor='middle' font-size='11' fill='currentColor'>" + tick + '</text>';
    text += "<line x1='" + x(data.lower[i]) + "' x2='" + x(data.upper[i]) + "' y1='40' y2='40' stroke='" + colour + "' stroke-width='7' stroke-opacity='.5'/><circle cx='" + x(data.affinity[i]) + "' cy='40' r='5.5' fill='" + colour + "'/>";
    near.forEach((one, at) => { text += "<path d='M" + (x(one.measured) - 5) + " 12h10l-5 10z' fill='#009E73' fill-opacity='" + (1 - at * 0.2) + "'/>"; });
    if (typeof own === 'number') text += "<path d='M" + (x(own) - 6) + " 10h12l-6 13z' fill='none' stroke='#d0006f' stroke-width='2'/>";
    return svgNode(text + '</svg>');
  };
  const facts = i => {
    const groups = new Map(), skip = new Set(['neighbours', 'smiles', 'name', 'nearest_smiles', 'contributions', 'map_x', 'map_y', 'nearest_relation', 'measured_relation', 'ticked', 'drawing', 'affinity', 'properties', 'lower', 'upper', 'rank', 'similarity', 'record']);
    const listed = [...columns.values()].filter(column => !skip.has(column.key) && values(column.key));
    for (const [key] of Object.entries(data.properties || {})) if (!listed.some(column => column.title === key)) listed.push({key, title: key, group: 'properties'});
    for (const column of listed) { const value = values(column.key)[i]; if (value === null || value === undefined || value === '' || (Array.isArray(value) && !value.length)) continue; const group = column.group || 'more'; if (!groups.has(group)) groups.set(group, []); groups.get(group).push([column.title || column.key, plainText(value, column), column.description || '']); }
    const found = make('div', 'wb-factgroups');
    for (const [group, lines] of groups) { const part = make('div'), list = make('dl'); part.append(make('h4', '', group)); for (const [term, value, why] of lines) { const name = make('dt', '', term); name.title = why; list.append(name, make('dd', '', value)); } part.append(list); found.append(part); }
    return found;
  };
  const viewOf = record => [...document.querySelectorAll('[data-wb-view]')].find(one => one.workbench && one.workbench.records && one.workbench.records().includes(record));
  const hide = () => { box.hidden = true; box.replaceChildren(); closed(); };
  const show = i => {
    const head = make('div', 'wb-detailhead'), close = make('button', '', 'Close'); close.addEventListener('click', hide);
    head.append(make('h3', '', (data.rank ? data.rank[i] + ' · ' : '') + data.name[i]), close);
    const parts = make('div', 'wb-detailparts'), left = make('div', 'wb-detailleft'), right = make('div', 'wb-detailright');
    left.append(structure(i));
    if (data.contributions) left.append(make('div', 'wb-soft', data.contributions[i] ? 'Orange atoms raise the prediction, blue ones lower it; point at an atom for its number. It explains the model, not the protein.' : 'What each atom adds was worked out for the best rows only.'));
    left.append(make('div', 'wb-smilesline', data.smiles[i]));
    if (data.affinity) {
      right.append(make('div', 'wb-big', fixed(data.affinity[i], words.decimals) + ' ' + words.of), make('div', 'wb-soft', words.interval + ' ' + fixed(data.lower[i], words.decimals) + ' to ' + fixed(data.upper[i], words.decimals) + (data.in_domain[i] ? ', in domain' : ', out of domain')));
      right.append(scale(i));
      if (data.measured && typeof data.measured[i] === 'number') right.append(make('div', 'wb-own', 'Measured of ' + (data.seen_as && data.seen_as[i] && data.seen_as[i] !== 'itself' ? 'its ' + data.seen_as[i] : 'itself') + ': ' + (data.measured_relation && data.measured_relation[i] !== '=' ? data.measured_relation[i] + ' ' : '') + two(data.measured[i]) + (data.seen_as && data.seen_as[i] ? ' (seen in training as ' + data.seen_as[i] + (data.seen_name && data.seen_name[i] ? ' ' + data.seen_name[i] : '') + ')' : '')));
    }
    const near = data.neighbours && data.neighbours[i] || [];
    if (near.length) {
      const strip = make('div', 'wb-near');
      near.forEach(one => { const figure = make('figure'), cell = make('div', 'wb-draw'), text = data.neighbour_drawings && data.neighbour_drawings[one.smiles]; if (text) cell.append(svgNode(text)); else cell.append(make('span', 'wb-smilesline', one.smiles)); const line = make('figcaption'); line.append(make('b', '', neighbourText(one, words)), make('div', '', one.name), make('div', 'wb-soft', 'similarity ' + two(one.similarity))); figure.append(cell, line); strip.append(figure); });
      right.append(make('h4', '', 'Nearest measured compounds'), strip);
    } else if (data.nearest && data.nearest[i]) right.append(make('div', 'wb-soft', 'Nearest known: ' + data.nearest[i] + ', similarity ' + two(data.similarity[i]) + '; no measured value of it is kept.'));
    const view = viewOf(data.record[i]);
    if (view) { const go = make('button', '', 'Show its pose in the site'); go.addEventListener('click', () => { view.workbench.choose(data.record[i]); view.scrollIntoView({behavior: 'smooth', block: 'center'}); }); right.append(go); view.workbench.choose(data.record[i]); }
    parts.append(left, right); box.replaceChildren(head, parts, facts(i)); box.hidden = false;
  };
  box.addEventListener('keydown', event => { if (event.key === 'Escape') hide(); });
  return {show, hide};
};
