/**
 * For authors and users of row stores: a contract to extend ({@link
 * dev.farsight.testkit.store.RowStoreContract}), the naive store it compares with, and wrappers
 * that check the caller or inject faults.
 */
package dev.farsight.testkit.store;
