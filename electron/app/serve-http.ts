import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';

/** @param refused makes the error of what the system says @returns the port that it got */
export async function listen(server: Server, port: number, host: string, refused: (cause: NodeJS.ErrnoException) => Error): Promise<number> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', (cause) => reject(refused(cause)));
    server.listen(port, host, () => resolve());
  });
  return (server.address() as AddressInfo).port;
}

/** Takes no more, and ends connections: those that are at work after so long. */
export async function stopServing(server: Server, graceMs = 0): Promise<void> {
  const closed = new Promise<void>((resolve) => { server.close(() => resolve()); });
  server.closeIdleConnections();
  const hard = setTimeout(() => server.closeAllConnections(), graceMs);
  await closed;
  clearTimeout(hard);
}
