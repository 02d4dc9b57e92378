"use strict";
const story = (() => ({ start() {} }))();
