import { accountRouter } from './account-router.ts';
import { anchorsRouter } from './anchors-router.ts';
import { appRouter } from './app-router.ts';
import { captureRouter } from './capture-router.ts';
import { consentRouter } from './consent-router.ts';
import { devicesRouter } from './devices-router.ts';
import { granteeRouter } from './grantee-router.ts';
import { keeperRouter } from './keeper-router.ts';
import { marketRouter } from './market-router.ts';
import { ownerRouter } from './owner-router.ts';
import { recordsRouter } from './records-router.ts';
import { studiesRouter } from './studies-router.ts';
import { router } from './trpc.ts';
import { validatorRouter } from './validator-router.ts';

/** The one API of the app, a router a feature; pages know its type only. */
export const apiRouter = router({ app: appRouter, owner: ownerRouter, capture: captureRouter, devices: devicesRouter, keeper: keeperRouter, market: marketRouter, validator: validatorRouter, account: accountRouter, consent: consentRouter, grantee: granteeRouter, records: recordsRouter, studies: studiesRouter, anchors: anchorsRouter });
export type ApiRouter = typeof apiRouter;
