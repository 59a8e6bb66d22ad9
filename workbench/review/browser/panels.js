// What one hit shows, and the panels of agreement, shortlists, lists and the log.
// Marks that turn the direction of writing: a name could show itself and its neighbours backwards.
const MARKS = /[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/g;
const make = (tag, cls, text) => { const element = document.createElement(tag); if (cls) element.className = cls; if (text !== undefined) element.textContent = typeof text === 'string' ? text.replace(MARKS, '') : text; return element; };
const svg = text => document.importNode(new DOMParser().parseFromString(text, 'image/svg+xml').documentElement, true);
const NS = 'http://www.w3.org/2000/svg';
const shape = (tag, facts, text) => { const element = document.createElementNS(NS, tag); for (const [key, value] of Object.entries(facts)) element.setAttribute(key, value); if (text !== undefined) element.textContent = text; return element; };
window.workbenchShape = shape;
// The rule by which grid, exports and Python round.
const fixed = window.workbenchFixed;
const number = (value, field) => value === null || value === undefined || value === '' ? '—' : Array.isArray(value) ? value.map(one => typeof one === 'number' && !Number.isInteger(one) ? fixed(one, field.decimals ?? 2) : one).join(', ') || '—' : value === true ? 'yes' : value === false ? 'no'
  : typeof value === 'number' && field.decimals !== null && field.decimals !== undefined ? fixed(value, field.decimals) : String(value);
const card = (title, cls) => { const box = make('section', 'rv-card ' + (cls || '')); box.append(make('h3', '', title)); return box; };
const inject = (box, html) => { box.innerHTML = html; box.querySelectorAll('[data-style]').forEach(one => { one.style.cssText = one.dataset.style; }); };

// Predicted value with its interval, and what was measured of near compounds, on one scale.
const scale = (row, found, words) => {
  const measured = found.neighbours, values = [row.affinity, row.lower, row.upper, ...measured.map(one => one.value)].filter(value => typeof value === 'number');
  const low = Math.floor(Math.min(...values)), high = Math.ceil(Math.max(...values)), x = value => 20 + 360 * (value - low) / Math.max(high - low, 1e-9);
  const picture = shape('svg', {viewBox: '0 0 400 92', width: '100%', role: 'img', 'aria-label': words.of + ' ' + fixed(row.affinity, words.decimals) + ', ' + words.interval + ' ' + fixed(row.lower, words.decimals) + ' to ' + fixed(row.upper, words.decimals)});
  picture.append(shape('line', {x1: 20, x2: 380, y1: 68, y2: 68, stroke: '#8894a0'}));
  for (let tick = low; tick <= high; tick += Math.max(1, Math.round((high - low) / 8))) { picture.append(shape('line', {x1: x(tick), x2: x(tick), y1: 68, y2: 73, stroke: '#8894a0'}), shape('text', {x: x(tick), y: 87, 'text-anchor': 'middle', 'font-size': 12, fill: 'currentColor'}, tick)); }
  const colour = row.in_domain ? '#2f8fd0' : '#b07a1b';
  picture.append(shape('line', {x1: x(row.lower), x2: x(row.upper), y1: 50, y2: 50, stroke: colour, 'stroke-width': 8, 'stroke-opacity': 0.5}), shape('circle', {cx: x(row.affinity), cy: 50, r: 6, fill: colour}));
  measured.forEach((one, at) => { const mark = shape('path', {d: 'M' + (x(one.value) - 6) + ' 16 l12 0 l-6 11 z', fill: '#009E73', 'fill-opacity': 1 - at * 0.16}); mark.append(shape('title', {}, one.name + ' ' + one.relation + ' ' + one.value)); picture.append(mark); });
  return picture;
};

const WINDOWS = {molecular_weight: [0, 500], logp: [-1, 5], hbd: [0, 5], hba: [0, 10], tpsa: [0, 140], rotatable_bonds: [0, 10]};
const SKIP = new Set(['rank', 'name', 'smiles', 'affinity', 'lower', 'upper', 'kind', 'id', 'nearest_smiles', 'nearest_relation', 'measured_relation', 'record', 'number', 'source']);

const arrange = (place, cards, rest) => { if (place.dataset.drawn) cards.prepend(place); else rest.before(place); cards.classList.toggle('rv-with-site', !!place.dataset.drawn); };
window.workbenchHit = (app, found) => {
  const {row, fields} = found, words = app.about.meaning, box = app.byId('hit'), hidden = app.hideRanks();
  const site = box.querySelector('.rv-site');
  box.replaceChildren();
  const name = make('div', 'rv-name');
  name.append(make('h2', '', (hidden ? '' : row.rank + ' · ') + row.name), make('span', 'rv-soft', row.source.split('/').pop() + ', record ' + row.number));
  if (!row.in_domain) name.append(make('span', 'wb-tag wb-warn', 'out of domain'));
  (row.flags || []).forEach(flag => name.append(make('span', 'wb-tag wb-warn', flag)));
  if (row.known) name.append(make('span', 'wb-tag wb-good', 'seen in training'));
  const verdicts = make('span', 'rv-verdicts'); name.append(verdicts);
  const cards = make('div', 'rv-cards'), rest = make('div', 'rv-rest'), place = site || make('section', 'rv-card rv-site');
  const structure = card('Structure', 'rv-drawing'), image = make('img', 'rv-structure');
  image.alt = 'Structure of ' + row.name; image.src = '/hits/' + row.record + '/large.svg'; structure.append(image, make('div', 'wb-smiles', row.smiles));
  const affinity = card(words.of[0].toUpperCase() + words.of.slice(1) + ' beside measured values');
  affinity.append(make('div', 'wb-big', fixed(row.affinity, words.decimals)), make('div', 'wb-soft', words.interval + ' ' + fixed(row.lower, words.decimals) + ' to ' + fixed(row.upper, words.decimals) + ' (' + words.scale + ')'), scale(row, found, words));
  affinity.append(make('p', '', found.neighbours.length ? 'Green triangles: measured values of the nearest known compounds.'
    : row.nearest ? 'Nearest known: ' + row.nearest + ' (similarity ' + fixed(row.similarity, 2) + '); the run keeps no measured value of it.' : 'Nothing known is near.'));
  const talk = card('What was decided', 'rv-talk'), list = make('ul', 'rv-said'); talk.append(list);
  const atoms = card('What each atom adds', 'rv-atoms'), drawn = make('div', 'rv-drawn'); drawn.append(make('p', '', 'Working it out …')); atoms.append(drawn);
  const map = card('Interaction map', 'rv-map'); map.hidden = true;
  const middle = make('div', 'rv-stack'); middle.append(affinity, talk, atoms);
  cards.append(structure, map, middle);
  const near = card('Nearest known compounds', 'rv-wide'), strip = make('div', 'rv-neighbours'); strip.tabIndex = 0; strip.setAttribute('role', 'group'); strip.setAttribute('aria-label', 'Nearest known compounds');
  found.neighbours.forEach(one => { const figure = make('figure'); if (one.drawing) { const drawn = svg(one.drawing); drawn.setAttribute('aria-hidden', 'true'); figure.append(drawn); }
    const line = make('figcaption'); line.append(make('b', '', words.kind + ' ' + (one.relation === '=' ? '' : one.relation + ' ') + fixed(one.value, 2)), make('div', '', one.name), make('div', 'wb-soft', 'similarity ' + fixed(one.similarity, 2))); figure.append(line); strip.append(figure); });
  if (found.neighbours.length) { near.append(strip); cards.append(near); }
  const groups = new Map();
  for (const field of fields) if (!SKIP.has(field.name)) { if (!groups.has(field.group)) groups.set(field.group, []); groups.get(field.group).push(field); }
  for (const [group, members] of groups) {
    const part = card(group[0].toUpperCase() + group.slice(1)), facts = make('dl', 'rv-facts');
    for (const field of members) {
      if (row[field.name] === null || row[field.name] === '' || row[field.name] === undefined) continue;
      const term = make('dt', '', field.title); term.title = field.description;
      const value = make('dd', '', number(row[field.name], field) + (field.unit && field.unit.length < 16 && row[field.name] !== 0 ? ' ' + field.unit.replace('^2', '²').replace('^3', '³') : '')), range = WINDOWS[field.name];
      if (range) { const inside = row[field.name] >= range[0] && row[field.name] <= range[1]; value.append(make('span', inside ? 'rv-soft' : 'rv-out', ' window ' + range[0] + ' to ' + range[1])); }
      facts.append(term, value);
    }
    if (facts.children.length) { part.append(facts); rest.append(part); }
  }
  box.append(name, cards, rest);
  // With a 3D view the site is the largest card of all; without one it is a sentence below.
  arrange(place, cards, rest);
  const shown = {review: review => {
    verdicts.replaceChildren();
    if (review.decision) verdicts.append(make('span', 'wb-tag wb-said-' + review.decision, review.decision));
    document.querySelectorAll('.rv-decide [data-verdict]').forEach(button => button.setAttribute('aria-pressed', String(button.dataset.verdict === review.mine)));
    list.replaceChildren();
    const lines = [...review.decisions.map(one => [one, one.verdict]), ...review.comments.map(one => [one, 'says'])].sort((a, b) => a[0].n - b[0].n);
    for (const [one, what] of lines) {
      const line = make('li'); line.append(make('b', '', one.who + (one.role === 'lead' ? ' (lead)' : '')), make('span', '', ' ' + what + ' '), make('span', '', [app.about.reasons[one.reason], one.text].filter(Boolean).join('; ')), make('div', 'rv-small', one.at.slice(0, 19).replace('T', ' ') + ' UTC'));
      if (one.who === app.about.me && app.about.role !== 'observer') { const undo = make('button', 'rv-small', 'take back'); undo.addEventListener('click', () => app.undo(one.n)); line.append(undo); }
      list.append(line);
    }
    if (!lines.length) list.append(make('li', 'rv-soft', app.about.settings.blind ? 'Blind pass: you see only your own decisions.' : 'Nobody has decided yet.'));
    if (review.tags.length || review.lists.length) { const line = make('li'); review.tags.forEach(tag => line.append(make('span', 'wb-tag', tag))); review.lists.forEach(one => line.append(make('span', 'wb-tag wb-good', 'on list ' + one))); list.append(line); }
  }};
  // 3D and contributions follow; the hit is readable before them.
  drawSite(app, place).then(view => { shown.camera = () => view && view.viewer ? view.viewer.getView() : null; if (app.record === row.record) showPose(app, place, view, row); });
  clearTimeout(app.later);
  app.later = setTimeout(() => app.ask('/api/hits/' + row.record + '/contributions').then(answer => {
    if (app.record !== row.record) return;
    drawn.replaceChildren();
    if (answer.problem) { drawn.append(make('p', '', answer.problem)); return; }
    const picture = svg(answer.drawing); picture.setAttribute('role', 'img'); picture.setAttribute('aria-label', 'Atoms coloured by what they add to the prediction'); const bar = svg(answer.scale); bar.setAttribute('aria-hidden', 'true');
    drawn.append(picture, bar, make('p', 'rv-small', 'It explains the model, not the protein.'));
  }, error => { drawn.replaceChildren(make('p', '', error.message)); }), 350);
  return shown;
};

// ---- the site in 3D: drawn once; poses come and go, the camera stays
const script = (source, missing) => new Promise((done, failed) => { const element = make('script'); element.src = source; element.onload = done; element.onerror = () => failed(new Error(missing)); document.head.append(element); });
let drawing = null;
const drawSite = (app, place) => {
  if (drawing) return drawing;
  place.append(make('h3', '', 'Binding site in 3D'));
  const box = make('div', 'wb wb-view'); box.dataset.wbView = 'review'; const text = make('p', 'rv-pose'); place.append(box, text);
  drawing = (async () => {
    const facts = await app.ask('/api/site');
    if (facts.problem) { text.textContent = facts.problem; return null; }
    await script('/static/3Dmol.js', '3Dmol.js was not built in; install the package again.');
    await script('/site.js', 'The site could not be loaded.'); await script('/static/viewer.js', 'The viewer could not be loaded.');
    inject(box, facts.html);
    place.dataset.drawn = 'yes'; arrange(place, app.byId('hit').querySelector('.rv-cards'), app.byId('hit').querySelector('.rv-rest'));
    const settled = new Promise(done => { box.addEventListener('wb-drawn', () => done(box.workbench.view), {once: true}); setTimeout(() => done(box.workbench ? box.workbench.view : null), 30000); });
    window.workbenchDraw('review', facts.spec);
    const view = await settled;
    if (view && app.camera) { view.viewer.setView(app.camera); view.viewer.render(); }
    return view;
  })().catch(error => { text.textContent = error.message; return null; });
  return drawing;
};
let posed = null;
const showPose = async (app, place, view, row) => {
  const text = place.querySelector('.rv-pose');
  if (!view) return;
  const found = await app.ask('/api/hits/' + row.record + '/pose').catch(error => ({said: error.message}));
  if (app.record !== row.record) return;
  const viewer = view.viewer, kept = viewer.getView();
  if (posed) viewer.removeModel(posed);
  posed = null;
  viewer.shapes.filter(one => one && one.stylespec && one.stylespec.pose).forEach(one => viewer.removeShape(one));
  viewer.labels.filter(one => one.stylespec && one.stylespec.pose).forEach(one => viewer.removeLabel(one));
  text.textContent = found.said;
  const map = app.byId('hit').querySelector('.rv-map');
  if (found.pose) {
    posed = viewer.addModel(found.pose.block, 'sdf', {keepH: true});
    posed.setStyle({}, view.spec.pose);
    posed.setHoverable({}, true, view.hover.in, view.hover.out); posed.setClickable({}, true, view.pick);
    view.spec.models['0:' + posed.getID()] = {title: row.name, atoms: found.pose.names || []};
    for (const contact of found.pose.contacts.filter(one => one.drawn)) {
      viewer.addCylinder({start: contact.start, end: contact.end, radius: 0.07, color: contact.colour, dashed: true, dashLength: 0.28, gapLength: 0.18, fromCap: 1, toCap: 1, pose: true});
      viewer.addLabel(contact.length.toFixed(1) + ' Å', {...view.spec.distance, pose: true, position: {x: (contact.start.x + contact.end.x) / 2, y: (contact.start.y + contact.end.y) / 2, z: (contact.start.z + contact.end.z) / 2}});
    }
    if (found.map) { const picture = svg(found.map); picture.setAttribute('role', 'img'); picture.setAttribute('aria-label', 'Interaction map'); map.append(picture); map.hidden = false; }
  }
  viewer.setView(kept); viewer.render();
};

// ---- panels
const table = (heads, rows) => { const found = make('table'), head = make('tr'), body = make('tbody'), top = make('thead'); heads.forEach(text => head.append(make('th', '', text))); top.append(head); rows.forEach(cells => { const line = make('tr'); cells.forEach(cell => { const box = make('td'); box.append(cell instanceof Node ? cell : document.createTextNode(cell ?? '—')); line.append(box); }); body.append(line); }); found.append(top, body); return found; };
const jump = (app, record) => { const i = app.grid.place.get(record), button = make('button', 'rv-jump', i === undefined ? 'record ' + record : (app.hideRanks() ? '' : app.data.rank[i] + ' · ') + app.data.name[i]); button.addEventListener('click', () => { app.open('hit'); app.show(record); }); return button; };
const form = (...parts) => { const box = make('div', 'rv-form'); box.append(...parts); return box; };
const input = (label, type, value, facts) => { const box = make('label'), field = make('input'); field.type = type; if (type === 'checkbox') field.checked = value; else field.value = value; Object.assign(field, facts || {}); type === 'checkbox' ? box.append(field, make('span', '', label)) : box.append(make('span', '', label), field); return [box, field]; };
const choice = (label, options, value) => { const box = make('label'), field = make('select'); for (const [key, text] of options) field.append(new Option(text, key)); field.value = value; box.append(make('span', '', label), field); return [box, field]; };
const action = (text, work) => { const button = make('button', '', text); button.addEventListener('click', work); return button; };
const guarded = (box, work) => async () => { box.textContent = ''; box.className = 'rv-said2'; try { await work(); } catch (error) { box.textContent = error.message; box.className = 'rv-void'; } };
const share = value => (100 * value).toFixed(0) + ' %';
const panels = window.workbenchPanels = window.workbenchPanels || {};

panels.agreement = async (app, panel) => {
  panel.replaceChildren(make('h2', '', 'Agreement'));
  const say = make('p'); say.setAttribute('role', 'status'); panel.append(say);
  const settings = app.about.settings;
  if (app.about.role === 'lead') {
    const [blindBox, blind] = input('blind pass: nobody sees the decisions of others', 'checkbox', settings.blind), [hideBox, hide] = input('hide ranks and show hits in another order to each', 'checkbox', settings.hide_ranks);
    const [repeatBox, repeat] = input('share of hits shown twice', 'number', settings.repeats, {min: 0, max: 0.5, step: 0.05}), [liftBox, lift] = input('an accepted hit below this rank needs a reason', 'number', settings.lift_rank, {min: 1});
    panel.append(form(blindBox, hideBox, repeatBox, liftBox, action('Set', guarded(say, async () => { await app.ask('/api/settings', {blind: blind.checked, hide_ranks: hide.checked, repeats: +repeat.value, lift_rank: +lift.value}); await app.everything(); app.open('agreement', true); }))));
  }
  if (settings.blind) { panel.append(make('p', '', 'The blind pass is going on: agreement is shown when a lead ends it.')); return; }
  const found = await app.ask('/api/agreement').catch(error => { say.textContent = error.message; return null; });
  if (!found) return;
  panel.append(make('p', '', found.records + ' hits were judged by at least two people. ' + (found.alpha === null ? 'Krippendorff’s alpha needs hits that two people have judged.'
    : 'Krippendorff’s alpha ' + fixed(found.alpha, 2) + (found.low === null ? '' : ' (95 % interval ' + fixed(found.low, 2) + ' to ' + fixed(found.high, 2) + ')') + '; 1 is full agreement, 0 what chance gives.')));
  if (found.pairs.length) panel.append(table(['Two people', 'Hits both judged', 'Same decision'], found.pairs.map(([a, b, n, same]) => [a + ' and ' + b, n, share(same)])));
  if (found.consistency.length) panel.append(make('h3', '', 'Hidden repeats'), table(['Person', 'Hits judged twice', 'Judged alike'], found.consistency.map(([who, n, same]) => [who, n, share(same)])));
  panel.append(make('h3', '', found.disagreements.length + ' hits on which people differ'), table(['Hit', 'Said', 'Stands'], found.disagreements.slice(0, 300).map(record => { const row = app.rowOf(record); return [jump(app, record), row.decisions.map(one => one.who + ': ' + one.verdict + (one.text ? ' (' + one.text + ')' : '')).join('; '), row.decision]; })));
  panel.append(make('h3', '', 'Lifted above their rank'), found.lifted.length ? table(['Hit', 'Rank of the model', 'Rank after review', 'Why'], found.lifted.map(one => [jump(app, one.record), one.rank, one.after, one.why.join('; ')])) : make('p', '', 'No hit below rank ' + settings.lift_rank + ' was accepted.'));
};

const plan = {count: 24, method: 'best', only: 'not rejected', learning: 0, most_similarity: '', contacts: '', wants: null, windows: {}, before: null, include: []};
panels.shortlist = (app, panel) => {
  panel.replaceChildren(make('h2', '', 'Shortlist with reasons'));
  const scores = app.fields.filter(field => field.kind === 'number' && field.higher_is_better !== null), numbers = app.fields.filter(field => field.kind === 'number' && !['rank', 'record', 'number'].includes(field.name));
  const ends = name => { const found = app.data[name].filter(value => typeof value === 'number').sort((a, b) => a - b); return [found[0], found[found.length - 1]]; };
  if (!plan.wants) { const [worst, best] = ends('affinity'); plan.wants = [{column: 'affinity', worst, best: best > worst ? best : worst + 1, weight: 1}]; }
  const say = make('p'), wants = make('div'), out = make('div');
  const [countBox, count] = input('how many', 'number', plan.count, {min: 1, max: 1000}), [methodBox, method] = choice('which', [['best', 'best by score'], ['maxmin', 'most different of the best (MaxMin)'], ['scaffold', 'best of each scaffold'], ['cluster', 'best of each cluster']], plan.method), [onlyBox, only] = choice('of', [['not rejected', 'hits not rejected'], ['accepted', 'accepted hits'], ['all', 'all hits']], plan.only);
  const [novelBox, novel] = input('most similarity to a known compound', 'number', plan.most_similarity, {min: 0, max: 1, step: 0.05}), [learnBox, learn] = input('share kept for learning', 'number', plan.learning, {min: 0, max: 1, step: 0.05}), [contactBox, contact] = input('must-have contacts', 'text', plan.contacts, {placeholder: 'such as MET793', size: 14});
  const work = guarded(say, async () => {
    Object.assign(plan, {count: +count.value, method: method.value, only: only.value, learning: +learn.value, most_similarity: novel.value, contacts: contact.value});
    const found = await app.ask('/api/shortlist', {count: plan.count, method: plan.method, only: plan.only, learning: plan.learning, most_similarity: plan.most_similarity === '' ? null : +plan.most_similarity, contacts: plan.contacts.split(/[\s,;]+/).filter(Boolean),
      desirability: plan.wants, windows: plan.windows, include: plan.include});
    const now = found.picks.map(pick => pick.record), before = plan.before;
    out.replaceChildren();
    if (before) { const entered = now.filter(one => !before.includes(one)), left = before.filter(one => !now.includes(one));
      if (entered.length || left.length) { const line = make('p'); line.append(make('b', '', 'Changed: ')); entered.forEach(one => { const box = make('span', 'rv-entered', '+ '); box.append(jump(app, one)); line.append(box, ' '); }); left.forEach(one => { const box = make('span', 'rv-left', '− '); box.append(jump(app, one)); line.append(box, ' '); }); line.className = 'rv-changes'; out.append(line); } }
    plan.before = now;
    found.notes.forEach(text => out.append(make('p', '', text)));
    const kept = Object.entries(found.left_out).map(([why, n]) => n + ' ' + why).join(', ');
    if (kept) out.append(make('p', 'rv-soft', 'Left out: ' + kept + '.'));
    out.append(table(['', 'Hit', 'Score', ...plan.wants.map(want => want.column), 'Why'], found.picks.map((pick, at) => [at + 1, jump(app, pick.record), fixed(pick.score, 3), ...plan.wants.map(want => fixed(pick.parts[want.column], 2)), pick.why])));
    const [nameBox, name] = input('save as list', 'text', plan.count + ' for purchase', {maxLength: 120});
    out.append(form(nameBox, action('Save list', guarded(say, async () => { const answer = await app.ask('/api/lists', {records: now, name: name.value, reasons: Object.fromEntries(found.picks.map(pick => [pick.record, pick.why]))}); app.take(answer.rows); say.textContent = 'Saved: ' + name.value + ', ' + now.length + ' hits.'; }))));
    app.byId('panel').dataset.picks = now.join(',');
  });
  const drawWants = () => {
    wants.replaceChildren(make('h3', '', 'Score: what is desirable, and how much it counts'));
    plan.wants.forEach((want, at) => {
      const line = make('div', 'rv-want'), [columnBox, column] = choice('', numbers.map(field => [field.name, field.title]), want.column), [worstBox, worst] = input('0 at', 'number', +want.worst.toFixed(3), {step: 'any'}), [bestBox, best] = input('1 at', 'number', +want.best.toFixed(3), {step: 'any'}), [weightBox, weight] = input('weight', 'range', want.weight, {min: 0, max: 5, step: 0.25}), told = make('span', '', want.weight);
      column.setAttribute('aria-label', 'Property ' + (at + 1));
      column.addEventListener('change', () => { const [low, high] = ends(column.value), field = numbers.find(one => one.name === column.value); Object.assign(want, {column: column.value, worst: field.higher_is_better === false ? high : low, best: field.higher_is_better === false ? low : high}); if (want.worst === want.best) want.best += 1; drawWants(); work(); });
      worst.addEventListener('change', () => { want.worst = +worst.value; work(); }); best.addEventListener('change', () => { want.best = +best.value; work(); });
      weight.addEventListener('input', () => { told.textContent = weight.value; }); weight.addEventListener('change', () => { want.weight = +weight.value; work(); });
      line.append(columnBox, worstBox, bestBox, weightBox, told);
      if (plan.wants.length > 1) line.append(action('remove', () => { plan.wants.splice(at, 1); drawWants(); work(); }));
      wants.append(line);
    });
    wants.append(action('Add a property', () => { const used = new Set(plan.wants.map(want => want.column)), field = [...scores, ...numbers].find(one => !used.has(one.name)); if (!field) return; const [low, high] = ends(field.name); plan.wants.push({column: field.name, worst: field.higher_is_better === false ? high : low, best: field.higher_is_better === false ? low : high === low ? low + 1 : high, weight: 1}); drawWants(); work(); }));
    const windows = make('div', 'rv-form');
    for (const name of ['molecular_weight', 'logp', 'tpsa']) {
      if (!app.data[name]) continue;
      const field = numbers.find(one => one.name === name), now = plan.windows[name] || {}, [lowBox, low] = input(field.title + ' from', 'number', now.low ?? '', {step: 'any'}), [highBox, high] = input('to', 'number', now.high ?? '', {step: 'any'});
      const set = () => { if (low.value === '' && high.value === '') delete plan.windows[name]; else plan.windows[name] = {low: low.value === '' ? null : +low.value, high: high.value === '' ? null : +high.value}; work(); };
      low.addEventListener('change', set); high.addEventListener('change', set); windows.append(lowBox, highBox);
    }
    wants.append(windows);
  };
  say.setAttribute('role', 'status');
  panel.append(form(countBox, methodBox, onlyBox, novelBox, learnBox, contactBox, action('Pick', work)), say, wants, out);
  drawWants();
  [count, method, only, novel, learn, contact].forEach(field => field.addEventListener('change', work));
};

panels.lists = async (app, panel) => {
  panel.replaceChildren(make('h2', '', 'Lists and signatures'));
  const say = make('p'); say.setAttribute('role', 'status'); panel.append(say);
  const found = await app.ask('/api/lists').catch(error => { say.textContent = error.message; return null; });
  if (!found) return;
  const names = Object.keys(found.lists);
  if (!names.length) panel.append(make('p', '', app.about.settings.blind ? 'Lists are shown when the blind pass has ended.' : 'No list yet: save one from Shortlist, or accept hits.'));
  for (const name of names) {
    const box = make('section', 'rv-card'); box.append(make('h3', '', name + ' (' + found.lists[name].length + ')'));
    for (const signed of found.signatures.filter(one => one.list === name)) box.append(make('p', signed.void ? 'rv-void' : '', 'Signed by ' + signed.who + ', ' + signed.at.slice(0, 19).replace('T', ' ') + ' UTC: ' + signed.meaning + (signed.void ? '. VOID: ' + signed.void : '. It stands.')));
    box.append(table(['Hit', 'Decision', 'Why on the list'], found.lists[name].map(record => [jump(app, record), app.rowOf(record).decision, (found.why[name] || {})[record] || ''])));
    const link = make('a', '', 'Evidence and decisions of this list (JSON)'); link.href = '/api/lists/' + encodeURIComponent(name); link.download = 'list.json'; box.append(link);
    if (app.about.role === 'lead' && app.about.logged_in) {
      const [meaningBox, meaning] = input('meaning', 'text', 'released for purchase', {maxLength: 4000}), [passwordBox, password] = input('your password', 'password', '', {autocomplete: 'current-password'});
      const sign = guarded(say, async () => { const secret = password.value; password.value = ''; await app.ask('/api/signatures', {name, meaning: meaning.value, password: secret}); await panels.lists(app, panel); });
      box.append(form(meaningBox, passwordBox, action('Sign ' + name, sign)));
    }
    panel.append(box);
  }
};

panels.log = async (app, panel) => {
  panel.replaceChildren(make('h2', '', 'Log of decisions'));
  const found = await app.ask('/api/decisions').catch(error => { panel.append(make('p', 'rv-void', error.message)); return null; });
  if (!found) return;
  panel.append(make('p', '', found.head ? found.head.count + ' lines; head ' + found.head.head : 'Blind pass: you see only your own lines.'));
  panel.append(table(['Line', 'UTC', 'Who', 'What', 'Hit', 'Before', 'After', 'Reason'], found.lines.reverse().slice(0, 1000).map(one => [one.n, one.at.slice(0, 19).replace('T', ' '), one.who + ' (' + one.role + ')', one.action + (one.of ? ' line ' + one.of : '') + (one.undone ? ' [undone]' : ''), one.record === null ? one.name : jump(app, one.record), one.before, one.after || one.name, [app.about.reasons[one.reason], one.text].filter(Boolean).join('; ')])));
};
