"use strict";
const storytime = (() => ({ start() {} }))();
