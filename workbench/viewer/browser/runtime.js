// Draws views. Runs once for each output, defines itself once for each page.
const NAME = 'workbench3d ' + WHERE.version;
const page = window[NAME] || (window[NAME] = {views: [], waiting: [], errors: []});

const unpack = async packed => new Response(new Blob([Uint8Array.from(atob(packed), c => c.charCodeAt(0))])
  .stream().pipeThrough(new DecompressionStream('gzip'))).text();
// require.js and module loaders on the page must not take the script for themselves.
const evaluate = text => (new Function('exports', 'module', 'define', text)).call(window, undefined, undefined, undefined);
const fetched = url => new Promise((done, failed) => {
  const element = document.createElement('script');
  element.src = url; element.onload = done;
  element.onerror = () => failed(new Error('nothing at ' + url.replace(/^https?:\/\/[^/]*/, '')));
  document.head.append(element);
});

const find3Dmol = async () => {
  if (window.$3Dmol) return;
  const ways = [], errors = [];
  if (PACKED) ways.push(async () => evaluate(await unpack(PACKED)));
  else errors.push('not in this page');
  const config = document.getElementById('jupyter-config-data');
  if (config) {
    const url = JSON.parse(config.textContent).fullLabextensionsUrl;
    if (url) ways.push(() => fetched(url + WHERE.extension));
  }
  if (WHERE.public) ways.push(() => fetched(WHERE.public));
  for (const way of ways) {
    try { await way(); if (window.$3Dmol) return; } catch (error) { errors.push(error.message || String(error)); }
  }
  throw new Error('3Dmol.js is missing (' + errors.join('; ') + '). Run the notebook from its first view, or install the package again');
};
// py3Dmol, RDKit and ProLIF look for this promise, so their views draw with no network too.
const provide = () => {
  if (window.$3Dmol && !window.$3Dmolpromise) window.$3Dmolpromise = Promise.resolve();
  if (window.$3Dmolpromise) return window.$3Dmolpromise;
  const promise = find3Dmol();
  window.$3Dmolpromise = promise;
  promise.catch(() => { if (window.$3Dmolpromise === promise) delete window.$3Dmolpromise; });
  return promise;
};

const hasWebGL = () => {
  if (page.webgl === undefined) {
    try {
      const canvas = document.createElement('canvas');
      const context = canvas.getContext('webgl2') || canvas.getContext('webgl');
      page.webgl = !!context;
      const lose = context && context.getExtension('WEBGL_lose_context');
      if (lose) lose.loseContext();
    } catch (error) { page.webgl = false; }
  }
  return page.webgl;
};

const container = uid => new Promise((done, failed) => {
  const limit = Date.now() + 20000;
  const look = () => {
    const element = document.querySelector('[data-wb-view="' + uid + '"]:not([data-wb-drawn])');
    if (element) done(element);
    else if (Date.now() > limit) failed(new Error('no place to draw'));
    else setTimeout(look, 30);
  };
  look();
});

const say = (root, text) => { const line = root.querySelector('.wb-say'); if (line) line.textContent = text; };

const dispose = view => {
  for (const viewer of view.viewers) {
    try {
      viewer.stopAnimate(); viewer.removeAllSurfaces(); viewer.removeAllModels(); viewer.removeAllShapes(); viewer.removeAllLabels();
      viewer.render();
      if (viewer.divwatcher) viewer.divwatcher.disconnect();
      if (viewer.intwatcher) viewer.intwatcher.disconnect();
    } catch (error) { page.errors.push(String(error)); }
  }
  for (const [target, type, listener] of view.listeners) target.removeEventListener(type, listener);
  for (const watcher of view.watchers) watcher.disconnect();
  if (window['viewer_' + view.uid] === view.viewer) delete window['viewer_' + view.uid];
  delete window['viewergrid_' + view.uid];
  page.views.splice(page.views.indexOf(view), 1);
  view.viewers = []; view.viewer = null; view.root = null; view.api = null;
};

// 3Dmol.js listens on window and body for ever; note what it adds, to take it away with the view.
const noting = (listeners, work) => {
  const original = EventTarget.prototype.addEventListener;
  EventTarget.prototype.addEventListener = function (type, listener, options) {
    if (this === window || this === document.body) listeners.push([this, type, listener]);
    return original.call(this, type, listener, options);
  };
  try { return work(); } finally { EventTarget.prototype.addEventListener = original; }
};

