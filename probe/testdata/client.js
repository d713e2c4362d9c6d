// Connects to each target of a JSON list and says what Node makes of it.
const tls = require('tls');

const isAddress = (name) => /^[0-9.]+$|:/.test(name);

function connect(target) {
  return new Promise((resolve) => {
    const options = { host: '127.0.0.1', port: target.port, ca: target.roots ? [target.roots] : [] };
    if (!isAddress(target.name)) options.servername = target.name;
    const said = { id: target.id, ok: false, says: '' };
    const done = () => { socket.destroy(); resolve(said); };
    const socket = tls.connect(options, () => { said.ok = true; done(); });
    socket.setTimeout(10000, () => { said.says = 'timeout'; done(); });
    socket.on('error', (e) => { if (!said.ok) said.says = `${e.code}: ${e.message}`; done(); });
  });
}

(async () => {
  const targets = JSON.parse(require('fs').readFileSync(0, 'utf8'));
  for (const target of targets) console.log(JSON.stringify(await connect(target)));
})();
