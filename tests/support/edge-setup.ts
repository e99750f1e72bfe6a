// Serves the simulated Docker Hub on loopback for the tests in workerd, which cannot reach into this process: they use its control
// over HTTP (tests/support/hub-control.ts).
import { createDockerHub } from '../../tools/docker-hub/docker-hub.ts';
import { serveDockerHub } from '../../tools/docker-hub/serve.ts';
import { makeWorld } from '../../tools/docker-hub/worlds/make-world.ts';

/** As vitest.edge.config.ts has it in DOCKER_HUB_URL. */
const PORT = 8799;

export default async function setup(): Promise<() => Promise<void>> {
  const hub = createDockerHub({ world: makeWorld('company'), rateLimit: null });
  const served = await serveDockerHub(hub, { port: PORT });
  return () => served.close();
}
