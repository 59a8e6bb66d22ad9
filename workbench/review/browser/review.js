// The page of a review: which hit is looked at, what is decided, and what colleagues do meanwhile.
const byId = id => document.getElementById(id);
// Marks that turn the direction of writing: a name could show itself and its neighbours backwards.
const MARKS = /[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/g;
const make = (tag, cls, text) => { const element = document.createElement(tag); if (cls) element.className = cls; if (text !== undefined) element.textContent = typeof text === 'string' ? text.replace(MARKS, '') : text; return element; };
const cookie = () => { const found = document.cookie.split('; ').find(one => one.startsWith('xsrf_' + location.port + '=')); return found ? decodeURIComponent(found.slice(found.indexOf('=') + 1)) : ''; };
const said = byId('said'), main = document.querySelector('.rv-main');
const tell = (text, bad) => { said.textContent = text; said.classList.toggle('rv-bad', !!bad); };

const ask = async (path, body) => {
  let answer;
  try {
    answer = await fetch(path, body === undefined ? {} : {method: 'POST', headers: {'Content-Type': 'application/json', 'X-XSRFToken': cookie()}, body: JSON.stringify(body)});
  } catch (error) { throw new Error('The server does not answer; nothing was written.'); }
  const found = await answer.json().catch(() => ({error: 'The server answered with status ' + answer.status + '.'}));
  if (answer.status === 401) { location.replace('/login' + location.hash); throw new Error(found.error); }
  if (!answer.ok) throw new Error(found.error);
  return found;
};

const app = {about: null, grid: null, record: null, view: 'hit', rows: new Map(), fields: [], hits: new Map(), busy: false, trail: []};
window.workbenchReview = app;
Object.assign(app, {ask, make, byId, tell});
const empty = record => ({record, decision: '', mine: '', decisions: [], comments: [], tags: [], lists: []});
app.rowOf = record => app.rows.get(record) || empty(record);

// ---- the list
const smallCell = i => {
  const data = app.grid ? app.grid.data : app.data, record = data.record[i], row = app.rowOf(record), cell = make('div', 'rv-brief');
  const hidden = app.hideRanks();
  cell.append(make('b', '', (hidden ? '' : data.rank[i] + ' · ') + data.name[i]));
  cell.append(make('div', '', hidden ? '' : window.workbenchFixed(data.affinity[i], app.about.meaning.decimals) + ' ' + app.about.meaning.of));
  const verdict = row.decision || 'undecided';
  const line = make('div'); line.append(make('span', 'wb-tag wb-said-' + (row.decision || 'none'), verdict));
  if (row.mine && row.mine !== row.decision) line.append(make('span', 'wb-tag wb-said-' + row.mine, 'you: ' + row.mine));
  if (row.comments.length) line.append(make('span', 'wb-tag', row.comments.length + (row.comments.length === 1 ? ' comment' : ' comments')));
  row.tags.forEach(tag => line.append(make('span', 'wb-tag', tag)));
  cell.append(line);
  return cell;
};
app.hideRanks = () => !!(app.about.settings.blind && app.about.settings.hide_ranks);
const drawings = new Map();
const drawing = record => {
  if (!drawings.has(record)) {
    if (drawings.size > 600) drawings.delete(drawings.keys().next().value);
    drawings.set(record, fetch('/hits/' + record + '/small.svg').then(answer => answer.ok ? answer.text() : ''));
  }
  return drawings.get(record);
};
const putDrawing = (i, cell, atoms) => {
  drawing(app.data.record[i]).then(text => {
    if (!text) return;
    const svg = document.importNode(new DOMParser().parseFromString(text, 'image/svg+xml').documentElement, true);
    svg.setAttribute('aria-hidden', 'true');
    if (atoms && window.workbenchMark) window.workbenchMark(svg, atoms);
    cell.replaceChildren(svg);
  }, () => {});
};
const WIDTHS = {rank: '52px', name: 'minmax(170px,1.4fr)', affinity: 'minmax(190px,1.2fr)', similarity: 'minmax(170px,1.1fr)', decision: 'minmax(130px,.9fr)', flags: 'minmax(120px,.8fr)'};
const SHOWN = ['ticked', 'rank', 'drawing', 'name', 'affinity', 'similarity', 'decision', 'flags'];
const makeGrid = () => {
  const special = new Set(['rank', 'name', 'affinity', 'similarity', 'decision', 'flags']);
  const columns = [{key: 'ticked', title: '', width: '26px'}, {key: 'drawing', title: 'Structure', width: '190px'}];
  const fields = [...app.fields, {name: 'decision', title: 'Decision', group: 'decision'}, {name: 'decided_by', title: 'Decided by', group: 'decision'}, {name: 'mine', title: 'My decision', group: 'decision'}, {name: 'comments', title: 'Comments', group: 'decision'}, {name: 'tags', title: 'Tags', group: 'decision'}, {name: 'lists', title: 'Lists', group: 'decision'}];
  for (const field of fields) columns.push({key: field.name, title: field.title, group: field.group, description: field.description, decimals: field.decimals, higher_is_better: field.higher_is_better,
    width: WIDTHS[field.name] || (field.kind === 'number' ? 'minmax(90px,.5fr)' : 'minmax(130px,1fr)'), plain: !special.has(field.name), hidden: !SHOWN.includes(field.name)});
  columns.sort((a, b) => (SHOWN.indexOf(a.key) + 1 || 99) - (SHOWN.indexOf(b.key) + 1 || 99));
  const root = byId('grid');
  root.replaceChildren(); root.removeAttribute('data-wb-drawn');
  const small = app.view !== 'list', kept = app.grid ? app.grid.getView() : null;
  if (app.grid) app.grid.leave();
  root.className = 'wb-grid';
  app.grid = window.workbenchGrid(root, {data: app.data, columns, words: app.about.meaning, saved: app.saved, height: 600, fill: true, first: 'rank', draw: putDrawing, label: 'Hits',
    small: small ? [{key: 'drawing'}, {key: 'brief'}] : null, extra: {brief: smallCell}, memory: app.about.run + ' ' + app.about.me,
    groups: [['scaffold', 'scaffold'], ['cluster', 'cluster'], ['decision', 'decision'], ['nearest', 'nearest known']], groupActions});
  if (kept) app.grid.setView(kept);
  mark();
};
const groupActions = (records, title) => {
  const box = make('span', 'rv-group');
  for (const verdict of ['accept', 'reject', 'hold']) {
    const button = make('button', '', verdict + ' all ' + records.length);
    button.addEventListener('click', event => { event.stopPropagation(); decideGroup(records, verdict, title); });
    box.append(button);
  }
  return box;
};
const mark = () => {
  const i = app.grid && app.record !== null ? app.grid.place.get(app.record) : undefined;
  if (i !== undefined) { app.grid.choose(i, true); app.grid.reveal(i); }
};

// ---- what stands
const COLUMNS_OF = row => ({decision: row.decision, mine: row.mine, decided_by: row.decisions.map(one => one.who + ': ' + one.verdict).join('; '),
  decision_reason: row.decisions.map(one => [app.about.reasons[one.reason], one.text].filter(Boolean).join('; ')).filter(Boolean).join(' | '),
  comments: row.comments.map(one => one.who + ': ' + one.text).join(' | '), tags: row.tags, lists: row.lists});
app.take = rows => {
  for (const row of rows) {
    app.rows.set(row.record, row);
    if (app.grid) app.grid.update(row.record, COLUMNS_OF(row));
    if (row.record === app.record && app.shown) app.shown.review(row);
  }
  progress();
};
const progress = () => {
  let mine = 0;
  for (const record of app.data.record) if (app.rowOf(record).mine) mine += 1;
  byId('progress').textContent = mine.toLocaleString('en') + ' of ' + app.data.record.length.toLocaleString('en') + ' judged by you' + (app.about.scored ? ', ' + app.about.scored.toLocaleString('en') + ' compounds scored' : '');
  const settings = app.about.settings;
  byId('phase').textContent = settings.blind ? 'blind pass' + (settings.hide_ranks ? ', ranks hidden' : '') : '';
  byId('who').textContent = app.about.me + ' (' + app.about.role + ')';
};
const everything = async () => {
  app.about = await ask('/api/review');
  const {rows} = await ask('/api/state');
  app.rows = new Map();
  for (const column of ['decision', 'mine', 'decided_by', 'decision_reason', 'comments']) app.data[column] = app.data.record.map(() => '');
  for (const column of ['tags', 'lists']) app.data[column] = app.data.record.map(() => []);
  const place = new Map(app.data.record.map((record, i) => [record, i]));
  for (const row of rows) { app.rows.set(row.record, row); const i = place.get(row.record); if (i !== undefined) for (const [key, value] of Object.entries(COLUMNS_OF(row))) app.data[key][i] = value; }
  makeGrid(); progress();
  if (app.shown) app.shown.review(app.rowOf(app.record));
};
app.everything = everything;

// ---- one hit
app.load = record => {
  if (!app.hits.has(record)) {
    if (app.hits.size > 60) app.hits.delete(app.hits.keys().next().value);
    const found = ask('/api/hits/' + record);
    found.catch(() => app.hits.delete(record));
    app.hits.set(record, found);
  }
  return app.hits.get(record);
};
const orderNow = () => app.about.order || app.grid.state.shown.map(i => app.data.record[i]);
const following = (record, step) => { const order = orderNow(), at = order.indexOf(record); return order[at < 0 ? 0 : at + step]; };
const undecidedAfter = record => {
  const order = orderNow(), at = order.indexOf(record);
  for (const one of [...order.slice(at + 1), ...order.slice(0, Math.max(at, 0))]) if (!app.rowOf(one).mine && one !== record) return one;
  return null;
};
app.show = async (record, quiet) => {
  if (record === null || record === undefined) return;
  const began = performance.now();
  if (app.record !== null && app.record !== record && !quiet) app.trail.push(app.record);
  app.record = record;
  mark();
  let found;
  try { found = await app.load(record); } catch (error) { tell(error.message, true); return; }
  if (app.record !== record) return;
  app.take([{...found.review, ...(app.rows.get(record) || found.review)}].filter(() => !app.rows.has(record)));
  app.shown = window.workbenchHit(app, found);
  app.shown.review(app.rowOf(record));
  byId('hit').dataset.record = record; byId('hit').dataset.ms = String(Math.round(performance.now() - began));
  keep();
  // The next one is fetched while this one is looked at.
  const next = undecidedAfter(record);
  if (next !== null) { app.load(next).catch(() => {}); drawing(next); const image = new Image(); image.src = '/hits/' + next + '/large.svg'; }
};
const repeats = () => app.about.settings.blind && app.about.settings.repeats > 0;
app.next = async () => {
  if (repeats()) {
    try {
      const found = await ask('/api/next' + (app.record === null ? '' : '?after=' + app.record));
      if (found.record === null) { tell('You have judged every hit.'); return; }
      app.take([found.review]); app.hits.delete(found.record);
      await app.show(found.record);
    } catch (error) { tell(error.message, true); }
    return;
  }
  const record = undecidedAfter(app.record);
  if (record === null) { tell('You have judged every hit that is shown.'); return; }
  await app.show(record);
};
app.decide = async verdict => {
  if (app.busy || app.record === null || app.about.role === 'observer') return;
  app.busy = true;
  const record = app.record, text = byId('text').value.trim(), reason = byId('reason').value;
  try {
    const found = await app.load(record);
    const answer = await ask('/api/decisions', {records: [record], verdict, reason, text, evidence: found.evidence});
    app.take(answer.rows);
    byId('text').value = ''; byId('reason').value = '';
    tell(verdict + ': ' + found.row.name);
    await app.next();
  } catch (error) {
    if (/evidence has changed/.test(error.message)) app.hits.delete(record);
    tell(error.message, true);
    if (/says why/.test(error.message)) byId('text').focus();
  } finally { app.busy = false; }
};
const decideGroup = async (records, verdict, title) => {
  try {
    const answer = await ask('/api/decisions', {records, verdict, reason: byId('reason').value, text: byId('text').value.trim() || 'decided for ' + title.slice(0, 300)});
    app.take(answer.rows); tell(verdict + ': ' + records.length + ' hits of ' + title);
  } catch (error) { tell(error.message, true); alertInList(error.message); }
};
const alertInList = text => { const count = document.querySelector('#grid .wb-count'); if (count && app.view === 'list') count.textContent = text; };
app.undo = async line => {
  try {
    const answer = await ask('/api/undo', line === undefined ? {} : {line});
    app.take(answer.rows);
    if (answer.rows.length) { await app.show(answer.rows[0].record); tell('Taken back: ' + (app.data.name[app.grid.place.get(answer.rows[0].record)] || 'record ' + answer.rows[0].record)); }
  } catch (error) { tell(error.message, true); }
};
app.comment = async () => {
  const text = byId('text').value.trim();
  if (!text) { byId('text').focus(); tell('Type the comment, then press Enter or Comment.'); app.commenting = true; return; }
  try { const answer = await ask('/api/comments', {records: [app.record], text}); app.take(answer.rows); byId('text').value = ''; app.commenting = false; tell('Comment written.'); byId('text').blur(); }
  catch (error) { tell(error.message, true); }
};

// ---- views and links
app.open = (view, quiet) => {
  if (view === app.view && !quiet) return;
  const listed = app.view === 'list';
  app.view = view; main.dataset.view = view;
  document.querySelectorAll('nav [data-view]').forEach(button => button.setAttribute('aria-pressed', String(button.dataset.view === view)));
  if (app.data && (listed !== (view === 'list'))) makeGrid();
  if (view !== 'hit' && view !== 'list') window.workbenchPanels[view](app, byId('panel'));
  keep();
};
const keep = () => {
  if (!app.grid) return;
  const view = app.grid.getView(), brief = {v: app.view, r: app.record, g: view};
  const camera = app.shown && app.shown.camera ? app.shown.camera() : null;
  if (camera) brief.c = camera.map(value => +value.toFixed(3));
  history.replaceState(null, '', '#' + encodeURIComponent(JSON.stringify(brief)));
};
app.keep = keep;
const restore = () => {
  try { return JSON.parse(decodeURIComponent(location.hash.slice(1))); } catch (error) { return {}; }
};

const live = () => {
  const source = new EventSource('/api/live');
  let lost = false;
  source.onmessage = event => {
    const message = JSON.parse(event.data);
    if (message.everything) everything(); else app.take(message.rows);
    const others = message.by.filter(name => name !== app.about.me);
    if (others.length && message.rows.length) app.lastBy = others;
  };
  source.onerror = () => { lost = true; };
  source.onopen = () => { if (lost) { lost = false; everything(); } };
};

const start = async () => {
  app.about = await ask('/api/review');
  const began = performance.now();
  const packed = await (await fetch('/api/hits')).json();
  app.fields = packed.fields; app.data = packed.columns;
  app.saved = app.fields.map(field => field.name).concat(['decision', 'decided_by', 'decision_reason', 'comments']);
  const wanted = restore();
  app.view = wanted.v || 'hit'; main.dataset.view = app.view;
  await everything();
  document.body.dataset.ready = String(Math.round(performance.now() - began));
  if (wanted.g) app.grid.setView(wanted.g);
  app.camera = wanted.c || null;
  const reason = byId('reason');
  reason.append(new Option('reason …', ''));
  for (const [code, words] of Object.entries(app.about.reasons)) reason.append(new Option(words, code));
  if (app.about.role === 'observer') document.querySelectorAll('.rv-decide button[data-verdict],#comment,#undo,#text,#reason').forEach(one => { one.disabled = true; });
  byId('logout').hidden = !app.about.logged_in;
  if (app.view !== 'hit') app.open(app.view, true);
  document.querySelectorAll('nav [data-view]').forEach(button => { button.setAttribute('aria-pressed', String(button.dataset.view === app.view)); button.addEventListener('click', () => app.open(button.dataset.view)); });
  const first = wanted.r ?? undecidedAfter(null) ?? orderNow()[0];
  if (repeats() && wanted.r === undefined) await app.next(); else await app.show(first);
  live();
};
byId('grid').addEventListener('wb-choose', event => { app.show(event.detail.record); });
byId('grid').addEventListener('wb-shown', () => keep());
byId('grid').addEventListener('dblclick', event => { if (app.view === 'list' && event.target.closest('.wb-row')) app.open('hit'); });
document.querySelectorAll('[data-verdict]').forEach(button => button.addEventListener('click', () => app.decide(button.dataset.verdict)));
byId('undo').addEventListener('click', () => app.undo());
byId('comment').addEventListener('click', app.comment);
byId('next').addEventListener('click', app.next);
const back = () => { const before = app.trail.pop(); app.show(before === undefined ? following(app.record, -1) : before, true); };
byId('back').addEventListener('click', back);
byId('text').addEventListener('keydown', event => { if (event.key === 'Enter' && app.commenting) { event.preventDefault(); app.comment(); } if (event.key === 'Escape') event.target.blur(); });
byId('link').addEventListener('click', async () => { keep(); try { await navigator.clipboard.writeText(location.href); tell('The link is copied.'); } catch (error) { tell('Copy the address of this page: it is the link.'); } });
byId('logout').addEventListener('click', async () => { await ask('/logout', {}).catch(() => {}); location.replace('/login'); });
document.addEventListener('keydown', event => {
  if (event.ctrlKey || event.metaKey || event.altKey || /^(INPUT|SELECT|TEXTAREA)$/.test(event.target.tagName)) return;
  const act = {a: () => app.decide('accept'), r: () => app.decide('reject'), h: () => app.decide('hold'), c: app.comment, u: () => app.undo(), n: app.next, p: back, ArrowRight: app.next, ArrowLeft: back,
    l: () => app.open(app.view === 'list' ? 'hit' : 'list')}[event.key];
  if (!act || (app.view !== 'hit' && !['l', 'u'].includes(event.key))) return;
  event.preventDefault(); act();
});
start().catch(error => tell(error.message, true));
