/** An app on the demo network in a process of its own, to be killed: `node demo-parent.ts <profile> <passphrase>`. */
import { createHost } from '../../electron/app/host.ts';

const [profile, passphrase] = process.argv.slice(2) as [string, string];
const host = await createHost({ kind: 'headless', profile, demo: { keepers: 3, listings: 2, minutes: 1 } });
let told = '';
const tell = () => { const { phase, demo } = host.state(); const line = JSON.stringify({ phase, demo: demo.state, done: demo.done }); if (line !== told) console.log(told = line); };
host.onEvent(tell);
if (host.state().hasWallet) await host.unlock({ passphrase, remember: false });
else {
  await host.createWallet({ passphrase, remember: false });
  await host.chooseNetwork({ kind: 'demo' });
}
tell();