const residueName = atom => (atom.resn || '').trim() + (atom.resi === undefined ? '' : atom.resi) + (atom.icode || '').trim();
const atomName = (view, atom, panel) => {
  const model = view.spec.models[panel + ':' + atom.model] || {};
  if (model.title) return model.title + ' · ' + ((model.atoms && model.atoms[atom.index]) || atom.elem);
  let text = residueName(atom) + ' · chain ' + (atom.chain || '?') + ' · ' + atom.atom;
  const key = atom.chain + ':' + atom.resi + (atom.icode || '').trim();
  const note = view.spec.notes[key];
  if (note) text += ' · ' + note;
  else if (view.spec.value) text += ' · ' + view.spec.value + ' ' + (atom.b || 0).toFixed(1);
  return text;
};

const paper = root => {
  const stage = root.querySelector('.wb-stage');
  const colour = getComputedStyle(stage).backgroundColor;
  return !colour || colour === 'rgba(0, 0, 0, 0)' ? '#ffffff' : colour;
};
const hex = colour => {
  const parts = (colour.match(/[\d.]+/g) || []).map(Number);
  return colour.startsWith('#') || parts.length < 3 ? colour : '#' + parts.slice(0, 3).map(p => Math.round(p).toString(16).padStart(2, '0')).join('');
};

const show = (view, group, on) => {
  for (const viewer of view.viewers) {
    for (const label of viewer.labels) if (label.stylespec && label.stylespec.group === group) on ? label.show() : label.hide();
    for (const shape of viewer.shapes) if (shape && shape.stylespec && shape.stylespec.group === group) shape.updateStyle({hidden: !on});
  }
  view.spec.styles.filter(style => style.group === group).forEach(style => style.viewers(view).forEach(
    viewer => on ? viewer.addStyle(style.selection, style.style) : viewer.setStyle(style.selection, style.off || {})));
  if (view.spec.surfaces.some(surface => surface.group === group)) {
    view.hidden[group] = !on;
    surfaces(view);
  }
  view.viewers.forEach(viewer => viewer.render());
};

// Where 3Dmol.js keeps its eye, in Å; CAMERA_A in scene.py.
const EYE = 150;

const surfaces = async view => {
  const turn = view.turn = (view.turn || 0) + 1;
  view.viewers.filter(viewer => Object.keys(viewer.surfaces).length).forEach(viewer => viewer.removeAllSurfaces());
  for (const surface of view.spec.surfaces) {
    if (view.hidden[surface.group]) continue;
    for (const viewer of surface.panel === undefined ? view.viewers : [view.viewers[surface.panel]]) {
      await viewer.addSurface(surface.type, {...surface.style}, surface.atoms, surface.context);
      if (view.turn !== turn || !view.root) return;
    }
  }
  if (view.root) view.root.setAttribute('data-wb-surface', String(view.viewers.reduce((n, v) => n + Object.keys(v.surfaces).length, 0)));
};

const png = (view, width) => {
  const stage = view.root.querySelector('.wb-canvas'), canvas = view.viewer.getCanvas();
  // 3Dmol.js draws finer than the page shows; the picture is resized only for another width.
  const scale = width ? width / canvas.width : 1;
  const before = stage.getAttribute('style') || '';
  const refresh = () => view.viewers.forEach(viewer => { viewer.resize(); viewer.render(); });
  if (Math.abs(scale - 1) > 0.002) {
    const [wide, high] = [stage.clientWidth, stage.clientHeight];
    stage.style.inset = 'auto'; stage.style.left = '0'; stage.style.top = '0';
    stage.style.width = wide * scale + 'px'; stage.style.height = high * scale + 'px';
  }
  refresh();
  const uri = view.viewer.pngURI();
  stage.style.cssText = before;
  refresh();
  return uri;
};

