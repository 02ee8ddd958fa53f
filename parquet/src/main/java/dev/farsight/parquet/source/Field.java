package dev.farsight.parquet.source;

import org.apache.parquet.column.ColumnDescriptor;

/**
 * A column of a file that is read.
 *
 * @param name as the configuration has it
 * @param leaf where its values are
 * @param list whether a row has any number of them
 * @param text how they become bytes
 */
record Field(String name, ColumnDescriptor leaf, boolean list, ValueText text) {}
