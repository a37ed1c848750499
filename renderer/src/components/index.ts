/** The shared components by one import. */
export { Addr } from './Addr.tsx';
export { Coins } from './Coins.tsx';
export { ConfirmAct } from './ConfirmAct.tsx';
export { DataTable, type Column } from './DataTable.tsx';
export { Empty } from './Empty.tsx';
export { ErrorBox } from './ErrorBox.tsx';
export { HelpTip } from './HelpTip.tsx';
export { JobLine } from './JobLine.tsx';
export { Loaded } from './Loaded.tsx';
export { Loading } from './Loading.tsx';
export { Page } from './Page.tsx';
export { ScoreBadge } from './ScoreBadge.tsx';
export { Stat } from './Stat.tsx';
export { StatusBadge } from './StatusBadge.tsx';
export { TagInput } from './TagInput.tsx';
