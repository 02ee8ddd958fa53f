/** Several processes that train one model: each has some of the ranks. */
package dev.farsight.engine.process;
