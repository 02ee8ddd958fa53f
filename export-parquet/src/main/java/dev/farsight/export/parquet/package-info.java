/** Weights as Apache Parquet files. */
package dev.farsight.export.parquet;
