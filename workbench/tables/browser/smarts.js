// Substructure search on the page: SMARTS as RDKit reads it, stereo where the pattern says it. Anything else is refused, never passed over.
const substructure = (() => {
  const {NUMBER, AROMATIC, refuse, walk, organic, sides, molecule, rings, hybridise} = molecules;
  const STEPS = 3e6;
  let steps = 0;

  const hetero = (mol, i, plain) => mol.atoms[i].links.filter(({to}) => { const atom = mol.atoms[to]; return atom.number !== 6 && atom.number !== 1 && (!plain || !atom.aromatic); }).length;
  // Numbers that SMARTS asks for: what is counted, what no number means (a count, or 'any' for at least one).
  const COUNTS = {
    H: [atom => atom.hydrogens + atom.explicit, 1],
    h: [atom => atom.hydrogens, 'any'],
    D: [atom => atom.links.length, 1],
    d: [(atom, mol) => atom.links.filter(({to}) => mol.atoms[to].number !== 1).length, 1],
    X: [atom => atom.links.length + atom.hydrogens, 1],
    v: [atom => atom.valence, 1],
    x: [atom => atom.links.filter(link => link.bond.ring).length, 'any'],
    R: [(atom, mol) => { if (!atom.ring) return 0; rings(mol); return atom.sizes.length; }, 'any'],
    r: [(atom, mol) => { if (!atom.ring) return 0; rings(mol); return Math.min(...atom.sizes); }, 'any'],
    k: [null, 'any'],
    z: [(atom, mol, i) => hetero(mol, i, false), 'any'],
    Z: [(atom, mol, i) => hetero(mol, i, true), 'any'],
  };
  const is = (number, aromatic) => (mol, i) => mol.atoms[i].number === number && (aromatic === undefined || mol.atoms[i].aromatic === aromatic);

  // One atom expression in brackets; precedence: ! over & (or nothing) over , over ;.
  const bracket = body => {
    let at = 0, chiral = 0, hidden = false;
    const where = () => refuse('“' + body.slice(at, at + 6) + '” in [' + body + '] is not understood');
    const number = () => { const m = /^\d{1,5}/.exec(body.slice(at)); if (!m) return null; at += m[0].length; return +m[0]; };
    const range = () => {
      const m = /^\{(\d{0,5})-(\d{0,5})\}/.exec(body.slice(at));
      if (!m || (!m[1] && !m[2])) return null;
      at += m[0].length;
      const from = m[1] ? +m[1] : -Infinity, to = m[2] ? +m[2] : Infinity;
      return n => n >= from && n <= to;
    };
    const primitive = flags => {
      const c = body[at];
      if (c === undefined) where();
      if (c === '$') {
        if (body[at + 1] !== '(') where();
        let depth = 0, end = at + 1;
        for (; end < body.length; end++) { if (body[end] === '(') depth++; else if (body[end] === ')' && --depth === 0) break; }
        if (depth || end >= body.length) where();
        const inner = pattern(body.slice(at + 2, end));
        at = end + 1;
        return (mol, i) => !!match(inner, mol, i);
      }
      if (c === '*') { at++; return () => true; }
      if (c === '#') { at++; const n = number(); if (n === null) where(); return is(n); }
      if (c === '+' || c === '-') {
        const sign = c === '+' ? 1 : -1;
        at++;
        const limits = range();
        if (limits) return (mol, i) => limits(sign * mol.atoms[i].charge);
        let n = number();
        if (n === null) { n = 1; while (body[at] === c) { n++; at++; } if (n > 2 || (n > 1 && /\d/.test(body[at] || ''))) refuse('the charge in [' + body + '] is not understood: write it as a number, such as ' + c + '3'); }
        return (mol, i) => mol.atoms[i].charge === sign * n;
      }
      if (/\d/.test(c)) { const n = number(); return (mol, i) => mol.atoms[i].isotope === n; }
      if (c === '@') {
        const m = /^@+/.exec(body.slice(at))[0];
        if (m.length > 2 || chiral || flags.not || flags.or || /^(\?|TH|AL|SP|TB|OH)/.test(body.slice(at + m.length))) refuse('the stereo mark in [' + body + '] is not understood: only @ or @@, once and not as an alternative');
        chiral = m.length; at += m.length;
        return () => true;
      }
      if (c === '^') { at++; if (!/[0-5]/.test(body[at] || '')) where(); const n = +body[at++]; return (mol, i) => { hybridise(mol); return mol.atoms[i].hybrid === n; }; }
      const two = body.slice(at, at + 2);
      // [Si] is silicon, aromatic or not; B, C, N, O, F, P, S, Cl, Br and I are aliphatic.
      if (/^[A-Z][a-z]$/.test(two) && NUMBER[two]) { at += 2; return is(NUMBER[two]); }
      if (/^(se|as|te|si)$/.test(two)) { at += 2; return is(AROMATIC[two], true); }
      if (COUNTS[c]) {
        at++;
        const [count, none] = COUNTS[c], n = number(), limits = n === null && c !== 'H' && body[at] === '{' ? range() : null;
        if (c === 'H' && n === 1 || c === 'H' && n === null) flags.hydrogen = true;
        if (n === null && !limits && body[at] === '{') where();
        if (c === 'k') {
          if (limits) where();
          return (mol, i) => { const atom = mol.atoms[i]; if (n === null) return atom.ring; if (!atom.ring) return n === 0; rings(mol); return atom.sizes.includes(n); };
        }
        const fits = limits || (n !== null ? k => k === n : none === 'any' ? k => k > 0 : k => k === none);
        // Whether an atom is in a ring needs no set of rings.
        if ((c === 'R' || c === 'r') && !limits && (n === null || n === 0)) return (mol, i) => mol.atoms[i].ring === (n === null);
        return (mol, i) => fits(count(mol.atoms[i], mol, i));
      }
      if (c === 'a') { at++; return (mol, i) => mol.atoms[i].aromatic; }
      if (c === 'A') { at++; return (mol, i) => !mol.atoms[i].aromatic; }
      const found = organic(body, at);
      if (found && c !== 'C' || found && two !== 'Cl') { at = found.next; return is(found.number, found.aromatic); }
      if (NUMBER[c]) { at++; return is(NUMBER[c]); }
      return where();
    };
    const map = /:\d{1,5}$/.exec(body);
    const whole = body;
    if (map) body = body.slice(0, -map[0].length);
    if (!body) refuse('[' + whole + '] is empty');
    const proton = /^(\d{0,5})H(\+\+|--|\+\d?|-\d?)?$/.exec(body);
    if (proton) {
      const isotope = proton[1], said = proton[2], charge = !said ? null : (said[0] === '+' ? 1 : -1) * (/\d/.test(said) ? +said[1] : said.length);
      return {test: (mol, i) => { const atom = mol.atoms[i]; return atom.number === 1 && (!isotope || atom.isotope === +isotope) && (charge === null || atom.charge === charge); }, chiral: 0, hidden: false, next: 0};
    }
    const some = /[,]/.test(body.replace(/\$\([^]*\)/g, ''));
    const high = () => {
      const tests = [];
      for (;;) {
        let not = false;
        while (body[at] === '!') { not = !not; at++; }
        const flags = {not, or: some && !body.includes(';')}, test = primitive(flags);
        if (flags.hydrogen && !not) hidden = true;
        tests.push(not ? (mol, i) => !test(mol, i) : test);
        if (body[at] === '&') { at++; continue; }
        if (at >= body.length || body[at] === ',' || body[at] === ';') break;
      }
      return tests.length === 1 ? tests[0] : (mol, i) => tests.every(test => test(mol, i));
    };
    const join = (mark, inner, all) => () => {
      const tests = [inner()];
      while (body[at] === mark) { at++; tests.push(inner()); }
      return tests.length === 1 ? tests[0] : all ? (mol, i) => tests.every(test => test(mol, i)) : (mol, i) => tests.some(test => test(mol, i));
    };
    const test = join(';', join(',', high, false), true)();
    if (at < body.length) where();
    return {test, chiral, hidden: chiral > 0 && hidden};
  };
  const readAtom = (text, at) => {
    if (text[at] === '[') {
      let depth = 0, end = at;
      for (; end < text.length; end++) {
        if (text[end] === '[') depth++;
        else if (text[end] === ']' && --depth === 0) break;
      }
      if (depth) refuse('a “[” is not closed');
      return {value: bracket(text.slice(at + 1, end)), next: end + 1};
    }
    if (text[at] === '*') return {value: {test: () => true, chiral: 0}, next: at + 1};
    if (text[at] === 'a') return {value: {test: (mol, i) => mol.atoms[i].aromatic, chiral: 0}, next: at + 1};
    if (text[at] === 'A') return {value: {test: (mol, i) => !mol.atoms[i].aromatic, chiral: 0}, next: at + 1};
    const found = organic(text, at);
    return found && {value: {test: is(found.number, found.aromatic), chiral: 0}, next: found.next};
  };
  // No bond written in SMARTS is single or aromatic; so is one with a direction that belongs to no double bond.
  const plain = bond => bond.aromatic || bond.order === 1;
  const BOND = {
    '-': b => b.order === 1 && !b.aromatic, '=': b => b.order === 2, '#': b => b.order === 3, '$': b => b.order === 4, ':': b => b.aromatic, '~': () => true, '@': b => b.ring,
    '/': plain, '\\': plain,
  };
  const readBond = (text, at) => {
    const m = /^(?:->|<-|[-=#$:~@\/\\!,;&])+/.exec(text.slice(at));
    if (!m) return null;
    const said = m[0];
    if (/->|<-/.test(said)) {
      if (said.length > 2) refuse('the bond “' + said + '” is not understood');
      return {value: {test: (b, from, to) => b.order === 0.5 && b.into === (said === '->' ? to : from), directed: true}, next: at + 2};
    }
    if (/[\/\\]/.test(said) && said.length > 1) refuse('the bond “' + said + '” is not understood: / and \\ stand alone');
    const all = said.split(';').map(part => {
      const any = part.split(',').map(piece => {
        const tests = []; let not = false, ended = false;
        for (const c of piece) {
          if (c === '&') { if (!tests.length || not || ended) refuse('the bond “' + said + '” is not understood'); ended = true; continue; }
          if (c === '!') { not = !not; continue; }
          const test = BOND[c]; tests.push(not ? b => !test(b) : test); not = false; ended = false;
        }
        if (!tests.length || not || ended) refuse('the bond “' + said + '” is not understood');
        return b => tests.every(t => t(b));
      });
      return b => any.some(t => t(b));
    });
    return {value: {test: b => all.every(t => t(b)), mark: /^[\/\\]$/.test(said) ? said : '', double: said === '='}, next: at + said.length};
  };
  const pattern = smarts => {
    if (!smarts) refuse('an empty pattern');
    const {atoms, bonds} = walk(smarts, readAtom, readBond);
    const query = atoms.map(atom => ({test: atom.test, chiral: atom.chiral, order: atom.order, links: []})), doubles = [];
    bonds.forEach(entry => {
      const {a, b, bond, closure} = entry, said = bond && bond.value, test = said ? said.test : plain, turned = !!closure && !closure.opened;
      const from = turned ? b : a;
      entry.mark = said ? said.mark || '' : ''; entry.turned = turned;
      const tester = said && said.directed ? (found, here, there) => test(found, here === 'first' ? there[0] : there[1], here === 'first' ? there[1] : there[0]) : null;
      query[a].links.push({to: b, test, tester, forward: from === a}); query[b].links.push({to: a, test, tester, forward: from === b});
    });
    for (const {a, b, bond} of bonds) if (bond && bond.value.double) {
      const one = sides(query[a], a, bonds), two = sides(query[b], b, bonds);
      if (one.length && two.length) doubles.push({a, b, one: one[0], two: two[0]});
    }
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
    return {query, order, doubles, chiral: query.map((_, i) => i).filter(i => query[i].chiral)};
  };
  const odd = (from, to) => {
    const list = from.slice(); let swaps = 0;
    for (let k = 0; k < to.length; k++) { const at = list.indexOf(to[k], k); if (at < 0) return null; if (at !== k) { [list[k], list[at]] = [list[at], list[k]]; swaps++; } }
    return swaps % 2;
  };
  // Four neighbours in the order of writing; a missing one (hydrogen or lone pair) stands after the first, or first of all.
  const handed = (pattern, place, mol) => pattern.chiral.every(q => {
    const atom = pattern.query[q], found = mol.atoms[place[q]];
    if (!found.chiral) return false;
    if (atom.links.length < 3) return true;
    if (atom.links.length > found.links.length) return false;
    const whole = list => list.length === 3 && !list.includes(-1) ? [list[0], -1, list[1], list[2]] : list;
    const target = whole(found.order), asked = whole(atom.order).map(i => i < 0 ? -1 : place[i]);
    const left = target.filter(i => !asked.includes(i));
    const full = asked.map(i => i === -1 && !target.includes(-1) ? left[0] : i);
    const parity = odd(target, full);
    return parity !== null && (parity === 0) === (found.chiral === atom.chiral);
  });
  const zigzag = (pattern, place, mol) => pattern.doubles.every(({a, b, one, two}) => {
    const bond = mol.atoms[place[a]].links.find(link => link.to === place[b]).bond;
    if (!bond.stereo) return false;
    const [left, right] = bond.a === place[a] ? [bond.stereo.a, bond.stereo.b] : [bond.stereo.b, bond.stereo.a];
    const flip = (side, to) => side.to === place[to] ? side.up : !side.up;
    return (flip(left, one.to) === flip(right, two.to)) === (one.up === two.up);
  });
  const match = (pattern, mol, fixed) => {
    const {query, order} = pattern, place = new Array(query.length).fill(-1), used = new Set();
    const step = k => {
      if (k === order.length) return handed(pattern, place, mol) && zigzag(pattern, place, mol);
      const {at, from} = order[k];
      const choices = k === 0 && fixed !== undefined ? [fixed] : from < 0 ? mol.atoms.keys() : mol.atoms[place[from]].links.map(link => link.to);
      for (const i of choices) {
        if (used.has(i)) continue;
        if (++steps > STEPS) refuse('the search of one compound takes too long; write the pattern with fewer parts');
        if (!query[at].test(mol, i)) continue;
        const fits = query[at].links.every(link => {
          if (place[link.to] < 0) return true;
          const found = mol.atoms[i].links.find(other => other.to === place[link.to]);
          if (!found) return false;
          return link.tester ? link.tester(found.bond, 'first', link.forward ? [i, place[link.to]] : [place[link.to], i]) : link.test(found.bond);
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
  // Returns what finds the atoms of a SMILES that match: null if none do, undefined if the SMILES cannot be read. Throws an error with one sentence if the pattern is not understood.
  const matcher = smarts => {
    let query;
    try { query = pattern(smarts); } catch (error) { throw new Error('SMARTS not understood: ' + (error instanceof RangeError ? 'it is nested too deeply' : error.message) + '.'); }
    return smiles => {
      if (!parsed.has(smiles)) { try { parsed.set(smiles, molecule(smiles)); } catch (error) { parsed.set(smiles, null); } }
      steps = 0;
      const mol = parsed.get(smiles);
      return mol ? match(query, mol) : undefined;
    };
  };
  return {matcher};
})();