const wire = view => {
  const {root, spec, viewers} = view;
  const readout = root.querySelector('.wb-read');
  const tell = text => { if (readout) { readout.textContent = text; readout.style.display = text ? 'block' : 'none'; } };
  viewers.forEach((viewer, panel) => {
    viewer.setHoverDuration(80);
    const hover = view.hover = {in: atom => {
      if (atom.hoverLabel) return;
      atom.hoverLabel = viewer.addLabel(atomName(view, atom, panel).replace(/ · .*$/, m => m.length > 60 ? '' : m), {position: {x: atom.x, y: atom.y, z: atom.z},
        backgroundColor: '#1c2430', backgroundOpacity: 0.9, fontColor: 'white', fontSize: 12, inFront: true, alignment: 'bottomLeft', group: 'hover'});
      tell(atomName(view, atom, panel));
    }, out: atom => {
      if (atom.hoverLabel) { viewer.removeLabel(atom.hoverLabel); delete atom.hoverLabel; }
      tell('');
    }};
    viewer.setHoverable({}, true, hover.in, hover.out);
    const pick = view.pick = atom => {
      const picked = {model: atom.model, chain: atom.chain || '', number: atom.resi === undefined ? null : atom.resi,
        insertion_code: (atom.icode || '').trim(), residue: (atom.resn || '').trim(), atom: atom.atom || '', element: atom.elem || '',
        index: atom.index, text: atomName(view, atom, panel)};
      root.setAttribute('data-wb-picked', picked.text);
      root.dispatchEvent(new CustomEvent('wb-pick', {bubbles: true, detail: picked}));
    };
    viewer.setClickable({}, true, pick);
  });
  root.querySelectorAll('[data-wb-group]').forEach(box => box.addEventListener('change', () => show(view, box.dataset.wbGroup, box.checked)));
  root.querySelectorAll('[data-wb-group]').forEach(box => { if (!box.checked) show(view, box.dataset.wbGroup, false); });
  root.addEventListener('click', event => {
    const row = event.target.closest && event.target.closest('[data-at]');
    if (!row || event.target.tagName === 'INPUT') return;
    const [x, y, z] = row.dataset.at.split(',').map(Number);
    const now = view.viewer.getView();
    view.viewer.setView([-x, -y, -z, ...now.slice(3)]); view.viewer.render();
  });
  const act = {
    reset: () => { viewers.forEach((viewer, i) => { viewer.setView(view.start[i]); viewer.setSlab(...view.slab[i]); viewer.render(); }); },
    png: () => { const link = document.createElement('a'); link.href = png(view); link.download = spec.file + '.png'; link.click(); },
    full: () => { const stage = root.querySelector('.wb-stage'); document.fullscreenElement ? document.exitFullscreen() : stage.requestFullscreen(); },
    spin: () => { view.spinning = !view.spinning; viewers.forEach(viewer => viewer.spin(view.spinning ? 'y' : false)); },
  };
  root.querySelectorAll('.wb-tools button[data-do]').forEach(button => button.addEventListener('click', () => act[button.dataset.do]()));
  root.querySelector('.wb-tools').style.display = '';
  const theme = new MutationObserver(() => { viewers.forEach(viewer => { viewer.setBackgroundColor(hex(paper(root))); viewer.render(); }); });
  theme.observe(document.body, {attributes: true, attributeFilter: ['data-jp-theme-name', 'data-jp-theme-light', 'class']});
  view.watchers.push(theme);
  view.act = act;
};

