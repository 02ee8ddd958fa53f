package dev.farsight.api.store;

/**
 * What a store has done and holds.
 *
 * @param rowsRead rows copied out since it was opened
 * @param rowsWritten rows copied in since it was opened
 * @param bytes memory or disk that rows take now, where known; otherwise what is reserved
 */
public record StoreStats(long rowsRead, long rowsWritten, long bytes) {}
