import type { Connection, Libp2p, Stream } from '@libp2p/interface';
import { multiaddr } from '@multiformats/multiaddr';
import { AppError, isAppError } from '../../shared/errors.ts';

/** One request and one answer a stream, each a frame: length (u32 BE) ‖ bytes. */
export const CONSENT_PROTOCOL = '/phdex/consent/1';
export const MAX_MESSAGE_BYTES = 4 * 1024 * 1024;
/** For a whole request to come in; twice that for its answer to leave. */
const PATIENCE_MS = 15_000;
/** Requests of one peer that may be under way, and how many it may make in a minute. */
const PER_PEER = 4;
const PER_MINUTE = 120;
/** Of all peers together: memory is bounded by this times the largest frame. */
const AT_ONCE = 16;
const SEND_CHUNK = 64 * 1024;

export type MessageHandler = (request: Uint8Array, from: { peerId: string; signal: AbortSignal }) => Promise<Uint8Array>;
export type Peers = { /** Of this node. */ local: string; /** The one that answers. */ remote: string };

/** Requests to, and answers from, other people's nodes. Neither says who is asked or asks: that is for what is signed inside. */
export type Messages = {
  peerId: string;
  /** One handler at a time. A handler that throws gives the asker an empty answer. @returns how to stop */
  serve(handler: MessageHandler): Promise<() => Promise<void>>;
  /**
   * Asks the first of the addresses that answers.
   * @param make the request, once it is known whom it goes to
   * @throws AppError `storage-unreachable` nobody there, or no answer in time · `quota-exceeded` a longer answer than allowed
   */
  ask(addresses: readonly string[], make: (peers: Peers) => Promise<Uint8Array>, options?: { timeoutMs?: number; maxBytes?: number; signal?: AbortSignal }): Promise<{ answer: Uint8Array; peers: Peers }>;
};

const tooLong = (bytes: number, max: number) => new AppError('quota-exceeded', `A message of ${bytes} bytes came; ${max} are the most.`, { hint: 'It was not read. The other side runs another version, or means harm.' });

/** Rejects when the time is over. */
function lateness(signal: AbortSignal): Promise<never> {
  const late = new Promise<never>((_resolve, reject) => {
    const fail = () => reject(new AppError('storage-unreachable', 'The other side was silent for too long.', { hint: 'Try again later.', retryable: true }));
    if (signal.aborted) fail();
    else signal.addEventListener('abort', fail, { once: true });
  });
  late.catch(() => undefined);
  return late;
}

/** Reads one frame. In however many parts it comes, one buffer holds it, which grows with what came: a length alone costs nothing. */
export async function readFrame(stream: AsyncIterable<Uint8Array | { subarray(): Uint8Array }>, maxBytes: number, signal: AbortSignal): Promise<Uint8Array> {
  async function read(): Promise<Uint8Array> {
    let held = new Uint8Array(4);
    let length = 0;
    let whole = 4;
    for await (const next of stream) {
      signal.throwIfAborted();
      let part = next instanceof Uint8Array ? next : next.subarray();
      while (part.length > 0 && length < whole) {
        const taken = part.subarray(0, whole - length);
        if (length + taken.length > held.length) {
          const larger = new Uint8Array(Math.min(whole, Math.max(2 * held.length, length + taken.length)));
          larger.set(held.subarray(0, length));
          held = larger;
        }
        held.set(taken, length);
        length += taken.length;
        part = part.subarray(taken.length);
        if (whole === 4 && length === 4) {
          const wanted = new DataView(held.buffer).getUint32(0);
          if (wanted > maxBytes) throw tooLong(wanted, maxBytes);
          whole = 4 + wanted;
        }
      }
      if (length >= 4 && length === whole) return held.slice(4, whole);
    }
    throw new AppError('storage-unreachable', 'The other side ended before its message did.', { hint: 'Try again later.', retryable: true });
  }
  // One race for all of it: one a part would leave as many promises waiting as there are parts.
  return Promise.race([read(), lateness(signal)]);
}

