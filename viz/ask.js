"use strict";
const ask = (() => ({ start() {} }))();
