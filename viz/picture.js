"use strict";
const picture = (() => ({ start() {} }))();