// The list beside a view of hits: choosing a row shows its pose, with the camera where it is.
const hits = async view => {
  const {root, spec} = view;
  if (!spec.hits) return;
  const list = JSON.parse(await unpack(spec.hits));
  if (!view.root) return;
  const box = root.querySelector('.wb-hits'), detail = root.querySelector('.wb-detail');
  const viewer = view.viewer, style = spec.pose, make = (tag, cls, text) => {
    const element = document.createElement(tag);
    if (cls) element.className = cls;
    if (text !== undefined) element.textContent = text;
    return element;
  };
  const state = {at: -1, model: null, rows: []};
  box.textContent = '';
  // A grid on the same page shows a pose here by its record.
  view.api.records = () => list.filter(hit => hit.pose).map(hit => hit.record);
  view.api.choose = record => choose(list.findIndex(hit => hit.record === record));
  const clear = () => {
    if (state.model) viewer.removeModel(state.model);
    state.model = null;
    viewer.shapes.filter(shape => shape && shape.stylespec && shape.stylespec.pose).forEach(shape => viewer.removeShape(shape));
    viewer.labels.filter(label => label.stylespec && label.stylespec.pose).forEach(label => viewer.removeLabel(label));
  };
  const table = hit => {
    detail.textContent = '';
    detail.append(make('h3', '', hit.rank + ' · ' + hit.name));
    hit.lines.forEach(line => detail.append(make('p', '', line)));
    if (!hit.pose) { detail.append(make('p', 'wb-none', 'No pose computed.')); return; }
    detail.append(make('p', '', 'Pose: ' + hit.pose.origin + '.'));
    hit.pose.notes.forEach(note => detail.append(make('p', '', note)));
    const rows = make('table'), head = make('tr');
    if (hit.pose.contacts.length) { head.append(...['', 'contact', 'residue', 'atom', 'ligand', 'Å'].map(text => make('th', '', text))); rows.append(head); }
    hit.pose.contacts.forEach(contact => {
      const row = make('tr'); row.title = contact.kind;
      row.dataset.at = ['x', 'y', 'z'].map(k => ((contact.start[k] + contact.end[k]) / 2).toFixed(2)).join(',');
      const key = make('td'), mark = make('span', 'wb-key'); mark.style.background = contact.colour; key.append(mark);
      row.append(key, make('td', '', contact.kind), make('td', '', contact.residue), make('td', '', contact.atom), make('td', '', contact.ligand), make('td', 'wb-n', contact.length.toFixed(2)));
      rows.append(row);
      if (contact.remark) { const line = make('tr'), cell = make('td', '', contact.remark); cell.colSpan = 5; line.append(make('td'), cell); rows.append(line); }
    });
    const frame = make('div', 'wb-contacts'); frame.append(rows); detail.append(frame);
    if (hit.pose.map) {
      const map = make('details', 'wb-mapped'); map.append(make('summary', '', '2D interaction map'));
      const drawing = document.importNode(new DOMParser().parseFromString(hit.pose.map, 'image/svg+xml').documentElement, true);
      drawing.style.maxWidth = '100%'; drawing.style.height = 'auto'; map.append(drawing); detail.append(map);
    }
  };
  const choose = (at, told) => {
    if (at < 0 || at >= list.length || at === state.at) return;
    state.at = at;
    const hit = list[at];
    state.rows.forEach((row, i) => row.setAttribute('aria-selected', String(i === at)));
    const row = state.rows[at];
    if (row.offsetTop < box.scrollTop || row.offsetTop + row.offsetHeight > box.scrollTop + box.clientHeight) box.scrollTop = row.offsetTop - box.clientHeight / 3;
    clear();
    if (hit.pose) {
      const kept = viewer.getView();
      state.model = viewer.addModel(hit.pose.block, 'sdf', {keepH: true});
      state.model.setStyle({}, style);
      state.model.setHoverable({}, true, view.hover.in, view.hover.out); state.model.setClickable({}, true, view.pick);
      view.spec.models['0:' + state.model.getID()] = {title: hit.name, atoms: hit.pose.names};
      hit.pose.contacts.filter(contact => contact.drawn).forEach(contact => {
        const stops = contact.via ? [contact.start, contact.via, contact.end] : [contact.start, contact.end];
        stops.slice(1).forEach((end, i) => viewer.addCylinder({start: stops[i], end, radius: contact.solid ? 0.12 : 0.07, color: contact.colour,
          dashed: !contact.solid, dashLength: 0.28, gapLength: 0.18, fromCap: 1, toCap: 1, pose: true, group: contact.kind}));
        if (contact.via) viewer.addSphere({center: contact.via, radius: 0.32, color: '#e0301e', pose: true, group: contact.kind});
        viewer.addLabel(contact.length.toFixed(1) + ' Å', {...spec.distance, pose: true, group: contact.kind,
          position: {x: (contact.start.x + contact.end.x) / 2, y: (contact.start.y + contact.end.y) / 2, z: (contact.start.z + contact.end.z) / 2}});
      });
      viewer.setView(kept);
    }
    viewer.render();
    table(hit);
    root.setAttribute('data-wb-hit', String(hit.record));
    if (!told) root.dispatchEvent(new CustomEvent('wb-choose', {bubbles: true, detail: {record: hit.record, rank: hit.rank}}));
  };
  list.forEach((hit, at) => {
    const row = make('div', 'wb-hit'); row.setAttribute('role', 'option'); row.setAttribute('aria-selected', 'false');
    const drawing = make('div', 'wb-mini');
    if (hit.drawing) drawing.append(document.importNode(new DOMParser().parseFromString(hit.drawing, 'image/svg+xml').documentElement, true));
    const text = make('div');
    text.append(make('div', 'wb-hitname', hit.rank + ' · ' + hit.name), make('div', '', hit.affinity), make('div', 'wb-soft', hit.interval));
    hit.tags.forEach(([tag, kind]) => text.append(make('span', 'wb-tag ' + kind, tag)));
    if (!hit.pose) text.append(make('span', 'wb-tag', 'no pose'));
    row.append(drawing, text);
    row.addEventListener('click', () => { choose(at); box.focus({preventScroll: true}); });
    box.append(row); state.rows.push(row);
  });
  box.addEventListener('keydown', event => {
    const to = {ArrowDown: state.at + 1, ArrowRight: state.at + 1, ArrowUp: state.at - 1, ArrowLeft: state.at - 1, Home: 0, End: list.length - 1}[event.key];
    if (to === undefined) return;
    event.preventDefault(); choose(Math.min(Math.max(to, 0), list.length - 1));
  });
  view.choose = record => choose(list.findIndex(hit => hit.record === record), true);
  const first = list.findIndex(hit => hit.pose);
  choose(first < 0 ? 0 : first, true);
};

