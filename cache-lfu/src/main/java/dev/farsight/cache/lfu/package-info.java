/**
 * Policies that keep the rows used most: {@code lfu} counts while it runs and ages the counts,
 * {@code frequency} takes them from statistics of the training data.
 */
package dev.farsight.cache.lfu;
