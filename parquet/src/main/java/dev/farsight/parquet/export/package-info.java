/** Weights as Apache Parquet files. */
package dev.farsight.parquet.export;
