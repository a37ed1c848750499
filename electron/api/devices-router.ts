import { NameDeviceIn, UpdateDevicesIn } from '../../shared/api/devices.ts';
import { ready, router } from './trpc.ts';

export const devicesRouter = router({
  list: ready.query(({ ctx }) => ctx.ready.devices.list()),
  name: ready.input(NameDeviceIn).mutation(({ ctx, input }) => ctx.ready.devices.name(input)),
  update: ready.input(UpdateDevicesIn).mutation(({ ctx, input }) => ctx.ready.devices.update(input)),
  refresh: ready.mutation(({ ctx }) => ctx.ready.devices.refresh()),
});
