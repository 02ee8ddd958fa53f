/**
 * Host memory: buffers that may cross to a device, buffers of rows, and the memory that the host
 * can still provide.
 */
package dev.farsight.api.memory;
