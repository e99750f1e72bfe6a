// The simulated Docker Hub beside the Worker, with the small company that the sample workspace shows.
import { createDockerHub } from '../docker-hub/docker-hub.ts';
import { serveDockerHub } from '../docker-hub/serve.ts';
import { makeWorld } from '../docker-hub/worlds/make-world.ts';
import { preferPort } from './ports.ts';

export interface RunningDockerHub {
  url: string;
  /** A credential that reads everything, for a person to try. */
  sample: { username: string; password: string };
  stop: () => Promise<void>;
}

/** Starts it on the wished port if that is free, else on any. */
export async function startDockerHub(wishedPort: number): Promise<RunningDockerHub> {
  const world = makeWorld('company');
  const served = await serveDockerHub(createDockerHub({ world }), { port: await preferPort(wishedPort) });
  const credential = world.credentials.find(({ key }) => key === 'owner');
  if (!credential) throw new Error('The company has no owner to sign in as');
  return {
    url: served.url,
    sample: { username: credential.identifier, password: credential.secret },
    stop: () => served.close(),
  };
}
