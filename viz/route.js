"use strict";
const route = (() => ({ start() {} }))();
