// The Connector: one per connector, the only one that talks to Docker Hub.
import { DurableObject } from 'cloudflare:workers';
import type { Env } from '../env.ts';

export class Connector extends DurableObject<Env> {}
