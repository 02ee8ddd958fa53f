/**
 * What a user learns of data before training on it ({@code farsight data stats}): figures of
 * columns, tables and expected hits, counted in one pass. Beside the replays of policies and the
 * pages of results, which it is made of; counts of rows are the engine's, which reads them again.
 */
package dev.farsight.bench.stats;
