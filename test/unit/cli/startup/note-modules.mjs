import { register } from 'node:module';

// Notes the address of every module that is loaded in the file that NOTE_MODULES names.
register('./note-modules-hooks.mjs', import.meta.url);
