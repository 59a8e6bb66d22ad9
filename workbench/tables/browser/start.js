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
const start = async () => {
  const root = await find();
  if (!root) return;
  root.setAttribute('data-wb-drawn', 'waiting');
  let data, grid;
  try {
    data = JSON.parse(await unpack(PACKED));
    grid = new Function(await unpack(CODE) + '\nreturn workbenchGrid;')();
  } catch (error) {
    root.setAttribute('data-wb-drawn', 'failed');
    const line = root.querySelector('.wb-say');
    if (line) line.textContent = 'The whole table could not be opened: ' + (error.message || error) + '.';
    return;
  }
  grid(root, {data, columns: COLUMNS, words: WORDS, saved: SAVED, height: HEIGHT, memory: KEY, groups: GROUPS, rich: true, titles: TITLES, digits: DIGITS, mapNote: MAP_NOTE});
};
start();
