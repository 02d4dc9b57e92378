"use strict";
const passages = (() => ({ start() {} }))();
