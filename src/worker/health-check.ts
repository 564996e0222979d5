/** `node health-check.js`: exit code 0 while the worker of this host polls its task queue (the image's health check). */
import { hostname } from 'node:os';
import { asFailure, withTemporal } from '../cli/temporal.ts';
