import { describeForge } from '../unit/forge/contract.ts';
import { createGiteaWorld } from './gitea-world.ts';

describeForge('Gitea', () => createGiteaWorld({ autodetect_manual_merge: true, has_pull_requests: true }));