async function writeFrame(stream: Stream, bytes: Uint8Array, signal: AbortSignal): Promise<void> {
  const head = Buffer.alloc(4);
  head.writeUInt32BE(bytes.length);
  const all = Buffer.concat([head, bytes]);
  for (let at = 0; at < all.length; at += SEND_CHUNK) {
    signal.throwIfAborted();
    if (!stream.send(all.subarray(at, at + SEND_CHUNK))) await stream.onDrain({ signal });
  }
  await stream.close({ signal });
}

/** Messages over a node that is up. A stranger costs at most a few bounded frames for a bounded time, and a minute's number of them. */
export function createMessages(libp2p: Libp2p, { patienceMs = PATIENCE_MS }: { patienceMs?: number } = {}): Messages {
  const local = libp2p.peerId.toString();
  let atOnce = 0;
  const busy = new Map<string, number>();
  const seen = new Map<string, { minute: number; count: number }>();

  function admit(peerId: string): boolean {
    const minute = Math.floor(Date.now() / 60_000);
    const before = seen.get(peerId);
    const count = before?.minute === minute ? before.count + 1 : 1;
    seen.set(peerId, { minute, count });
    if (seen.size > 1000) for (const [peer, it] of seen) if (it.minute < minute) seen.delete(peer);
    return count <= PER_MINUTE && atOnce < AT_ONCE && (busy.get(peerId) ?? 0) < PER_PEER;
  }

  async function answer(handler: MessageHandler, stream: Stream, connection: Connection): Promise<void> {
    const peerId = connection.remotePeer.toString();
    if (!admit(peerId)) { stream.abort(new Error('too many requests')); return; }
    atOnce += 1;
    busy.set(peerId, (busy.get(peerId) ?? 0) + 1);
    try {
      const request = await readFrame(stream, MAX_MESSAGE_BYTES, AbortSignal.timeout(patienceMs));
      const signal = AbortSignal.timeout(2 * patienceMs);
      const reply = await Promise.race([handler(request, { peerId, signal }), lateness(signal)]);
      await writeFrame(stream, reply, signal);
    } catch (cause) {
      // Nothing is told to a stranger that did not ask properly.
      stream.abort(cause instanceof Error ? cause : new Error('refused'));
    } finally {
      atOnce -= 1;
      const left = busy.get(peerId)! - 1;
      if (left > 0) busy.set(peerId, left); else busy.delete(peerId);
    }
  }

  return {
    peerId: local,
    async serve(handler) {
      await libp2p.handle(CONSENT_PROTOCOL, (stream, connection) => { void answer(handler, stream, connection); }, { maxInboundStreams: 2 * PER_PEER, maxOutboundStreams: AT_ONCE });
      return () => libp2p.unhandle(CONSENT_PROTOCOL);
    },

    async ask(addresses, make, { timeoutMs = 10_000, maxBytes = MAX_MESSAGE_BYTES, signal } = {}) {
      const foreign = addresses.filter((a) => !a.includes(local));
      let failure: unknown;
      // Many addresses that nobody answers at are no reason to wait for each of them.
      const whole = AbortSignal.timeout(2 * timeoutMs);
      for (const address of foreign) {
        const both = AbortSignal.any([whole, AbortSignal.timeout(timeoutMs), ...(signal ? [signal] : [])]);
        let stream: Stream | undefined;
        try {
          const connection = await libp2p.dial(multiaddr(address), { signal: both });
          const peers = { local, remote: connection.remotePeer.toString() };
          stream = await connection.newStream(CONSENT_PROTOCOL, { signal: both, maxOutboundStreams: AT_ONCE });
          const request = await make(peers);
          if (request.length > MAX_MESSAGE_BYTES) throw tooLong(request.length, MAX_MESSAGE_BYTES);
          const reading = readFrame(stream, maxBytes, both);
          reading.catch(() => undefined);
          await writeFrame(stream, request, both);
          return { answer: await reading, peers };
        } catch (cause) {
          stream?.abort(new Error('failed'));
          signal?.throwIfAborted();
          if (isAppError(cause) && cause.code !== 'storage-unreachable') throw cause;
          failure = cause;
        }
      }
      throw new AppError('storage-unreachable', foreign.length === 0 ? 'It is not known where the other side can be reached.' : 'The other side did not answer.', { hint: 'They have to be online with PHDex open; it goes on by itself when they are.', retryable: true, cause: failure });
    },
  };
}
