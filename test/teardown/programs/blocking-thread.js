// A preload: one thread that blocks every signal, past the C library too.
'use strict';
require(process.env.THREADS_ADDON).blocking(true);
