/** The bridge, and nothing else: texts to and from the main process, and where a dropped file lies. */
import { contextBridge, ipcRenderer, webUtils } from 'electron';

contextBridge.exposeInMainWorld('phdex', {
  send: (text: string): void => { ipcRenderer.send('phdex', String(text)); },
  onMessage: (listener: (text: string) => void): (() => void) => {
    const take = (_event: unknown, text: string) => listener(text);
    ipcRenderer.on('phdex', take);
    return () => { ipcRenderer.off('phdex', take); };
  },
  pathOf: (file: File): string => webUtils.getPathForFile(file),
});
