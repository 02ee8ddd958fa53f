/**
 * What exchanges between the ranks of a run cost: {@link dev.farsight.bench.exchange.ExchangeCost}
 * trains on several ranks, through a collective that measures another one.
 */
package dev.farsight.bench.exchange;
