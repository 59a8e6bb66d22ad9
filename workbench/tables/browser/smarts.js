// Substructure search on the page: reads canonical SMILES and SMARTS, matches by depth-first search.
// Understood: elements, * a A, [#n], H D X R r x v charges, ! & , ; $( ), bonds - = # : ~ @ and their combinations, dots.
const substructure = (() => {
  const SYMBOLS = ('H He Li Be B C N O F Ne Na Mg Al Si P S Cl Ar K Ca Sc Ti V Cr Mn Fe Co Ni Cu Zn Ga Ge As Se Br Kr Rb Sr Y Zr Nb Mo Tc Ru ' +
    'Rh Pd Ag Cd In Sn Sb Te I Xe Cs Ba La Ce Pr Nd Pm Sm Eu Gd Tb Dy Ho Er Tm Yb Lu Hf Ta W Re Os Ir Pt Au Hg Tl Pb Bi').split(' ');
  const NUMBER = Object.fromEntries(SYMBOLS.map((symbol, i) => [symbol, i + 1]));
  const AROMATIC = {b: 5, c: 6, n: 7, o: 8, p: 15, s: 16, se: 34, as: 33, te: 52, si: 14};
  const VALENCE = {5: [3], 6: [4], 7: [3, 5], 8: [2], 9: [1], 15: [3, 5], 16: [2, 4, 6], 17: [1], 35: [1], 53: [1]};
  const fail = (text, at) => { throw new Error('SMARTS not understood at “' + text.slice(at, at + 8) + '”'); };

  // The shared walk over atoms, branches, ring closures and dots; `atom` and `bond` read one token each.
  const walk = (text, readAtom, readBond) => {
    const atoms = [], bonds = [], open = {}, stack = [];
    let last = -1, at = 0, pending = null;
    const join = (a, b, bond) => { bonds.push({a, b, bond}); };
    while (at < text.length) {
      const c = text[at];
      if (c === '(') { if (last < 0) fail(text, at); stack.push(last); at++; continue; }
      if (c === ')') { if (!stack.length) fail(text, at); last = stack.pop(); pending = null; at++; continue; }
      if (c === '.') { last = -1; pending = null; at++; continue; }
      if (/[0-9%]/.test(c)) {
        let name = c;
        if (c === '%') { const m = /^%(\d\d)|^%\((\d+)\)/.exec(text.slice(at)); if (!m) fail(text, at); name = String(+(m[1] || m[2])); at += m[0].length; } else at++;
        if (last < 0) fail(text, at - 1);
        if (open[name]) { join(open[name].atom, last, open[name].bond || pending); delete open[name]; } else open[name] = {atom: last, bond: pending};
        pending = null; continue;
      }
      const bond = readBond(text, at);
      if (bond) { pending = bond.value; at = bond.next; continue; }
      const atom = readAtom(text, at);
      if (!atom) fail(text, at);
      atoms.push(atom.value); at = atom.next;
      if (last >= 0) join(last, atoms.length - 1, pending);
      last = atoms.length - 1; pending = null;
    }
    if (stack.length || Object.keys(open).length) fail(text, text.length - 1);
    return {atoms, bonds};
  };

  const organic = (text, at) => {
    const two = text.slice(at, at + 2), one = text[at];
    if (two === 'Cl' || two === 'Br') return {number: NUMBER[two], aromatic: false, next: at + 2};
    if ('BCNOPSFI'.includes(one)) return {number: NUMBER[one], aromatic: false, next: at + 1};
    if ('bcnops'.includes(one)) return {number: AROMATIC[one], aromatic: true, next: at + 1};
    return null;
  };

  const readSmilesAtom = (text, at) => {
    if (text[at] === '[') {
      const m = /^\[(\d+)?(\*|[A-Z][a-z]?|[a-z][a-z]?)(@{0,2}(?:TH|AL|SP|TB|OH)?\d*)(H\d*)?([+-]\d+|\++|-+)?(?::\d+)?\]/.exec(text.slice(at));
      if (!m) return null;
      let symbol = m[2], aromatic = symbol !== '*' && symbol[0] === symbol[0].toLowerCase();
      const number = symbol === '*' ? 0 : aromatic ? AROMATIC[symbol] : NUMBER[symbol];
      if (number === undefined) return null;
      const charge = !m[5] ? 0 : /\d/.test(m[5]) ? +m[5] : (m[5][0] === '+' ? 1 : -1) * m[5].length;
      return {value: {number, aromatic, charge, hydrogens: m[4] ? +(m[4].slice(1) || 1) : 0, bracket: true}, next: at + m[0].length};
    }
    if (text[at] === '*') return {value: {number: 0, aromatic: false, charge: 0, hydrogens: 0, bracket: true}, next: at + 1};
    const found = organic(text, at);
    return found && {value: {number: found.number, aromatic: found.aromatic, charge: 0, hydrogens: 0, bracket: false}, next: found.next};
  };
  const ORDER = {'-': 1, '=': 2, '#': 3, '$': 4, ':': 1.5, '/': 1, '\\': 1, '~': 1};
  const readSmilesBond = (text, at) => {
    if (text.startsWith('->', at) || text.startsWith('<-', at)) return {value: 0.5, next: at + 2};
    return ORDER[text[at]] === undefined ? null : {value: ORDER[text[at]], next: at + 1};
  };

  const molecule = smiles => {
    const {atoms, bonds} = walk(smiles, readSmilesAtom, readSmilesBond);
    atoms.forEach(atom => { atom.links = []; });
    bonds.forEach((entry, i) => {
      const both = atoms[entry.a].aromatic && atoms[entry.b].aromatic;
      entry.order = entry.bond || (both ? 1.5 : 1);
      entry.id = i; entry.ring = false; entry.aromatic = entry.order === 1.5;
      atoms[entry.a].links.push({to: entry.b, bond: entry}); atoms[entry.b].links.push({to: entry.a, bond: entry});
    });
    rings(atoms, bonds);
    for (const bond of bonds) if (bond.aromatic && !bond.ring) { bond.aromatic = false; bond.order = 1; }
    for (const atom of atoms) {
      if (!atom.bracket) {
        const list = VALENCE[atom.number] || [0];
        let used = atom.links.reduce((sum, link) => sum + (link.bond.aromatic ? 1 : link.bond.order), 0);
        if (atom.aromatic) used += 1;
        // Aromatic n, o and s in SMILES without brackets carry no hydrogen.
        atom.hydrogens = atom.aromatic && atom.number !== 6 && atom.number !== 5 ? 0 : Math.max(0, (list.find(v => v >= used) ?? used) - used);
      }
      atom.explicit = atom.links.filter(link => atoms[link.to].number === 1).length;
      atom.ring = atom.links.some(link => link.bond.ring);
    }
    return {atoms, bonds};
  };

  // A bond is in a ring if it is no bridge; the smallest ring through an atom is found by breadth-first search.
  const rings = (atoms, bonds) => {
    const order = new Array(atoms.length).fill(-1), low = new Array(atoms.length).fill(0);
    let clock = 0;
    for (let root = 0; root < atoms.length; root++) {
      if (order[root] >= 0) continue;
      const stack = [[root, null, 0]];
      order[root] = low[root] = clock++;
      while (stack.length) {
        const frame = stack[stack.length - 1], [at, via] = frame;
        if (frame[2] < atoms[at].links.length) {
          const link = atoms[at].links[frame[2]++];
          if (link.bond === via) continue;
          if (order[link.to] < 0) { order[link.to] = low[link.to] = clock++; stack.push([link.to, link.bond, 0]); }
          else { low[at] = Math.min(low[at], order[link.to]); link.bond.ring = true; }
        } else {
          stack.pop();
          if (stack.length) {
            const parent = stack[stack.length - 1][0];
            low[parent] = Math.min(low[parent], low[at]);
            if (low[at] <= order[parent]) via.ring = true;
          }
        }
      }
    }
  };
  const smallest = (mol, at) => {
    const atom = mol.atoms[at];
    if (atom.smallest !== undefined) return atom.smallest;
    let best = Infinity;
    for (const first of atom.links) {
      if (!first.bond.ring) continue;
      const far = new Map([[first.to, 1]]), queue = [first.to];
      for (let k = 0; k < queue.length; k++) {
        const now = queue[k];
        for (const link of mol.atoms[now].links) {
          if (link.bond === first.bond) continue;
          if (link.to === at) { best = Math.min(best, far.get(now) + 1); continue; }
          if (!far.has(link.to)) { far.set(link.to, far.get(now) + 1); queue.push(link.to); }
        }
      }
    }
    return (atom.smallest = best);
  };
  const total = atom => atom.hydrogens + atom.explicit;
  const valence = atom => Math.round(atom.links.reduce((sum, link) => sum + (link.bond.aromatic ? 1.5 : link.bond.order), 0) + atom.hydrogens);
  const is = (number, aromatic) => (mol, i) => mol.atoms[i].number === number && (aromatic === undefined || mol.atoms[i].aromatic === aromatic);

  const readSmartsAtom = (text, at) => {
    if (text[at] === '[') {
      let depth = 0, end = at;
      for (; end < text.length; end++) {
        if (text[end] === '[') depth++;
        else if (text[end] === ']' && --depth === 0) break;
      }
      if (depth) fail(text, at);
      return {value: atomTest(text.slice(at + 1, end).replace(/:\d+$/, '')), next: end + 1};
    }
    if (text[at] === '*') return {value: () => true, next: at + 1};
    if (text[at] === 'a') return {value: (mol, i) => mol.atoms[i].aromatic, next: at + 1};
    if (text[at] === 'A') return {value: (mol, i) => !mol.atoms[i].aromatic, next: at + 1};
    const found = organic(text, at);
    return found && {value: is(found.number, found.aromatic), next: found.next};
  };
  const split = (text, mark) => {
    const parts = []; let depth = 0, from = 0;
    for (let i = 0; i < text.length; i++) {
      if (text[i] === '(' || text[i] === '[') depth++;
      else if (text[i] === ')' || text[i] === ']') depth--;
      else if (!depth && text[i] === mark) { parts.push(text.slice(from, i)); from = i + 1; }
    }
    parts.push(text.slice(from));
    return parts;
  };
  const atomTest = text => {
    if (!text) fail('[]', 0);
    for (const [mark, all] of [[';', true], [',', false]]) {
      const parts = split(text, mark);
      if (parts.length > 1) { const tests = parts.map(atomTest); return all ? (m, i) => tests.every(t => t(m, i)) : (m, i) => tests.some(t => t(m, i)); }
    }
    const tests = []; let at = 0;
    while (at < text.length) {
      if (text[at] === '&') { at++; continue; }
      let not = false;
      while (text[at] === '!') { not = !not; at++; }
      const one = primitive(text, at, at === 0 || tests.length === 0);
      at = one.next;
      tests.push(not ? (m, i) => !one.test(m, i) : one.test);
    }
    return (m, i) => tests.every(t => t(m, i));
  };
  const count = (text, at, none) => { const m = /^\d+/.exec(text.slice(at)); return m ? [+m[0], at + m[0].length] : [none, at]; };
  const primitive = (text, at, first) => {
    const c = text[at];
    if (c === '$') {
      let depth = 0, end = at + 1;
      for (; end < text.length; end++) { if (text[end] === '(') depth++; else if (text[end] === ')' && --depth === 0) break; }
      if (depth) fail(text, at);
      const inner = pattern(text.slice(at + 2, end));
      return {test: (mol, i) => !!match(inner, mol, i), next: end + 1};
    }
    if (c === '*') return {test: () => true, next: at + 1};
    if (c === '#') { const [n, next] = count(text, at + 1); if (n === undefined) fail(text, at); return {test: is(n), next}; }
    if (c === '+' || c === '-') {
      const run = /^(\++|-+)/.exec(text.slice(at))[0];
      let [n, next] = count(text, at + run.length, run.length);
      const charge = c === '+' ? n : -n;
      return {test: (m, i) => m.atoms[i].charge === charge, next};
    }
    if (/\d/.test(c)) { const [, next] = count(text, at); return {test: () => true, next}; }
    if (c === '@') { const m = /^@{1,2}/.exec(text.slice(at)); return {test: () => true, next: at + m[0].length}; }
    const two = text.slice(at, at + 2);
    if (/^[A-Z][a-z]$/.test(two) && NUMBER[two]) return {test: is(NUMBER[two], false), next: at + 2};
    if (two === 'se' || two === 'as' || two === 'te' || two === 'si') return {test: is(AROMATIC[two], true), next: at + 2};
    if (c === 'H' && !(first && text.length === 1)) { const [n, next] = count(text, at + 1, 1); return {test: (m, i) => total(m.atoms[i]) === n, next}; }
    if (c === 'h') { const [n, next] = count(text, at + 1, -1); return {test: (m, i) => n < 0 ? m.atoms[i].hydrogens > 0 : m.atoms[i].hydrogens === n, next}; }
    if (c === 'D') { const [n, next] = count(text, at + 1, 1); return {test: (m, i) => m.atoms[i].links.length === n, next}; }
    if (c === 'X') { const [n, next] = count(text, at + 1, 1); return {test: (m, i) => m.atoms[i].links.length + m.atoms[i].hydrogens === n, next}; }
    if (c === 'v') { const [n, next] = count(text, at + 1, 1); return {test: (m, i) => valence(m.atoms[i]) === n, next}; }
    if (c === 'x') { const [n, next] = count(text, at + 1, -1); return {test: (m, i) => { const k = m.atoms[i].links.filter(l => l.bond.ring).length; return n < 0 ? k > 0 : k === n; }, next}; }
    if (c === 'R') {
      const [n, next] = count(text, at + 1, -1);
      // How many rings an atom is in depends on which set of rings is counted.
      if (n > 0) fail(text, at);
      return {test: (m, i) => m.atoms[i].ring === (n < 0), next};
    }
    if (c === 'r') { const [n, next] = count(text, at + 1, -1); return {test: (m, i) => n < 0 ? m.atoms[i].ring : n === 0 ? !m.atoms[i].ring : smallest(m, i) === n, next}; }
    if (c === 'a') return {test: (m, i) => m.atoms[i].aromatic, next: at + 1};
    if (c === 'A') return {test: (m, i) => !m.atoms[i].aromatic, next: at + 1};
    if (AROMATIC[c]) return {test: is(AROMATIC[c], true), next: at + 1};
    if (NUMBER[c]) return {test: is(NUMBER[c], c === 'H' ? undefined : false), next: at + 1};
    return fail(text, at);
  };
  const BOND = {
    '-': b => b.order === 1 && !b.aromatic, '=': b => b.order === 2, '#': b => b.order === 3, ':': b => b.aromatic, '~': () => true, '@': b => b.ring,
    '/': b => b.order === 1 && !b.aromatic, '\\': b => b.order === 1 && !b.aromatic,
  };
  const readSmartsBond = (text, at) => {
    const m = /^[-=#:~@\/\\!,;&]+/.exec(text.slice(at));
    if (!m) return null;
    const all = m[0].split(';').map(part => {
      const any = part.split(',').map(piece => {
        const tests = []; let not = false;
        for (const c of piece) {
          if (c === '&') continue;
          if (c === '!') { not = !not; continue; }
          const test = BOND[c]; tests.push(not ? b => !test(b) : test); not = false;
        }
        if (!tests.length) fail(text, at);
        return b => tests.every(t => t(b));
      });
      return b => any.some(t => t(b));
    });
    return {value: b => all.every(t => t(b)), next: at + m[0].length};
  };
  // No bond written in SMARTS is single or aromatic.
  const plain = b => b.aromatic || b.order === 1;
  const pattern = smarts => {
    const {atoms, bonds} = walk(smarts, readSmartsAtom, readSmartsBond);
    if (!atoms.length) fail(smarts, 0);
    const query = atoms.map(test => ({test, links: []}));
    bonds.forEach(({a, b, bond}) => { const test = bond || plain; query[a].links.push({to: b, test}); query[b].links.push({to: a, test}); });
    // Each atom follows one it is joined to, so that a partial match is always connected.
    const order = [], seen = new Set();
    for (let root = 0; root < query.length; root++) {
      if (seen.has(root)) continue;
      const queue = [[root, -1]];
      seen.add(root);
      while (queue.length) {
        const [at, from] = queue.pop();
        order.push({at, from});
        for (const link of query[at].links) if (!seen.has(link.to)) { seen.add(link.to); queue.push([link.to, at]); }
      }
    }
    return {query, order};
  };
  const match = ({query, order}, mol, fixed) => {
    const place = new Array(query.length).fill(-1), used = new Set();
    const step = k => {
      if (k === order.length) return true;
      const {at, from} = order[k];
      const choices = k === 0 && fixed !== undefined ? [fixed] : from < 0 ? mol.atoms.keys() : mol.atoms[place[from]].links.map(link => link.to);
      for (const i of choices) {
        if (used.has(i) || !query[at].test(mol, i)) continue;
        const fits = query[at].links.every(link => {
          if (place[link.to] < 0) return true;
          const found = mol.atoms[i].links.find(other => other.to === place[link.to]);
          return found && link.test(found.bond);
        });
        if (!fits) continue;
        place[at] = i; used.add(i);
        if (step(k + 1)) return true;
        place[at] = -1; used.delete(i);
      }
      return false;
    };
    return step(0) ? place : null;
  };
  const parsed = new Map();
  const search = (smarts, list) => {
    const query = pattern(smarts), found = new Map();
    list.forEach((smiles, i) => {
      if (!parsed.has(smiles)) { try { parsed.set(smiles, molecule(smiles)); } catch (error) { parsed.set(smiles, null); } }
      const mol = parsed.get(smiles), atoms = mol && match(query, mol);
      if (atoms) found.set(i, atoms);
    });
    return found;
  };
  return {search};
})();
