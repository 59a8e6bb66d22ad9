// Reads canonical SMILES as RDKit writes them, and perceives what SMARTS can ask for: hydrogens, valences, rings, hybridisation.
const molecules = (() => {
  const SYMBOLS = ('H He Li Be B C N O F Ne Na Mg Al Si P S Cl Ar K Ca Sc Ti V Cr Mn Fe Co Ni Cu Zn Ga Ge As Se Br Kr Rb Sr Y Zr Nb Mo Tc Ru Rh Pd Ag Cd In Sn Sb Te I Xe Cs Ba ' +
    'La Ce Pr Nd Pm Sm Eu Gd Tb Dy Ho Er Tm Yb Lu Hf Ta W Re Os Ir Pt Au Hg Tl Pb Bi Po At Rn Fr Ra Ac Th Pa U Np Pu Am Cm Bk Cf Es Fm Md No Lr Rf Db Sg Bh Hs Mt Ds Rg Cn Nh Fl Mc Lv Ts Og').split(' ');
  // Outer electrons of each element in base 36, and the allowed valences, as in RDKit's periodic table.
  const OUTER = '121234567812345678123456789ab2345678123456789ab234567812343456789abcdef456789ab234567812343456789abcdef222222222222222';
  const VALENCES = {1: [1], 2: [0], 3: [1], 4: [2], 5: [3], 6: [4], 7: [3], 8: [2], 9: [1], 10: [0], 11: [1], 12: [2], 13: [3], 14: [4], 15: [3, 5], 16: [2, 4, 6], 17: [1], 18: [0], 19: [1], 20: [2],
    31: [3], 32: [4], 33: [3, 5], 34: [2, 4, 6], 35: [1], 36: [0], 37: [1], 38: [2], 49: [3], 50: [2, 4], 51: [3, 5], 52: [2, 4, 6], 53: [1, 3, 5], 54: [0, 2, 4, 6], 55: [1], 56: [2],
    82: [2, 4], 83: [3, 5], 84: [2, 4, 6], 85: [1, 3, 5], 86: [0], 87: [1], 88: [2]};
  const NUMBER = Object.fromEntries(SYMBOLS.map((symbol, i) => [symbol, i + 1]));
  const AROMATIC = {b: 5, c: 6, n: 7, o: 8, p: 15, s: 16, se: 34, as: 33, te: 52, si: 14};
  const refuse = why => { throw new Error(why); };

  // The walk over atoms, branches, ring closures and dots that SMILES and SMARTS share; `readAtom` and `readBond` read one token each.
  // `atom.order`: the neighbours as written, from which the direction of @ is counted; -1 is a hydrogen that is not drawn.
  const walk = (text, readAtom, readBond) => {
    const atoms = [], bonds = [], open = new Map(), stack = [];
    let last = -1, at = 0, pending = null, start = true;
    const join = (a, b, bond, closure) => { bonds.push({a, b, bond, closure}); };
    while (at < text.length) {
      const c = text[at];
      if (c === '(') { if (last < 0 || pending || start) refuse('“(” at character ' + (at + 1) + ' follows no atom'); stack.push(last); at++; start = true; continue; }
      if (c === ')') { if (!stack.length || pending || start) refuse('“)” at character ' + (at + 1) + ' closes nothing, or follows no atom'); last = stack.pop(); at++; continue; }
      if (c === '.') { if (last < 0 || pending || start || stack.length) refuse('“.” at character ' + (at + 1) + ' must stand between two complete parts'); last = -1; start = true; at++; continue; }
      if (/[0-9%]/.test(c)) {
        let name = c, next = at + 1;
        if (c === '%') { const m = /^%(\d\d)|^%\((\d{1,5})\)/.exec(text.slice(at)); if (!m) refuse('“%” at character ' + (at + 1) + ' needs two digits'); name = String(+(m[1] || m[2])); next = at + m[0].length; }
        if (last < 0 || start) refuse('the ring number at character ' + (at + 1) + ' follows no atom');
        at = next;
        const other = open.get(name);
        if (other) {
          if (other.atom === last || bonds.some(b => (b.a === last && b.b === other.atom) || (b.b === last && b.a === other.atom))) refuse('ring ' + name + ' joins atoms that are the same or joined already');
          if (other.bond && pending && other.bond.text !== pending.text) refuse('ring ' + name + ' is opened and closed with different bonds');
          join(other.atom, last, other.bond || pending, {opened: !!other.bond});
          atoms[other.atom].order[other.slot] = last; atoms[last].order.push(other.atom); open.delete(name);
        } else { open.set(name, {atom: last, bond: pending, slot: atoms[last].order.length}); atoms[last].order.push(null); }
        pending = null; continue;
      }
      const bond = readBond(text, at);
      if (bond) {
        if (pending || last < 0) refuse('the bond at character ' + (at + 1) + ' follows no atom');
        pending = {value: bond.value, text: text.slice(at, bond.next)}; at = bond.next; continue;
      }
      const atom = readAtom(text, at);
      if (!atom) refuse('“' + text.slice(at, at + 8) + '” at character ' + (at + 1) + ' is no atom or bond');
      if (last < 0 && pending) refuse('a bond at character ' + at + ' follows no atom');
      const i = atoms.length;
      atom.value.order = []; atoms.push(atom.value);
      if (last >= 0) { join(last, i, pending, null); atoms[last].order.push(i); atom.value.order.push(last); }
      if (atom.value.hidden) atom.value.order.push(-1);
      at = atom.next; last = i; pending = null; start = false;
    }
    if (pending) refuse('a bond at the end leads to no atom');
    if (stack.length) refuse('a “(” is not closed');
    if (start) refuse('an atom is missing at the end');
    if (open.size) refuse('ring ' + [...open.keys()][0] + ' is not closed');
    return {atoms, bonds};
  };

  const organic = (text, at) => {
    const two = text.slice(at, at + 2), one = text[at];
    if (two === 'Cl' || two === 'Br') return {number: NUMBER[two], aromatic: false, next: at + 2};
    if ('BCNOPSFI'.includes(one)) return {number: NUMBER[one], aromatic: false, next: at + 1};
    if ('bcnops'.includes(one)) return {number: AROMATIC[one], aromatic: true, next: at + 1};
    return null;
  };
  const readAtom = (text, at) => {
    if (text[at] === '[') {
      const m = /^\[(\d+)?(\*|[A-Z][a-z]?|[a-z][a-z]?)(@{0,2})((?:TH|AL|SP|TB|OH)\d+)?(H\d*)?([+-]\d+|\++|-+)?(?::\d+)?\]/.exec(text.slice(at));
      if (!m) return null;
      const symbol = m[2], aromatic = symbol !== '*' && symbol[0] === symbol[0].toLowerCase();
      const number = symbol === '*' ? 0 : aromatic ? AROMATIC[symbol] : NUMBER[symbol];
      if (number === undefined) return null;
      const charge = !m[6] ? 0 : /\d/.test(m[6]) ? +m[6] : (m[6][0] === '+' ? 1 : -1) * m[6].length;
      const hydrogens = m[5] ? +(m[5].slice(1) || 1) : 0;
      return {value: {number, aromatic, charge, hydrogens, isotope: +(m[1] || 0), chiral: m[4] ? 0 : m[3].length, hidden: !!m[3] && hydrogens === 1, bracket: true}, next: at + m[0].length};
    }
    if (text[at] === '*') return {value: {number: 0, aromatic: false, charge: 0, hydrogens: 0, isotope: 0, chiral: 0, bracket: true}, next: at + 1};
    const found = organic(text, at);
    return found && {value: {number: found.number, aromatic: found.aromatic, charge: 0, hydrogens: 0, isotope: 0, chiral: 0, bracket: false}, next: found.next};
  };
  const ORDER = {'-': 1, '=': 2, '#': 3, '$': 4, ':': 1.5, '/': 1, '\\': 1, '~': 1};
  const readBond = (text, at) => {
    if (text.startsWith('->', at) || text.startsWith('<-', at)) return {value: {order: 0.5, to: text[at] === '<' ? 'a' : 'b'}, next: at + 2};
    const c = text[at];
    return ORDER[c] === undefined ? null : {value: {order: ORDER[c], mark: c === '/' || c === '\\' ? c : ''}, next: at + 1};
  };

  // Which side of the double bond each marked neighbour is on: `up` counted from the atom at the double bond.
  const sides = (atom, i, bonds) => bonds.filter(b => b.mark && (b.a === i || b.b === i)).map(b => ({to: b.a === i ? b.b : b.a, up: (b.mark === '/') === ((b.a === i) !== !!b.turned)}));

  const molecule = smiles => {
    const {atoms, bonds} = walk(smiles, readAtom, readBond);
    atoms.forEach(atom => { atom.links = []; });
    bonds.forEach((entry, i) => {
      const both = atoms[entry.a].aromatic && atoms[entry.b].aromatic, said = entry.bond && entry.bond.value;
      entry.order = said ? said.order : both ? 1.5 : 1;
      entry.mark = said ? said.mark || '' : ''; entry.turned = !!entry.closure && !entry.closure.opened;
      entry.into = said && said.to ? (said.to === 'b') !== entry.turned ? entry.b : entry.a : -1;
      entry.id = i; entry.ring = false; entry.aromatic = entry.order === 1.5;
      atoms[entry.a].links.push({to: entry.b, bond: entry}); atoms[entry.b].links.push({to: entry.a, bond: entry});
    });
    markRings(atoms, bonds);
    for (const bond of bonds) if (bond.aromatic && !bond.ring && !(bond.bond && bond.bond.text === ':')) { bond.aromatic = false; bond.order = 1; }
    atoms.forEach((atom, i) => {
      const list = VALENCES[atom.number];
      if (!atom.bracket) {
        let used = atom.links.reduce((sum, link) => sum + (link.bond.aromatic ? 1 : link.bond.order < 1 && link.bond.into !== i ? 0 : Math.ceil(link.bond.order)), 0);
        if (atom.aromatic) used += 1;
        // Aromatic n, o and s in SMILES without brackets carry no hydrogen.
        atom.hydrogens = atom.aromatic && atom.number !== 6 && atom.number !== 5 ? 0 : Math.max(0, (list.find(v => v >= used) ?? used) - used);
      }
      atom.explicit = atom.links.filter(link => atoms[link.to].number === 1).length;
      atom.ring = atom.links.some(link => link.bond.ring);
      const sum = atom.links.reduce((all, link) => all + (link.bond.aromatic ? 1.5 : link.bond.order === 0.5 ? +(link.bond.into === i) : link.bond.order), 0) + atom.hydrogens;
      atom.valence = Math.round(sum);
      if (atom.aromatic && list) {
        // Three aromatic bonds are no 4.5: the largest allowed valence of the element with this many electrons, not above the sum.
        const like = VALENCES[atom.number - atom.charge] || list;
        if (sum > like[0]) atom.valence = Math.max(...like.filter(v => v <= sum + 0.1));
      }
    });
    for (const bond of bonds) if (bond.order === 2) bond.stereo = doubleBond(bond, atoms, bonds);
    return {atoms, bonds};
  };
  const doubleBond = (bond, atoms, bonds) => {
    const a = sides(atoms[bond.a], bond.a, bonds), b = sides(atoms[bond.b], bond.b, bonds);
    return a.length && b.length ? {a: a[0], b: b[0]} : null;
  };

  // A bond is in a ring if it is no bridge; dative bonds close no ring.
  const markRings = (atoms, bonds) => {
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
          if (link.bond === via || link.bond.order === 0.5) continue;
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
  // The relevant cycles (Vismara, Electron. J. Combin. 1997, 4, R9): all rings of all smallest sets of smallest rings.
  const rings = mol => {
    if (mol.rings) return mol.rings;
    const {atoms, bonds} = mol, inRing = atoms.map((_, i) => i).filter(i => atoms[i].ring), found = [];
    const near = atoms.map(atom => atom.links.filter(link => link.bond.ring));
    const place = new Map([...inRing].sort((a, b) => near[a].length - near[b].length || a - b).map((i, k) => [i, k]));
    for (const root of inRing) {
      const far = new Map([[root, 0]]), before = new Map([[root, []]]), queue = [root];
      for (let k = 0; k < queue.length; k++) {
        const now = queue[k];
        for (const {to} of near[now]) {
          if (to !== root && place.get(to) > place.get(root)) continue;
          if (!far.has(to)) { far.set(to, far.get(now) + 1); before.set(to, [now]); queue.push(to); }
          else if (far.get(to) === far.get(now) + 1) before.get(to).push(now);
        }
      }
      const paths = at => at === root ? [[root]] : before.get(at).flatMap(back => paths(back).map(path => [...path, at])).slice(0, 64);
      const add = (left, right, middle) => {
        for (const p of paths(left)) for (const q of paths(right)) {
          if (p.some((i, k) => k && q.includes(i))) continue;
          found.push([...p, ...middle, ...q.slice(1).reverse()]);
        }
      };
      for (const y of queue) {
        if (y === root) continue;
        for (const {to: z} of near[y]) if (far.has(z) && z !== root && far.get(z) === far.get(y) && place.get(z) < place.get(y)) add(y, z, []);
        const back = before.get(y);
        for (let i = 0; i < back.length; i++) for (let j = i + 1; j < back.length; j++) add(back[i], back[j], [y]);
      }
    }
    const between = (a, b) => atoms[a].links.find(link => link.to === b).bond.id;
    const cycles = found.map(list => ({list, bits: list.reduce((sum, i, k) => sum ^ (1n << BigInt(between(i, list[(k + 1) % list.length]))), 0n)}));
    cycles.sort((a, b) => a.list.length - b.list.length);
    const highest = bits => bits.toString(2).length, basis = new Map(), kept = [];
    const reduce = bits => { while (bits) { const row = basis.get(highest(bits)); if (!row) return bits; bits ^= row; } return bits; };
    const seen = new Set();
    for (let k = 0; k < cycles.length;) {
      let end = k;
      while (end < cycles.length && cycles[end].list.length === cycles[k].list.length) end++;
      const size = cycles.slice(k, end).filter(cycle => { const key = String(cycle.bits); if (seen.has(key)) return false; seen.add(key); return reduce(cycle.bits) !== 0n; });
      for (const cycle of size) { kept.push(cycle.list); }
      for (const cycle of size) { const left = reduce(cycle.bits); if (left) basis.set(highest(left), left); }
      k = end;
    }
    mol.rings = kept;
    for (const atom of atoms) atom.sizes = [];
    for (const list of kept) for (const i of list) atoms[i].sizes.push(list.length);
    return kept;
  };

  const degree = atom => atom.links.length + atom.hydrogens;
  const row = number => number <= 2 ? 1 : number <= 10 ? 2 : 3;
  const outer = number => parseInt(OUTER[number - 1], 36);
  const radicals = atom => {
    if (!atom.bracket || !atom.number) return 0;
    const list = VALENCES[atom.number], said = outer(atom.number);
    if (!list) return atom.links.length ? 0 : Math.max(0, said - atom.charge) % 2;
    let free = (atom.number <= 2 ? 2 : 8) - said - atom.valence + atom.charge;
    if (free < 0) { free = 0; if (list.length > 1) free = Math.max(0, Math.max(...list) - atom.valence + atom.charge); }
    const early = said - atom.valence - atom.charge;
    return early >= 0 ? Math.min(free, early) : free;
  };
  // As RDKit's ConjugHybrid.cpp: bonds and lone pairs, one less where a neighbour conjugates.
  const hybridise = mol => {
    if (mol.hybridised) return;
    const {atoms, bonds} = mol;
    const candidate = atom => {
      if (!atom.number) return true;
      const list = VALENCES[atom.number];
      if (!atom.charge && list && atom.valence > list[0]) return false;
      const n = outer(atom.number);
      return n !== 7 && (row(atom.number) <= 2 || (n !== 5 && n !== 6) || (n === 6 && degree(atom) < 2));
    };
    const can = atoms.map(candidate);
    bonds.forEach(bond => { bond.conjugated = bond.aromatic; });
    atoms.forEach((atom, i) => {
      if (!can[i] || degree(atom) < 2 || degree(atom) > 3) return;
      for (const one of atom.links) {
        if (one.bond.order < 1.5 || !can[one.to]) continue;
        for (const two of atom.links) {
          if (one === two || degree(atoms[two.to]) > 3 || !can[two.to]) continue;
          one.bond.conjugated = two.bond.conjugated = true;
        }
      }
    });
    atoms.forEach((atom, i) => {
      if (!atom.number) { atom.hybrid = -1; return; }
      let count = degree(atom);
      if (atom.number < 89) {
        for (const link of atom.links) if (link.bond.order === 0.5 && link.bond.into !== i) count--;
        if (atom.number > 1) {
          const said = outer(atom.number), free = said - (atom.valence + atom.charge);
          if (atom.valence + said - atom.charge < 8) { const odd = radicals(atom); count += Math.trunc((free - odd) / 2) + odd; } else count += Math.trunc(free / 2);
        }
      }
      const conjugated = atom.links.some(link => link.bond.conjugated);
      atom.hybrid = count <= 1 ? 0 : count === 4 ? (degree(atom) > 3 || !conjugated ? 3 : 2) : count > 6 ? -1 : count - 1;
    });
    mol.hybridised = true;
  };
  return {SYMBOLS, NUMBER, AROMATIC, refuse, walk, organic, sides, molecule, rings, hybridise};
})();
