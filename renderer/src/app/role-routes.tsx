import { lazy, type ComponentType, type LazyExoticComponent } from 'react';
import { Route, Switch } from 'wouter';
import { NotFound } from './NotFound.tsx';
import { ROLES, type RoleTab } from './nav.ts';

type RoleModule = { routes: { path: string; component: ComponentType }[] };
const modules = import.meta.glob<RoleModule>('../roles/*/routes.tsx');

/** Each role is a chunk of its own: a keeper never loads the plots of the owner. */
const lazyRole = (role: RoleTab): LazyExoticComponent<ComponentType> => lazy(async () => {
  const { routes } = await modules[`../roles/${role}/routes.tsx`]!();
  return {
    default: () => (
      <Switch>
        {routes.map(({ path, component: Page }) => <Route key={path} path={path}><Page /></Route>)}
        <Route><NotFound /></Route>
      </Switch>
    ),
  };
});

export const roleRoutes: Record<RoleTab, LazyExoticComponent<ComponentType>> = Object.fromEntries(ROLES.map(({ role }) => [role, lazyRole(role)])) as Record<RoleTab, LazyExoticComponent<ComponentType>>;
