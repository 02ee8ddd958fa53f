/** Stores of rows beside their peers: RocksDB, and a plain file mapped into memory. */
package dev.farsight.bench.store;
