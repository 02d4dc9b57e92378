"use strict";
const tables = (() => ({ start() {} }))();
