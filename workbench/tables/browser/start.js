// Opens the packed rows of a notebook output or an exported page and shows them.
const unpack = async packed => new Response(new Blob([Uint8Array.from(atob(packed), c => c.charCodeAt(0))])
  .stream().pipeThrough(new DecompressionStream('gzip'))).text();
const find = () => new Promise(done => {
  const limit = Date.now() + 20000;
  const look = () => {
    const element = document.querySelector('[data-wb-grid="' + UID + '"]:not([data-wb-drawn])');
    if (element || Date.now() > limit) done(element); else setTimeout(look, 30);
  };
  look();
});
// One grid of a notebook carries the script; the others wait until that one has been shown.
const script = async root => {
  if (CODE) {
    window[NAME] = CODE;
    window.dispatchEvent(new Event(NAME));
  }
  if (!window[NAME]) {
    const line = root.querySelector('.wb-say');
    if (line) line.textContent = 'Search and sorting come with the first grid of this notebook: scroll to it, or run this cell again.';
    await new Promise(done => window.addEventListener(NAME, done, {once: true}));
  }
  return unpack(window[NAME]);
};
const start = async () => {
  const root = await find();
  if (!root) return;
  root.setAttribute('data-wb-drawn', 'waiting');
  let data, grid;
  try {
    data = JSON.parse(await unpack(PACKED));
    grid = new Function(await script(root) + '\nreturn workbenchGrid;')();
  } catch (error) {
    root.setAttribute('data-wb-drawn', 'failed');
    const line = root.querySelector('.wb-say');
    if (line) line.textContent = 'The whole table could not be opened: ' + (error.message || error) + '.';
    return;
  }
  grid(root, {data, columns: COLUMNS, words: WORDS, saved: SAVED, height: HEIGHT, memory: KEY, groups: GROUPS, rich: true, titles: TITLES, digits: DIGITS, mapNote: MAP_NOTE});
};
start();
