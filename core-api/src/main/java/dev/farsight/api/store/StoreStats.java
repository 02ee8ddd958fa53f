package dev.farsight.api.store;

/**
 * What a store has done since it was opened, and what it holds.
 *
 * @param rowsRead rows read since the store was opened
 * @param rowsWritten rows written since the store was opened
 * @param bytes the bytes of memory or disk that the rows take now; if this is not known, the bytes
 *     that are reserved
 */
public record StoreStats(long rowsRead, long rowsWritten, long bytes) {}
