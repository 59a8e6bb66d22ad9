// Listens to a view or grid that the page already shows. Runs when the link opens, and again after a reload.
const attach = model => {
  let element = null;
  const uid = model.get('uid');
  if (!uid) return () => {};
  const on = {
    'wb-pick': event => model.set('picked', {...event.detail, at: Date.now()}),
    'wb-select': event => model.set('selected', event.detail.records),
    'wb-choose': event => model.set('chosen', event.detail.record),
  };
  const listeners = Object.entries(on).map(([name, work]) => [name, event => { work(event); model.save_changes(); }]);
  let stopped = false;
  const look = () => {
    if (stopped) return;
    const found = document.querySelector('[data-wb-view="' + uid + '"],[data-wb-grid="' + uid + '"]');
    // Before it is drawn there is nothing to ask it.
    if (found && found !== element && found.workbench) {
      element = found;
      listeners.forEach(([name, work]) => element.addEventListener(name, work));
      model.set('attached', true);
      if (element.workbench.offer && model.get('decides')) element.workbench.offer((action, records, text) => model.send({ask: 'decide', action, records, text}));
      // What was ticked before this link was opened counts too.
      if (element.workbench.state && element.workbench.state.ticked) {
        const grid = element.workbench;
        model.set('selected', [...grid.state.ticked].map(row => grid.data.record[row]));
      }
      model.save_changes();
    }
    setTimeout(look, element && element.isConnected ? 1000 : 150);
  };
  look();
  return () => { stopped = true; if (element) listeners.forEach(([name, work]) => element.removeEventListener(name, work)); };
};
const find = uid => document.querySelector('[data-wb-view="' + uid + '"],[data-wb-grid="' + uid + '"]');
function initialize({model}) {
  let detach = attach(model);
  model.on('change:uid', () => { detach(); detach = attach(model); });
  model.on('msg:custom', message => {
    const element = find(model.get('uid'));
    if (message.answer === 'decided' && element && element.workbench) element.workbench.decided(message.rows, message.said, message.wrong);
    if (message.ask !== 'png') return;
    if (element && element.workbench) model.send({answer: 'png', number: message.number, uri: element.workbench.png(message.width)});
  });
  return () => detach();
}
export default {initialize};
