import { writeWorkflowBundle } from './bundle.ts';

const [file = 'dist/workflows.js'] = process.argv.slice(2);
const digest = await writeWorkflowBundle(file);
process.stdout.write(`${file} (${digest})\n`);
