import { sampleEnvironments } from './environments.ts';

/** Answers the files of a tenant's own repository, the same on each environment's branch. */
export function appRepository(app: string): ReadonlyMap<string, string> {
  return new Map(sampleEnvironments.map(({ name }) => [`deploy/${name}/deployment.yaml`, deployment(app, name)]));
}

function deployment(app: string, environment: string): string {
  return `apiVersion: apps/v1
kind: Deployment
metadata:
  name: ${app}
spec:
  replicas: ${environment === 'prod' ? 3 : 1}
  selector: { matchLabels: { app: ${app} } }
  template:
    metadata: { labels: { app: ${app} } }
    spec:
      containers:
      - name: ${app}
        image: registry.acme.example/${app}:1.0.0
        envFrom: [{ configMapRef: { name: ${app}-cosmos-db } }]
`;
}
