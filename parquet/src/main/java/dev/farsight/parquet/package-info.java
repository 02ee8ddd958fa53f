/** Apache Parquet. */
package dev.farsight.parquet;
