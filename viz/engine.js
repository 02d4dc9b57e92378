"use strict";
const engine = (() => ({ start() {} }))();