const draw = async (uid, spec, root) => {
  const began = performance.now();
  root.setAttribute('data-wb-drawn', 'waiting');
  try {
    if (!hasWebGL()) throw new Error('this browser has no WebGL. Turn on hardware acceleration, or use another browser');
    try { await provide(); } catch (error) {
      // A later output may bring the script along.
      page.waiting.push([uid, spec, root]);
      throw error;
    }
    for (const old of page.views.filter(v => v.cell && v.cell === spec.cell && v.run !== spec.run)) dispose(old);
    const stage = root.querySelector('.wb-canvas');
    const view = {uid, spec, root, cell: spec.cell, run: spec.run, listeners: [], watchers: [], hidden: {}, viewers: []};
    const config = {backgroundColor: hex(paper(root)), ...spec.config};
    let grid = null;
    noting(view.listeners, () => {
      if (spec.grid) {
        grid = $3Dmol.createViewerGrid(stage, {rows: spec.grid[0], cols: spec.grid[1], control_all: spec.linked}, config);
        view.viewers = grid.flat();
      } else view.viewers = [$3Dmol.createViewer(stage, config)];
    });
    view.viewer = view.viewers[0];
    if (!view.viewer) throw new Error('this browser gave no WebGL context');
    window['viewer_' + uid] = view.viewer;
    if (grid) window['viewergrid_' + uid] = grid;
    // A server with a strict content policy gives the commands as a script of its own, which defines this function.
    const scene = spec.scene ? window[spec.scene] : new Function('viewer_UNIQUEID', 'viewergrid_UNIQUEID', await unpack(spec.commands));
    // Many commands would draw the half-made scene; it is drawn once, when it is complete.
    view.viewers.forEach(viewer => { viewer.show = () => {}; });
    try { scene(view.viewer, grid); }
    finally { view.viewers.forEach(viewer => { delete viewer.show; }); }
    spec.styles.forEach(style => { style.viewers = v => style.panel === undefined ? v.viewers : [v.viewers[style.panel]]; });
    view.slab = view.viewers.map(viewer => { const s = viewer.getSlab(); return [s.near, s.far]; });
    // The camera was placed for a picture at least as wide as high; on a phone it steps back until the sides are in.
    const [down, across] = spec.grid || [1, 1], shape = (stage.clientWidth / across) / (stage.clientHeight / down);
    if (shape > 0 && shape < 1) view.viewers.forEach(viewer => { const now = viewer.getView(); now[3] = EYE - (EYE - now[3]) * Math.min(1 / shape, 2.5); viewer.setView(now); });
    view.viewers.forEach(viewer => viewer.render());
    view.start = view.viewers.map(viewer => viewer.getView());
    page.views.push(view);
    wire(view);
    root.querySelector('.wb-flat').remove();
    root.setAttribute('data-wb-drawn', 'yes');
    root.setAttribute('data-wb-ms', String(Math.round(performance.now() - began)));
    root.workbench = view.api = {view, png: width => png(view, width), show: (group, on) => show(view, group, on)};
    root.dispatchEvent(new CustomEvent('wb-drawn', {bubbles: true}));
    hits(view).then(() => surfaces(view)).catch(error => page.errors.push(String(error)));
  } catch (error) {
    root.setAttribute('data-wb-drawn', 'failed');
    const text = (error && error.message) || String(error);
    say(root, '3D view not drawn: ' + text.replace(/\.$/, '') + '. This picture is a flat drawing of it.');
    page.errors.push(text);
  }
};

// One after the other, so that a page with many views stays alive while they come.
page.draw = page.draw || ((uid, spec) => container(uid).then(root => {
  root.setAttribute('data-wb-drawn', 'waiting');
  page.turn = (page.turn || Promise.resolve()).then(() => draw(uid, spec, root)).then(() => new Promise(next => setTimeout(next, 0)));
}, () => {}));
page.dispose = dispose;
page.png = png;
if (PACKED) {
  provide().then(() => page.waiting.splice(0).forEach(([uid, spec, root]) => {
    draw(uid, spec, root);
  }), () => {});
}
