import { parentPort } from 'node:worker_threads';
import { toAppError } from '../../shared/errors.ts';
import { encodeGroup, verifyGroups, type EncodeJob, type VerifyJob } from './group-work.ts';

/** Does row groups on a thread of its own; see group-pool.ts. Jobs are answered in their order. */
parentPort!.on('message', (message: { encode: EncodeJob } | { verify: VerifyJob }) => {
  try {
    if ('verify' in message) {
      parentPort!.postMessage({ done: verifyGroups(message.verify) });
      return;
    }
    const { t, values } = message.encode;
    const done = encodeGroup(message.encode);
    // The rows' memory goes back with the answer, to be filled again.
    parentPort!.postMessage({ done, back: { t, values } }, [t.buffer, ...values.map((v) => v.buffer), ...done.pages.map((p) => p.bytes.buffer)] as ArrayBuffer[]);
  } catch (error) {
    const { code, message: sentence, hint } = toAppError(error);
    parentPort!.postMessage({ error: { code, sentence, hint } });
  }
});
