/** Memory outside of the heap that is freed by hand. */
package dev.farsight.engine.memory;
