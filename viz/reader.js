"use strict";
const reader = (() => ({ start() {} }))();
