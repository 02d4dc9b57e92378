"use strict";
const answers = (() => ({ start() {} }))();
