/** Run by `killedIndexer`: follows a chain block by block, says a dot for each, and stands still two blocks after as many as it was told. */
import { createIndexer } from '../../electron/chain/indexer.ts';
import type { NetworkRecord } from '../../electron/chain/network-file.ts';
import { createRpc } from '../../electron/chain/rpc.ts';
import { openDatabase } from '../../electron/db/open-database.ts';

const [path, network, ranges] = [process.argv[2]!, JSON.parse(process.argv[3]!) as NetworkRecord, Number(process.argv[4])];
const rpc = createRpc(network.rpcUrl);
let asked = 0;
const told: typeof rpc = {
  ...rpc,
  async call<T>(...args: Parameters<typeof rpc.call>): Promise<T> {
    if (args[0] === 'eth_getLogs') {
      process.stdout.write('.');
      // However late the signal comes, it finds this process somewhere in these blocks and not at the end.
      if ((asked += 1) > ranges + 2) await new Promise(() => undefined);
    }
    return rpc.call<T>(...args);
  },
};
setInterval(() => undefined, 1000);
await createIndexer({ db: openDatabase(path), rpc: told, network }, { rangeBlocks: 1 }).catchUp();
process.stdout.write('done');
