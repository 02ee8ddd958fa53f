/**
 * What several modules of Farsight need and plugins should not use: it may change at any time. Files
 * that are on disk whole or not at all, sets of rows in off-heap memory, sizes in words.
 */
package dev.farsight.api.internal;
