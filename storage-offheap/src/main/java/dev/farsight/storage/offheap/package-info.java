/**
 * The row store {@code offheap}: all rows in one anonymous mapping of this host's memory, beyond 2
 * GiB and 2^31 floats.
 */
package dev.farsight.storage.offheap;
