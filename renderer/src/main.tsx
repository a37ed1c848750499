import '@mantine/core/styles.css';
import '@mantine/spotlight/styles.css';
import './app/base.css';
import { MantineProvider } from '@mantine/core';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { Router } from 'wouter';
import { useHashLocation } from 'wouter/use-hash-location';
import { App } from './app/App.tsx';
import { colorSchemeManager } from './app/color-scheme.ts';
import { cssVariables, theme } from './app/theme.ts';

/** vite writes the tag, the host fills in the nonce of this answer; browsers hide the attribute from scripts but not the property. */
const nonce = document.querySelector<HTMLMetaElement>('meta[property="csp-nonce"]')?.nonce ?? '';
// react-remove-scroll (under Mantine's modals) asks for the nonce by this name.
(globalThis as { __webpack_nonce__?: string }).__webpack_nonce__ = nonce;

// Before the first paint, so that a dark room stays dark; a script in the page itself would be refused by the CSP.
const scheme = colorSchemeManager.get('auto');
document.documentElement.dataset.mantineColorScheme = scheme === 'auto' ? (matchMedia('(prefers-color-scheme: dark)').matches ? 'dark' : 'light') : scheme;
document.documentElement.lang = 'en';

createRoot(document.getElementById('root')!).render(
  <StrictMode>
    <MantineProvider theme={theme} cssVariablesResolver={cssVariables} defaultColorScheme="auto" colorSchemeManager={colorSchemeManager} getStyleNonce={() => nonce}>
      <Router hook={useHashLocation}>
        <App />
      </Router>
    </MantineProvider>
  </StrictMode>,
);
