const form = document.getElementById('login'), said = document.getElementById('said');
const cookie = () => (document.cookie.match(/(?:^|; )xsrf_\d+=([^;]*)/g) || []).map(one => one.trim().replace(/^; /, '')).find(one => one.startsWith('xsrf_' + location.port)) || '';
form.addEventListener('submit', async event => {
  event.preventDefault();
  said.textContent = '';
  try {
    const answer = await fetch('/login', {method: 'POST', headers: {'Content-Type': 'application/json', 'X-XSRFToken': decodeURIComponent(cookie().split('=')[1] || '')},
      body: JSON.stringify({name: form.elements.name.value, password: form.elements.password.value})});
    if (answer.ok) { location.replace('/' + location.hash); return; }
    said.textContent = (await answer.json()).error;
  } catch (error) { said.textContent = 'The server does not answer.'; }
  form.elements.password.value = '';
});
