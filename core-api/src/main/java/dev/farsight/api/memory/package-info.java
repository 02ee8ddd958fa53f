/**
 * Host memory: buffers that may cross to a device, rows back to back, what the host can still give.
 */
package dev.farsight.api.memory;
