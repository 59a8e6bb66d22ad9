// One number for several aims, as screening/runs/scoring: desirabilities with weights, the affinity uncertain.
const QUANTILES = 41, HALF = 1.6448536269514722;
const PROFILES = {
  oral: 'affinity > 5..8 * 2; molecular_weight < 400..550; logp = -1..1..3..5.5; tpsa = 0..30..100..150; hbd < 3..6; rotatable_bonds < 7..12',
  lead: 'affinity > 5..7.5 * 2; molecular_weight < 300..420; logp = -1..0.5..2.5..4; ligand_efficiency > 0.25..0.35',
};
// Inverse of the normal distribution (Acklam), good to 1e-9 of what is drawn here.
const normalQuantile = p => {
  const a = [-39.69683028665376, 220.9460984245205, -275.9285104469687, 138.3577518672690, -30.66479806614716, 2.506628277459239], b = [-54.47609879822406, 161.5858368580409, -155.6989798598866, 66.80131188771972, -13.28068155288572],
    c = [-0.007784894002430293, -0.3223964580411365, -2.400758277161838, -2.549732539343734, 4.374664141464968, 2.938163982698783], d = [0.007784695709041462, 0.3224671290700398, 2.445134137142996, 3.754408661907416];
  if (p < 0.02425 || p > 0.97575) { const q = Math.sqrt(-2 * Math.log(p < 0.5 ? p : 1 - p)), x = (((((c[0] * q + c[1]) * q + c[2]) * q + c[3]) * q + c[4]) * q + c[5]) / ((((d[0] * q + d[1]) * q + d[2]) * q + d[3]) * q + 1); return p < 0.5 ? x : -x; }
  const q = p - 0.5, r = q * q;
  return (((((a[0] * r + a[1]) * r + a[2]) * r + a[3]) * r + a[4]) * r + a[5]) * q / (((((b[0] * r + b[1]) * r + b[2]) * r + b[3]) * r + b[4]) * r + 1);
};
const DRAWS = Array.from({length: QUANTILES}, (_, k) => normalQuantile((k + 0.5) / QUANTILES));
const readProfile = text => {
  const parts = (PROFILES[text.trim()] || text).split(';').filter(part => part.trim());
  if (!parts.length) throw new Error('No aim: write for example affinity > 6..8 * 2; logp = 0..1..3..5');
  return parts.map(part => {
    const match = part.match(/^\s*([^<>=*;]+?)\s*([<>=])\s*(-?\d+(?:\.\d+)?(?:\s*\.\.\s*-?\d+(?:\.\d+)?)*)\s*(?:\*\s*(\d+(?:\.\d+)?))?\s*$/);
    const ends = match ? match[3].split('..').map(Number) : [], heights = match && {'>2': [0, 1], '<2': [1, 0], '=4': [0, 1, 1, 0]}[match[2] + ends.length];
    if (!heights || ends.some((end, k) => k && end <= ends[k - 1])) throw new Error('Not understood: ' + part.trim());
    return {column: match[1], sign: match[2], ends, heights, weight: match[4] === undefined ? 1 : +match[4]};
  });
};
const profileText = aims => aims.map(aim => aim.column + ' ' + aim.sign + ' ' + aim.ends.join('..') + (aim.weight === 1 ? '' : ' * ' + aim.weight)).join('; ');
const desirability = (aim, value) => {
  const {ends, heights} = aim;
  if (!Number.isFinite(value)) return NaN;
  if (value <= ends[0]) return heights[0];
  for (let k = 1; k < ends.length; k++) if (value <= ends[k]) return heights[k - 1] + (heights[k] - heights[k - 1]) * (value - ends[k - 1]) / (ends[k] - ends[k - 1]);
  return heights[heights.length - 1];
};
const scoreRows = (aims, values, count) => {
  const number = (name, i) => { const found = values(name); return !found || found[i] === null || found[i] === '' || found[i] === undefined ? NaN : +found[i]; };
  const total = aims.reduce((sum, aim) => sum + aim.weight, 0), found = {mpo: [], mpo_lower: [], mpo_upper: [], mpo_parts: []}, parts = [];
  for (let i = 0; i < count; i++) {
    const width = (number('upper', i) - number('lower', i)) / (2 * HALF), drawn = DRAWS.map(z => {
      let sum = 0;
      for (const aim of aims) if (aim.weight) {
        const slope = aim.column === 'affinity' || aim.column === 'lipophilic_efficiency' ? 1 : aim.column === 'ligand_efficiency' ? number(aim.column, i) / number('affinity', i) : 0;
        sum += aim.weight / total * Math.log(desirability(aim, number(aim.column, i) + (slope && width ? slope * width * z : 0)));
      }
      return Math.exp(sum);
    });
    const mine = aims.map(aim => desirability(aim, number(aim.column, i))), known = drawn.every(Number.isFinite);
    const sorted = [...drawn].sort((a, b) => a - b), at = p => { const place = Math.min(Math.max(p * QUANTILES - 0.5, 0), QUANTILES - 1), low = Math.floor(place); return sorted[low] + (place - low) * ((sorted[low + 1] ?? sorted[low]) - sorted[low]); };
    found.mpo.push(known ? drawn.reduce((a, b) => a + b, 0) / QUANTILES : null); found.mpo_lower.push(known ? at(0.05) : null); found.mpo_upper.push(known ? at(0.95) : null);
    found.mpo_parts.push(aims.map((aim, k) => aim.column + ' ' + (Number.isFinite(mine[k]) ? mine[k].toFixed(2) : 'nan')).join('; ')); parts.push(mine);
  }
  found.pareto = paretoFronts(parts);
  return found;
};
const paretoFronts = parts => {
  const front = parts.map(() => null);
  let waiting = parts.map((_, i) => i).filter(i => parts[i].every(Number.isFinite));
  for (let number = 1; waiting.length; number++) {
    const free = waiting.filter(i => !waiting.some(j => j !== i && parts[j].every((value, k) => value >= parts[i][k]) && parts[j].some((value, k) => value > parts[i][k])));
    free.forEach(i => { front[i] = number; });
    const gone = new Set(free); waiting = waiting.filter(i => !gone.has(i));
  }
  return front;
};
const gridScore = ({box, values, count, start, done}) => {
  let aims = [];
  const text = make('input'); text.type = 'text'; text.setAttribute('aria-label', 'Aims'); text.className = 'wb-aims'; text.value = start;
  const say = make('div', 'wb-soft'); say.setAttribute('role', 'status');
  const list = make('div', 'wb-aimlist'), bar = make('div', 'wb-bar2');
  const presets = Object.keys(PROFILES).map(name => { const button = make('button', '', name); button.addEventListener('click', () => { text.value = PROFILES[name]; read(); }); return button; });
  bar.append(text, ...presets);
  box.append(make('div', 'wb-soft', 'What is wanted of each column, 0 to 1 between its ends, and its weight. Score: weighted geometric mean, with the interval that the affinity gives it. The same text works with --mpo.'), bar, list, say);
  const work = () => {
    const lost = aims.filter(aim => !values(aim.column));
    if (lost.length) { say.textContent = 'There is no column ' + lost.map(aim => aim.column).join(', ') + ' here.'; return; }
    if (!aims.some(aim => aim.weight)) { say.textContent = 'Every weight is 0.'; return; }
    const found = scoreRows(aims, values, count);
    say.textContent = found.pareto.filter(front => front === 1).length + ' rows are beaten by none in every aim (Pareto front 1).';
    done(found);
  };
  const read = () => {
    try { aims = readProfile(text.value); } catch (error) { say.textContent = error.message; return; }
    text.value = profileText(aims);
    list.replaceChildren(...aims.map(aim => {
      const line = make('label', 'wb-aim'), slider = make('input'), told = make('span', 'wb-n', String(aim.weight));
      slider.type = 'range'; slider.min = 0; slider.max = 4; slider.step = 0.25; slider.value = aim.weight; slider.setAttribute('aria-label', 'Weight of ' + aim.column);
      const [low, high] = [aim.ends[0], aim.ends[aim.ends.length - 1]], x = value => 4 + 62 * (value - low + (high - low) * 0.15) / ((high - low) * 1.3);
      const points = [[low - (high - low) * 0.15, aim.heights[0]], ...aim.ends.map((end, k) => [end, aim.heights[k]]), [high + (high - low) * 0.15, aim.heights[aim.heights.length - 1]]];
      const curve = svgNode("<svg xmlns='http://www.w3.org/2000/svg' width='70' height='24' viewBox='0 0 70 24' aria-hidden='true'><path d='M" + points.map(([value, height]) => x(value).toFixed(1) + ' ' + (21 - 17 * height).toFixed(1)).join('L') + "' fill='none' stroke='#0072B2' stroke-width='2'/></svg>");
      slider.addEventListener('input', () => { aim.weight = +slider.value; told.textContent = slider.value; text.value = profileText(aims); work(); });
      line.append(make('span', 'wb-aimname', aim.column), curve, make('span', 'wb-soft', aim.sign + ' ' + aim.ends.join(' .. ')), slider, told);
      return line;
    }));
    work();
  };
  text.addEventListener('change', read);
  return {read};
};
