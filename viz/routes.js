"use strict";
const routes = (() => ({ start() {} }))();
