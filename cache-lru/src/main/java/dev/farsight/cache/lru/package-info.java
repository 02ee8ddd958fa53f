/** The policy {@code lru}: the row used longest ago goes first. */
package dev.farsight.cache.lru;
