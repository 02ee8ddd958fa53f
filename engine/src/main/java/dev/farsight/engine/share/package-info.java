/**
 * Rows of several processes that train together: each process holds the rows of its own ranks
 * alone, numbered without gaps ({@link dev.farsight.engine.share.RowShare}), in a store that knows
 * nothing of it ({@link dev.farsight.engine.share.ShareStore}). When a run ends, process 0 reads
 * the rows of all ({@link dev.farsight.engine.share.GatheredRows}).
 */
package dev.farsight.engine.share;
